// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// `alerts` in `gateway.json`: who is told of what. core/alerts gives it its meaning.

enum class AlertKind : uint8_t { Budget, Anomaly, Credential, Provider, Failover, Quota, KeyExpiry, Forecast };
inline constexpr std::array<AlertKind, 8> allAlertKinds{
    AlertKind::Budget,   AlertKind::Anomaly, AlertKind::Credential, AlertKind::Provider,
    AlertKind::Failover, AlertKind::Quota,   AlertKind::KeyExpiry,  AlertKind::Forecast};
const char *alertKindName(AlertKind kind); // as in the file: budget, anomaly, …, keyExpiry, forecast
std::optional<AlertKind> alertKindFrom(std::string_view name);

struct WebhookConfig {
    std::string id;
    std::string url;                               // http(s)://…, or a secret reference to one that carries a token
    std::string secret;                            // reference; signs each POST when there
    std::set<AlertKind> kinds;                     // empty: all that are switched on
    std::chrono::milliseconds minInterval{10'000}; // between two POSTs; what happens meanwhile goes together

    bool operator==(const WebhookConfig &) const = default;
};

struct QuietHours {   // of desktop notifications; the list of alerts, the log and webhooks are never quiet
    std::string time; // "22:00-07:00"; empty: none
    std::vector<std::string> days{}; // mon … sun, of the moment's own day; empty: any
    std::string timeZone;            // IANA name; empty: the machine's

    bool operator==(const QuietHours &) const = default;
};

struct AlertsConfig {
    bool desktop = true;
    std::set<AlertKind> off; // kinds nobody is told of
    QuietHours quietHours;
    std::vector<double> thresholds{0.8, 0.95, 1}; // of budgets by the day or longer that name no `alertAt`
    std::vector<WebhookConfig> webhooks;

    bool operator==(const AlertsConfig &) const = default;
};

} // namespace signalbox
