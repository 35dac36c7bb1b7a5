// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/alert_notifier.h"

#include "core/alerts/quiet_hours.h"

#include <algorithm>

namespace signalbox {

AlertNotifier::AlertNotifier(int64_t startedAtMs, Show show, QObject *parent)
    : QObject(parent), m_startedAtMs(startedAtMs), m_show(std::move(show))
{
}

void AlertNotifier::look(const std::vector<Alert> &alerts, int64_t nowMs)
{
    constexpr size_t mostAtOnce = 3;
    std::set<std::string> there;
    std::vector<const Alert *> fresh;
    for (const Alert &alert : alerts) {
        there.insert(alert.id);
        if (!m_seen.contains(alert.id) && alert.firstAtMs >= m_startedAtMs && !alert.acknowledged)
            fresh.push_back(&alert);
    }
    m_seen = std::move(there);
    const AlertsConfig &config = m_config->alerts;
    if (fresh.empty() || !config.desktop || isQuiet(config.quietHours, nowMs))
        return;
    if (fresh.size() <= mostAtOnce) {
        for (const Alert *alert : fresh)
            tell(*alert);
        return;
    }
    const bool critical = std::any_of(fresh.begin(), fresh.end(),
                                      [](const Alert *alert) { return alert->level == AlertLevel::Critical; });
    m_show(tr("%n alerts", nullptr, static_cast<int>(fresh.size())), QString::fromStdString(fresh.back()->text),
           critical);
}

void AlertNotifier::tell(const Alert &alert)
{
    const auto title = [&]() -> QString {
        switch (alert.kind) {
        case AlertKind::Budget:
            return tr("Budget");
        case AlertKind::Anomaly:
            return tr("Unusual spend");
        case AlertKind::Credential:
            return tr("Provider key");
        case AlertKind::Provider:
            return tr("Provider");
        case AlertKind::Failover:
            return tr("Fail-over");
        case AlertKind::Quota:
            return tr("Quota");
        case AlertKind::KeyExpiry:
            return tr("Client key");
        case AlertKind::Forecast:
            return tr("Forecast");
        }
        return {};
    };
    m_show(title(), QString::fromStdString(alert.text), alert.level == AlertLevel::Critical);
}

} // namespace signalbox
