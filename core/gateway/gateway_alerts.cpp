// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/gateway_alerts.h"

#include "core/alerts/key_watch.h"
#include "core/base/clock.h"
#include "core/base/redact.h"
#include "core/gateway/log_sink.h"
#include "core/ledger/ledger.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

namespace json = boost::json;

namespace {

constexpr int64_t lookEveryNs = 1'000'000'000;
constexpr int64_t quietLookEveryNs = 5'000'000'000; // only checks and time change anything
constexpr int64_t keysEveryMs = 60'000;
constexpr int64_t keptMs = 30LL * 86'400'000;

} // namespace

GatewayAlerts::GatewayAlerts(Ledger &ledger, LogSink &log, HttpClientPool &pool, const Clock &clock)
    : m_ledger(ledger),
      m_log(log),
      m_clock(clock),
      m_center({[this](const Alert &alert) { tell(alert); }, [this](const Alert &alert) { keep(alert); }}),
      m_webhooks(pool, [this](const char *level, const std::string &message) { m_log.note(level, "webhook", message); })
{
}

void GatewayAlerts::load(std::vector<Alert> alerts)
{
    m_center.load(std::move(alerts));
}

void GatewayAlerts::configure(RunningConfigPtr running)
{
    m_running = std::move(running);
    m_center.configure(m_running->config().alerts);
    m_webhooks.configure(m_running->config().alerts.webhooks,
                         [this](const std::string &reference) { return m_running->secretAt(reference); });
    m_keysLookedMs = 0;
}

void GatewayAlerts::raise(AlertEvent event)
{
    if (m_running)
        event.text = redactSecrets(event.text, m_running->secretValues());
    m_center.raise(std::move(event), m_clock.wallMs());
}

void GatewayAlerts::tell(const Alert &alert)
{
    if (alert.kind != AlertKind::Budget) // those have a line of their own
        m_log.note(alert.level == AlertLevel::Critical  ? "error"
                   : alert.level == AlertLevel::Warning ? "warn"
                                                        : "info",
                   (std::string("alert_") + alertKindName(alert.kind)).c_str(), alert.text);
    m_webhooks.send(alert);
}

void GatewayAlerts::keep(const Alert &alert)
{
    m_ledger.keep({KeptItem::Kind::Alert, alert.id, json::serialize(alertJson(alert)), alert.lastAtMs + keptMs});
}

void GatewayAlerts::noteBudget(const BudgetAlert &alert)
{
    raise({AlertKind::Budget, alert.threshold >= 1 ? AlertLevel::Critical : AlertLevel::Warning,
           alert.rule + '/' + alert.account + '@' + std::to_string(alert.periodStartMs) + ':' +
               std::to_string(static_cast<int>(alert.threshold * 100)),
           alert.text, true});
}

void GatewayAlerts::noteAttempts(const RequestRecord &record)
{
    const AttemptRecord &first = record.attempts.front();
    const bool failed = !first.errorClass.empty() && first.errorClass != "hedge_lost";
    if (!failed || !record.error.empty() || first.provider == record.provider)
        return;
    raise({AlertKind::Failover, AlertLevel::Warning, first.provider + "->" + record.provider,
           "Requests for provider '" + first.provider + "' went to '" + record.provider +
               "' instead: " + first.errorClass + '.'});
}

void GatewayAlerts::tick(const HealthBook &health, bool busy, int64_t nowNs)
{
    if (nowNs - m_lookedNs < (busy ? lookEveryNs : quietLookEveryNs))
        return;
    m_lookedNs = nowNs;
    for (AlertEvent &event : m_health.look(health.providerRows(nowNs), nowNs))
        raise(std::move(event));
    const int64_t nowMs = m_clock.wallMs();
    if (nowMs - m_keysLookedMs >= keysEveryMs || nowMs < m_keysLookedMs) {
        m_keysLookedMs = nowMs;
        for (AlertEvent &event : endingKeys(m_running->config().clients, nowMs))
            raise(std::move(event));
    }
    m_center.tick(nowMs);
}

std::vector<Alert> takeAlerts(std::vector<KeptItem> &items)
{
    const auto first = std::stable_partition(items.begin(), items.end(),
                                             [](const KeptItem &item) { return item.kind != KeptItem::Kind::Alert; });
    std::vector<Alert> alerts;
    for (auto item = first; item != items.end(); ++item) {
        if (auto alert = alertFromJson(item->value))
            alerts.push_back(std::move(*alert));
    }
    items.erase(first, items.end());
    return alerts;
}

std::string alertsBody(const std::deque<Alert> &alerts)
{
    json::array list;
    int64_t open = 0;
    for (auto alert = alerts.rbegin(); alert != alerts.rend(); ++alert) {
        open += alert->acknowledged ? 0 : 1;
        list.push_back(alertJson(*alert));
    }
    return json::serialize(json::object{{"unacknowledged", open}, {"alerts", std::move(list)}});
}

Result<std::vector<std::string>> acknowledgedIds(std::string_view body)
{
    boost::system::error_code code;
    const json::value value = json::parse(body, code);
    const json::object *object = code ? nullptr : value.if_object();
    if (!object)
        return Error{"json_invalid", "The body must be {\"ids\": [\"…\"]} or {\"all\": true}.", 400};
    const json::value *all = object->if_contains("all");
    if (all && all->is_bool() && all->get_bool() && object->size() == 1)
        return std::vector<std::string>();
    const json::value *ids = object->if_contains("ids");
    std::vector<std::string> out;
    for (const json::value &id : ids && ids->is_array() ? ids->get_array() : json::array()) {
        if (id.is_string())
            out.emplace_back(id.get_string());
    }
    if (out.empty() || out.size() != ids->get_array().size() || object->size() != 1)
        return Error{"field_type",
                     "The field 'ids' must be a list of alerts' ids, at least one; or send {\"all\": true}.", 400};
    return out;
}

} // namespace signalbox
