// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtWidgets/QFrame>

#include <vector>

class QLabel;
class QProgressBar;
class QPushButton;
class QTableView;

namespace signalbox {

class ReplayRun;
class RequestSender;

// Replaying several requests, below their table: asks first, since each costs money again, then shows how far it is
// and what failed. GUI thread.
class ReplayPanel final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReplayPanel)

public:
    explicit ReplayPanel(QWidget *parent = nullptr);
    ~ReplayPanel() override; // cancels

    // The sender outlives the panel. `leftOut`: so many were asked for beyond these.
    void open(RequestSender &sender, std::vector<RequestRecord> originals, const std::string &target, int leftOut = 0);
    void dismiss(); // cancels
    ReplayRun *run() const { return m_run; }
    QString summary() const;
    QPushButton *startButton() const { return m_start; }
    QPushButton *cancelButton() const { return m_cancel; }

protected:
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void showState();
    void compare();
    QString question() const;

    ReplayRun *m_run;
    RequestSender *m_sender = nullptr;
    QLabel *m_words;
    QLabel *m_note;
    QProgressBar *m_bar;
    QPushButton *m_start;
    QPushButton *m_cancel;
    QPushButton *m_compare;
    QTableView *m_table;
    bool m_started = false;
    int m_leftOut = 0;
};

} // namespace signalbox
