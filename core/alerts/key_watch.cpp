// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/key_watch.h"

#include "core/config/instant.h"

namespace signalbox {

std::vector<AlertEvent> endingKeys(const std::vector<ClientConfig> &clients, int64_t nowMs)
{
    constexpr int64_t dayMs = 86'400'000;
    std::vector<AlertEvent> events;
    for (const ClientConfig &client : clients) {
        if (!client.expiresAtMs || client.disabled || client.revokedAtMs)
            continue;
        const int64_t left = *client.expiresAtMs - nowMs;
        if (left > 7 * dayMs || left <= -dayMs)
            continue;
        const char *stage = left <= 0 ? "over" : left <= dayMs ? "1d" : "7d";
        const std::string at = formatInstant(*client.expiresAtMs);
        events.push_back({AlertKind::KeyExpiry, left <= dayMs ? AlertLevel::Critical : AlertLevel::Warning,
                          client.id + '@' + at + ':' + stage,
                          "The key of client '" + client.id + "' " +
                              (left <= 0 ? "has expired at " + at : "expires at " + at) +
                              ". Give it a later expiresAt, or rotate it.",
                          true});
    }
    return events;
}

} // namespace signalbox
