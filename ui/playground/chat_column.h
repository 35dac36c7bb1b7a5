// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/playground/target_choices.h"

#include <QtCore/QTimer>
#include <QtWidgets/QFrame>

class QLabel;
class QScrollArea;
class QToolButton;
class QVBoxLayout;

namespace signalbox {

class AnswerView;
class ChatSession;
class ConsoleCalls;
class TargetPicker;
class UserTurnView;

// One conversation beside others: whom it is with, its turns, its figures. GUI thread.
class ChatColumn final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChatColumn)

public:
    explicit ChatColumn(ConsoleCalls *calls, QWidget *parent = nullptr);

    ChatSession *session() const { return m_session; }
    TargetPicker *picker() const { return m_picker; }
    void setTarget(const ChatTarget &target);
    void setRemovable(bool on);
    void showPlan(const QString &text); // of the next message; empty: hidden
    QString planText() const;
    AnswerView *lastAnswer() const { return m_last; } // null: the last turn is the user's
    UserTurnView *userTurn(int entry) const;          // null: none there

Q_SIGNALS:
    void targetChanged();
    void removeRequested();
    void planRequested(); // where the next message would go
    void edited(int entry, const QString &text);
    void requestRequested(const QString &id);

private:
    void rebuild();
    void refresh();
    AnswerView *addAnswer();

    ChatSession *m_session;
    TargetPicker *m_picker;
    QToolButton *m_remove;
    QToolButton *m_stop;
    QToolButton *m_why;
    QLabel *m_plan;
    QScrollArea *m_area;
    QVBoxLayout *m_turns;
    QLabel *m_empty;
    AnswerView *m_last = nullptr;
    QTimer m_refresh; // words that stream are laid out some ten times a second, not at each piece
};

} // namespace signalbox
