// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/health_watch.h"

#include <algorithm>
#include <optional>

namespace signalbox {

namespace {

constexpr double nearlyUsed = 0.9;
constexpr double freeAgain = 0.8;
constexpr int64_t paceMs = 5 * 60'000;

std::string spanText(int64_t ms)
{
    const int64_t minutes = (ms + 59'999) / 60'000;
    return minutes < 120 ? std::to_string(minutes) + " min" : std::to_string(minutes / 60) + " h";
}

struct Used {
    double share = 0;
    std::string text;
};

std::optional<Used> usedOf(const char *what, const std::optional<int64_t> &limit, const std::optional<int64_t> &left,
                           const std::optional<int64_t> &resetMs)
{
    if (!limit || !left || *limit <= 0 || (resetMs && *resetMs < paceMs))
        return std::nullopt;
    const double share = 1 - static_cast<double>(std::clamp<int64_t>(*left, 0, *limit)) / static_cast<double>(*limit);
    return Used{share, std::to_string(*left) + " of " + std::to_string(*limit) + ' ' + what + " are left" +
                           (resetMs ? ", full again in " + spanText(*resetMs) : std::string())};
}

} // namespace

std::vector<AlertEvent> HealthWatch::look(const std::vector<HealthBook::ProviderRow> &rows, int64_t nowNs)
{
    std::vector<AlertEvent> events;
    for (const HealthBook::ProviderRow &row : rows) {
        Block &before = m_blocks[row.id];
        const bool wasDown = before == Block::Breaker;
        const bool isDown = row.block == Block::Breaker;
        if (isDown && !wasDown)
            events.push_back({AlertKind::Provider, AlertLevel::Critical, "down:" + row.id,
                              "Provider '" + row.id + "' is down: too many of its requests failed" +
                                  (row.untilNs > nowNs
                                       ? "; it is tried again in " +
                                             std::to_string((row.untilNs - nowNs + 999'999'999) / 1'000'000'000) + " s"
                                       : std::string()) +
                                  "."});
        else if (wasDown && row.block == Block::None)
            events.push_back(
                {AlertKind::Provider, AlertLevel::Info, "back:" + row.id, "Provider '" + row.id + "' is back."});
        if (isDown || row.block == Block::None || !wasDown)
            before = row.block;
        for (const HealthBook::CredentialRow &credential : row.credentials)
            lookAtCredential(row.id, credential, events);
    }
    return events;
}

void HealthWatch::lookAtCredential(const std::string &provider, const HealthBook::CredentialRow &row,
                                   std::vector<AlertEvent> &events)
{
    const std::string name = provider + '/' + row.id;
    Block &before = m_blocks[name];
    const bool refused = row.block == Block::BadCredential;
    if ((refused || row.block == Block::OutOfCredit) && before != row.block)
        events.push_back(
            {AlertKind::Credential, AlertLevel::Critical, blockName(row.block) + (':' + name),
             refused
                 ? "The key '" + row.id + "' of provider '" + provider + "' was refused. Put a valid one in its place."
                 : "The key '" + row.id + "' of provider '" + provider + "' has no credit left. Top its account up."});
    before = row.block;

    const QuotaReading &quota = row.quota;
    auto used = usedOf("requests", quota.requestsLimit, quota.requestsLeft, quota.requestsResetMs);
    const auto tokens = usedOf("tokens", quota.tokensLimit, quota.tokensLeft, quota.tokensResetMs);
    if (tokens && (!used || tokens->share > used->share))
        used = tokens;
    const double share = used ? used->share : 0;
    if (share >= nearlyUsed && m_nearlyUsed.insert(name).second)
        events.push_back(
            {AlertKind::Quota, AlertLevel::Warning, name,
             "The quota of key '" + row.id + "' of provider '" + provider + "' is nearly used: " + used->text + "."});
    else if (share < freeAgain)
        m_nearlyUsed.erase(name);
}

} // namespace signalbox
