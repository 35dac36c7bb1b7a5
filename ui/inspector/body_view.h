// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <QtWidgets/QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace signalbox {

class SegmentedControl;

// One kept body, pretty or raw, read only. Long text is cut until it is asked for. GUI thread.
class BodyView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BodyView)

public:
    explicit BodyView(const QString &accessibleName, QWidget *parent = nullptr);

    void setBody(const StoredBody *body, const QString &policyNote); // null: not kept
    QString shownText() const;

Q_SIGNALS:
    void settingsRequested();

private:
    void render();

    QStackedWidget *m_stack;
    QPlainTextEdit *m_text;
    QLabel *m_note;
    QLabel *m_size;
    SegmentedControl *m_style;
    QPushButton *m_all;
    std::string m_bytes;
    QString m_cutNote;
    bool m_showAll = false;
};

} // namespace signalbox
