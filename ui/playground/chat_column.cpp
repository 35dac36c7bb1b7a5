// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/chat_column.h"

#include "ui/playground/answer_view.h"
#include "ui/playground/chat_session.h"
#include "ui/playground/target_picker.h"
#include "ui/playground/user_turn_view.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr std::chrono::milliseconds refreshEvery{90};
constexpr int narrowest = 220;
} // namespace

ChatColumn::ChatColumn(ConsoleCalls *calls, QWidget *parent)
    : QFrame(parent),
      m_session(new ChatSession(calls, this)),
      m_picker(new TargetPicker),
      m_remove(makeIconButton(u"close"_s, tr("Remove this column"))),
      m_stop(makeIconButton(u"stop"_s, tr("Stop this answer"))),
      m_why(makeIconButton(u"help"_s, tr("Where would the next message go?"))),
      m_plan(makeLabel({}, TextStyle::Small, Token::Text2)),
      m_area(new QScrollArea),
      m_turns(new QVBoxLayout),
      m_empty(makeLabel(tr("Write a message below. It goes through the gateway, with its routes, budgets and ledger."),
                        TextStyle::Body, Token::Text3))
{
    setProperty("panel", true);
    setMinimumWidth(narrowest);
    setAccessibleName(tr("Conversation"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(1, 1, 1, 1);
    column->setSpacing(0);
    auto *head = new QHBoxLayout;
    head->setContentsMargins(8, 8, 4, 8);
    head->setSpacing(4);
    head->addWidget(m_picker, 1);
    head->addWidget(m_why);
    head->addWidget(m_stop);
    head->addWidget(m_remove);
    column->addLayout(head);
    m_plan->setTextFormat(Qt::PlainText);
    m_plan->setWordWrap(true);
    m_plan->setContentsMargins(12, 0, 12, 8);
    makeSelectable(m_plan);
    m_plan->hide();
    column->addWidget(m_plan);
    m_stop->hide();
    m_area->setWidgetResizable(true);
    m_area->setFrameShape(QFrame::NoFrame);
    m_area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_area->setAccessibleName(tr("Turns of the conversation"));
    auto *inner = new QWidget;
    inner->setBackgroundRole(QPalette::Base);
    auto *around = new QVBoxLayout(inner);
    around->setContentsMargins(8, 0, 8, 8);
    m_turns->setSpacing(8);
    m_empty->setWordWrap(true);
    m_empty->setContentsMargins(8, 16, 8, 16);
    around->addWidget(m_empty);
    around->addLayout(m_turns);
    around->addStretch(1);
    m_area->setWidget(inner);
    column->addWidget(m_area, 1);
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(refreshEvery);
    connect(&m_refresh, &QTimer::timeout, this, &ChatColumn::refresh);
    connect(m_remove, &QToolButton::clicked, this, &ChatColumn::removeRequested);
    connect(m_why, &QToolButton::clicked, this, [this] {
        if (m_plan->isHidden())
            Q_EMIT planRequested();
        else
            showPlan({});
    });
    connect(m_stop, &QToolButton::clicked, m_session, &ChatSession::stop);
    connect(m_picker, &TargetPicker::targetChanged, this, [this] {
        m_session->setTarget(m_picker->target());
        showPlan({});
        Q_EMIT targetChanged();
    });
    connect(m_session, &ChatSession::entriesChanged, this, &ChatColumn::rebuild);
    connect(m_session, &ChatSession::answerChanged, this, [this] {
        if (!m_session->isRunning())
            refresh();
        else if (!m_refresh.isActive())
            m_refresh.start();
    });
    connect(m_session, &ChatSession::runningChanged, m_stop, &QWidget::setVisible);
}

void ChatColumn::setTarget(const ChatTarget &target)
{
    m_picker->setTarget(target);
    m_session->setTarget(target);
}

void ChatColumn::showPlan(const QString &text)
{
    m_plan->setText(text);
    m_plan->setVisible(!text.isEmpty());
}

QString ChatColumn::planText() const
{
    return m_plan->text();
}

void ChatColumn::setRemovable(bool on)
{
    m_remove->setVisible(on);
}

UserTurnView *ChatColumn::userTurn(int entry) const
{
    QLayoutItem *item = m_turns->itemAt(entry);
    return item ? qobject_cast<UserTurnView *>(item->widget()) : nullptr;
}

AnswerView *ChatColumn::addAnswer()
{
    auto *view = new AnswerView;
    connect(view, &AnswerView::retryRequested, m_session, &ChatSession::retry, Qt::QueuedConnection);
    connect(view, &AnswerView::goOnRequested, m_session, &ChatSession::goOn, Qt::QueuedConnection);
    connect(view, &AnswerView::resultGiven, this, [this, view](const QString &id, const QString &text) {
        m_session->setResult(id.toStdString(), text.toStdString());
        view->setCanGoOn(m_session->canGoOn());
    });
    connect(view, &AnswerView::requestRequested, this, &ChatColumn::requestRequested);
    return view;
}

void ChatColumn::rebuild()
{
    while (QLayoutItem *item = m_turns->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater(); // it may be its own button that asked
        }
        delete item;
    }
    m_last = nullptr;
    const std::vector<SessionEntry> &entries = m_session->entries();
    m_empty->setVisible(entries.empty());
    for (size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].turn.assistant) {
            m_last = addAnswer();
            m_last->setEntry(entries[i], i + 1 == entries.size(), m_session->canGoOn());
            m_turns->addWidget(m_last);
            continue;
        }
        m_last = nullptr;
        auto *view = new UserTurnView(entries[i].turn);
        connect(
            view, &UserTurnView::edited, this, [this, i](const QString &text) { Q_EMIT edited(int(i), text); },
            Qt::QueuedConnection);
        m_turns->addWidget(view);
    }
    QMetaObject::invokeMethod(
        this, [this] { m_area->verticalScrollBar()->setValue(m_area->verticalScrollBar()->maximum()); },
        Qt::QueuedConnection);
}

void ChatColumn::refresh()
{
    const std::vector<SessionEntry> &entries = m_session->entries();
    if (!m_last || entries.empty())
        return;
    const QScrollBar *bar = m_area->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 24;
    m_last->setEntry(entries.back(), true, m_session->canGoOn());
    if (atEnd)
        QMetaObject::invokeMethod(
            this, [this] { m_area->verticalScrollBar()->setValue(m_area->verticalScrollBar()->maximum()); },
            Qt::QueuedConnection);
}

} // namespace signalbox
