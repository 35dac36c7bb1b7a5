// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/ledger/request_details.h"

#include <QtWidgets/QFrame>

#include <optional>

class QLabel;
class QTabWidget;
class QTableWidget;
class QVBoxLayout;

namespace signalbox {

class Badge;
class BodyView;
class EventsView;
class LossView;
class NumberLabel;
class PlanView;
class RequestActions;
class RequestOverview;
class TimelineView;
class TraceView;

// Everything about one request: facts, timeline, plan, bodies, losses, events, ids, and what can be done with it. Shows
// values, asks the ledger nothing. GUI thread.
class RequestInspector final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestInspector)

public:
    explicit RequestInspector(QWidget *parent = nullptr);

    void setDetail(const RequestDetail &detail);
    void setMessage(const QString &message);                       // instead of a detail
    void setSimulated(bool simulated) { m_simulated = simulated; } // of the next detail
    void setGatewayUrl(const QString &url);
    const RequestRecord &record() const { return m_detail.record; }
    const RequestDetail &detail() const { return m_detail; }
    RequestActions *requestActions() const { return m_actions; } // for menus and the command palette
    QTabWidget *tabs() const { return m_tabs; }
    BodyView *requestBody() const { return m_request; }
    BodyView *replyBody() const { return m_reply; }

Q_SIGNALS:
    void closeRequested();
    void settingsRequested();

protected:
    bool event(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QWidget *makeHead();
    QWidget *makeFacts();
    QWidget *makeTimeline();
    void makeTabs();
    void fillAttempts();
    void fillBodies();
    void find();

    RequestDetail m_detail;
    std::optional<RequestDetails> m_kept;
    bool m_simulated = false;
    QWidget *m_content;
    QLabel *m_message;
    RequestActions *m_actions;
    Badge *m_badge = nullptr;
    QLabel *m_id = nullptr;
    NumberLabel *m_firstToken = nullptr;
    NumberLabel *m_duration = nullptr;
    NumberLabel *m_cost = nullptr;
    QLabel *m_answeredBy = nullptr;
    QTabWidget *m_tabs = nullptr;
    RequestOverview *m_overview = nullptr;
    TimelineView *m_timeline = nullptr;
    QTableWidget *m_attempts = nullptr;
    PlanView *m_plan = nullptr;
    BodyView *m_request = nullptr;
    BodyView *m_reply = nullptr;
    LossView *m_loss = nullptr;
    EventsView *m_events = nullptr;
    TraceView *m_trace = nullptr;
};

} // namespace signalbox
