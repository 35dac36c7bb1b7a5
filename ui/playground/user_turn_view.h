// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/chat_draft.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPlainTextEdit;
class QToolButton;

namespace signalbox {

// One turn of the user: words, pictures, results of tools; the words can be changed in place. GUI thread.
class UserTurnView final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(UserTurnView)

public:
    explicit UserTurnView(const ChatTurn &turn, QWidget *parent = nullptr);

    void beginEdit();
    void endEdit(bool send);
    QPlainTextEdit *editor() const { return m_editor; }

Q_SIGNALS:
    void edited(const QString &text); // to be sent again

private:
    QString m_text;
    QLabel *m_words;
    QToolButton *m_edit;
    QWidget *m_editing;
    QPlainTextEdit *m_editor;
};

} // namespace signalbox
