// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/playground/chat_session.h"

#include <QtWidgets/QFrame>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace signalbox {

class MarkdownView;
class SignalMark;

// One answer: words, folded thinking, tool calls with a field for their results, errors, figures, plan. GUI thread.
class AnswerView final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AnswerView)

public:
    explicit AnswerView(QWidget *parent = nullptr);

    // `last`: nothing came after it, so its calls wait for results and it can be asked again.
    void setEntry(const SessionEntry &entry, bool last, bool canGoOn);
    void setCanGoOn(bool on);
    MarkdownView *words() const { return m_words; }
    QString figures() const;
    QString problem() const;
    QString details() const;
    void showPlan(bool on);

Q_SIGNALS:
    void retryRequested();
    void resultGiven(const QString &callId, const QString &text);
    void goOnRequested();
    void requestRequested(const QString &id); // in the log

private:
    QWidget *makeHead();
    QWidget *makeFoot();
    void setHead(const SessionEntry &entry);
    void setParts(const SessionEntry &entry, bool last);
    void addCall(const FoldedPart &call, bool asks);
    void addImage(const FoldedPart &image);

    ChatAnswer m_answer;
    SignalMark *m_mark = nullptr;
    QLabel *m_served = nullptr;
    QLabel *m_state = nullptr;
    QPushButton *m_think = nullptr;
    QLabel *m_thinking = nullptr;
    MarkdownView *m_words = nullptr;
    QVBoxLayout *m_parts = nullptr; // calls and images
    size_t m_shownParts = 0;
    bool m_partsAsk = false;
    QPushButton *m_goOn = nullptr;
    QLabel *m_problem = nullptr;
    QLabel *m_figures = nullptr;
    QWidget *m_foot = nullptr;
    QPushButton *m_retry = nullptr;
    QPushButton *m_plan = nullptr;
    QPushButton *m_log = nullptr;
    QLabel *m_details = nullptr;
};

} // namespace signalbox
