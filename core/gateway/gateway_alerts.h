// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert_center.h"
#include "core/alerts/health_watch.h"
#include "core/alerts/webhook_sender.h"
#include "core/gateway/running_config.h"
#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/records.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

class Clock;
class Ledger;
class LogSink;

// The gateway's side of alerts: sees budgets, health, fail-overs and keys that end, and hands what the center makes of
// it to the log, the ledger and the webhooks. Lives on the gateway thread.
class GatewayAlerts
{
public:
    GatewayAlerts(Ledger &ledger, LogSink &log, HttpClientPool &pool, const Clock &clock);

    void load(std::vector<Alert> alerts);
    void configure(RunningConfigPtr running);
    void raise(AlertEvent event);
    void noteBudget(const BudgetAlert &alert);
    void noteAttempts(const RequestRecord &record);                // of a request with more than one
    void tick(const HealthBook &health, bool busy, int64_t nowNs); // busy: there are requests
    size_t acknowledge(const std::vector<std::string> &ids) { return m_center.acknowledge(ids); }

    const std::deque<Alert> &alerts() const { return m_center.alerts(); } // the newest last
    uint64_t changes() const { return m_center.changes(); }

private:
    void tell(const Alert &alert);
    void keep(const Alert &alert);

    Ledger &m_ledger;
    LogSink &m_log;
    const Clock &m_clock;
    AlertCenter m_center;
    WebhookSender m_webhooks;
    HealthWatch m_health;
    RunningConfigPtr m_running;
    int64_t m_lookedNs = 0;
    int64_t m_keysLookedMs = 0;
};

// What is kept of alerts in the ledger; takes them out of `items`.
std::vector<Alert> takeAlerts(std::vector<KeptItem> &items);

// GET /signalbox/v1/alerts: {"unacknowledged":N,"alerts":[…]}, the newest first.
std::string alertsBody(const std::deque<Alert> &alerts);
// POST /signalbox/v1/alerts/ack: {"ids":["…"]} or {"all":true}. Empty: all. Error (400): json_invalid, field_type.
Result<std::vector<std::string>> acknowledgedIds(std::string_view body);

} // namespace signalbox
