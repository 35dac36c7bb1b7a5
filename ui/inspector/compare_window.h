// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/comparison.h"

#include <QtWidgets/QDialog>

class QGridLayout;
class QLabel;
class QPushButton;
class QStackedWidget;

namespace signalbox {

class DiffView;

// Two requests beside each other: figures with what changed, and the text of both answers. A window of its own, not
// modal, that deletes itself. GUI thread.
class CompareWindow final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CompareWindow)

public:
    explicit CompareWindow(QWidget *parent);

    void setRequests(const RequestRecord &left, const RequestRecord &right);
    // While the second one is under way: what there is of it.
    void setRunning(const QString &words, const QString &answer);
    void setProblem(const QString &words);
    void setCaution(const QString &words); // stands above all of it from now on; empty: nothing
    QString shownText() const;

Q_SIGNALS:
    void cancelled(); // by the user, while it runs

private:
    void showFacts(const std::vector<CompareRow> &rows);

    QLabel *m_caution;
    QLabel *m_state;
    QLabel *m_answer;
    QWidget *m_facts;
    QStackedWidget *m_stack;
    DiffView *m_diff;
    QLabel *m_note;
    QPushButton *m_cancel;
};

} // namespace signalbox
