// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/credential_pool.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t msNs = 1'000'000;
constexpr double plenty = 0.5;           // of a quota: above it, weights alone decide
constexpr double leastShare = 0.02;      // never none: readings may be wrong or old
constexpr int64_t usualResetMs = 60'000; // where none is told

using Count = std::optional<int64_t>;

double leftOf(const Count &limit, const Count &left)
{
    if (!left)
        return 1;
    if (!limit || *limit <= 0)
        return *left > 0 ? 1 : 0;
    return std::clamp(static_cast<double>(*left) / static_cast<double>(*limit), 0.0, 1.0);
}

void passTime(const Count &limit, Count &left, Count &resetMs, int64_t passedMs)
{
    if (passedMs >= resetMs.value_or(usualResetMs)) {
        left = limit;
        resetMs.reset();
    } else if (resetMs) {
        *resetMs -= passedMs;
    }
}

bool contains(std::span<const std::string> ids, std::string_view id)
{
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

bool usable(const CredentialState &credential, int64_t nowNs)
{
    return credential.atHand && credential.coolDown.untilNs() <= nowNs && credential.hold.block(nowNs) == Block::None;
}

} // namespace

void CredentialState::setQuota(const QuotaReading &reading, int64_t nowNs)
{
    if (reading == QuotaReading{})
        return;
    quota = reading;
    quotaReadNs = nowNs;
}

QuotaReading CredentialState::quotaAt(int64_t nowNs) const
{
    QuotaReading now = quota;
    const int64_t passedMs = std::max<int64_t>(0, nowNs - quotaReadNs) / msNs;
    passTime(now.requestsLimit, now.requestsLeft, now.requestsResetMs, passedMs);
    passTime(now.tokensLimit, now.tokensLeft, now.tokensResetMs, passedMs);
    return now;
}

double CredentialState::share(int64_t nowNs) const
{
    if (!quota.requestsLeft && !quota.tokensLeft)
        return weight;
    const QuotaReading now = quotaAt(nowNs);
    const double left = std::min(leftOf(now.requestsLimit, now.requestsLeft), leftOf(now.tokensLimit, now.tokensLeft));
    return weight * (left >= plenty ? 1 : std::max(leastShare, left / plenty));
}

Availability CredentialState::state(int64_t nowNs) const
{
    if (!atHand)
        return {Block::BadCredential, 0};
    if (const Block block = hold.block(nowNs); block != Block::None)
        return {block, std::max(hold.untilNs(), nowNs)};
    if (coolDown.untilNs() > nowNs)
        return {Block::CoolDown, coolDown.untilNs()};
    return {};
}

void CredentialPool::configure(const ProviderConfig &provider, bool serverChanged)
{
    std::vector<CredentialState> next;
    m_keyless = provider.credentials.empty();
    static const std::vector<CredentialConfig> nameless(1);
    for (const CredentialConfig &config : m_keyless ? nameless : provider.credentials) {
        CredentialState *known = find(config.id);
        if (!known || known->secret != config.secret) {
            CredentialState fresh;
            fresh.id = config.id;
            fresh.secret = config.secret;
            fresh.weight = config.weight;
            next.push_back(std::move(fresh));
            continue;
        }
        if (serverChanged || known->weight != config.weight)
            known->hold.clear();
        if (serverChanged)
            known->coolDown.clear();
        known->weight = config.weight;
        next.push_back(std::move(*known));
    }
    m_all = std::move(next);
}

CredentialState *CredentialPool::find(std::string_view id)
{
    for (CredentialState &credential : m_all) {
        if (credential.id == id)
            return &credential;
    }
    return nullptr;
}

Availability CredentialPool::availability(int64_t nowNs) const
{
    Availability soonest;
    for (const CredentialState &credential : m_all) {
        if (usable(credential, nowNs))
            return {};
        Availability state = credential.state(nowNs);
        if (state.block != Block::CoolDown)
            state.untilNs = 0; // the hold ends, but nobody should wait for that
        const bool sooner = state.untilNs != 0 && (soonest.untilNs == 0 || state.untilNs < soonest.untilNs);
        if (soonest.available() || sooner)
            soonest = state;
    }
    return soonest;
}

// Smooth weighted spread: each gains its share, the one that is due most is taken and pays the sum.
CredentialState *CredentialPool::pick(std::span<const std::string> tried, std::string_view preferred, int64_t nowNs)
{
    CredentialState *best = nullptr;
    double sum = 0;
    for (CredentialState &credential : m_all) {
        if (!usable(credential, nowNs)) {
            credential.due = 0; // no claims for the time it was out of use
            continue;
        }
        if (contains(tried, credential.id))
            continue;
        const double share = credential.share(nowNs);
        credential.due += share;
        sum += share;
        const bool wanted = !preferred.empty() && credential.id == preferred;
        const bool bestWanted = best && !preferred.empty() && best->id == preferred;
        if (wanted || !best || (!bestWanted && credential.due > best->due))
            best = &credential;
    }
    if (best) {
        // Conversations that stay with a key must not make it owe without end, nor the others claim it all later.
        const double most = 4 * sum;
        best->due = std::max(best->due - sum, -most);
        for (CredentialState &credential : m_all)
            credential.due = std::min(credential.due, most);
    }
    return best || !tried.empty() ? best : lastResort(nowNs);
}

// Of the keys that were refused or are spent the one that is tried again soonest, when no other is left.
CredentialState *CredentialPool::lastResort(int64_t nowNs)
{
    CredentialState *best = nullptr;
    for (CredentialState &credential : m_all) {
        if (credential.atHand && credential.coolDown.untilNs() <= nowNs &&
            (!best || credential.hold.untilNs() < best->hold.untilNs()))
            best = &credential;
    }
    return best;
}

} // namespace signalbox
