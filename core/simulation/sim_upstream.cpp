// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_upstream.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;
constexpr double refusedAfterMs = 15; // how fast a full or throttling provider answers

} // namespace

bool SimFault::active(int64_t nowMs) const
{
    if (nowMs < fromMs || nowMs >= toMs)
        return false;
    return everyMs <= 0 || (nowMs - fromMs) % everyMs < onMs;
}

void applyDeadlines(SimAnswer &answer, const TimeoutsConfig &timeouts, int64_t contentLeftNs, int64_t totalLeftNs)
{
    const auto end = [&answer](double ms, FailureClass why) {
        if (answer.endMs <= ms)
            return;
        answer.failure = why;
        answer.retryAfterMs.reset();
        answer.endMs = ms;
        if (answer.contentMs && *answer.contentMs >= ms)
            answer.contentMs.reset();
    };
    const auto endContentless = [&](double ms, FailureClass why) {
        if (!answer.contentMs || *answer.contentMs > ms)
            end(ms, why);
    };
    if (answer.failure == FailureClass::Connect && answer.endMs > double(timeouts.connect.count()))
        answer.endMs = double(timeouts.connect.count());
    endContentless(double(std::min(timeouts.firstByte, timeouts.firstToken).count()), FailureClass::Timeout);
    end(double(timeouts.total.count()), FailureClass::Timeout);
    if (contentLeftNs > 0)
        endContentless(double(contentLeftNs) / double(nsPerMs), FailureClass::Aborted);
    if (totalLeftNs > 0)
        end(double(totalLeftNs) / double(nsPerMs), FailureClass::Aborted);
}

SimUpstream::SimUpstream(SimUpstreamModel model, uint64_t seed) : m_model(std::move(model)), m_random(seed) {}

SimAnswer SimUpstream::ask(const SimRequest &request, std::string_view credential, int64_t nowNs)
{
    const int64_t nowMs = nowNs / nsPerMs;
    SimAnswer answer;
    Account &own = account(credential);
    const bool full = m_model.capacity > 0 && m_inFlight >= m_model.capacity;
    ++m_inFlight;
    double slowdown = 1;
    const bool fails = failed(nowMs, answer, slowdown);
    if (fails && !answer.contentMs)
        return answer;
    if (limited(own, request, nowMs, answer))
        return answer;
    if (full) {
        answer = {};
        answer.failure = FailureClass::Overloaded;
        answer.endMs = refusedAfterMs;
        return answer;
    }
    if (request.conversation != 0 && m_model.cacheKept.count() > 0) {
        const auto prompt = own.warm.find(request.conversation);
        if (prompt != own.warm.end() && prompt->second.untilNs >= nowNs)
            answer.cachedTokens = std::min(prompt->second.tokens, request.inputTokens);
    }
    const double cold = double(request.inputTokens - answer.cachedTokens) / 1'000;
    const double ttftMs = slowdown * (m_model.ttftMs.sample(m_random) + cold * m_model.msPerThousandInput);
    const double speed = std::max(0.1, m_model.tokensPerSecond.sample(m_random) / slowdown);
    answer.contentMs = ttftMs;
    answer.endMs = ttftMs + 1'000 * double(request.outputTokens) / speed;
    if (fails)
        answer.endMs = ttftMs + (answer.endMs - ttftMs) * m_random.uniform();
    return answer;
}

void SimUpstream::left(const SimRequest &request, std::string_view credential, bool served, int64_t nowNs)
{
    --m_inFlight;
    if (!served || request.conversation == 0 || m_model.cacheKept.count() == 0)
        return;
    Account &own = account(credential);
    own.warm[request.conversation] = {request.inputTokens + request.outputTokens,
                                      nowNs + std::chrono::nanoseconds(m_model.cacheKept).count()};
    if (own.warm.size() < own.tidyAt)
        return;
    std::erase_if(own.warm, [nowNs](const auto &entry) { return entry.second.untilNs < nowNs; });
    own.tidyAt = std::max<size_t>(1'024, own.warm.size() * 2);
}

SimUpstream::Account &SimUpstream::account(std::string_view credential)
{
    for (Account &one : m_accounts) {
        if (one.credential == credential)
            return one;
    }
    m_accounts.emplace_back().credential = credential;
    return m_accounts.back();
}

bool SimUpstream::limited(Account &own, const SimRequest &request, int64_t nowMs, SimAnswer &answer) const
{
    const SimRateLimit &limit = m_model.limit;
    if (limit.requests <= 0 && limit.tokens <= 0)
        return false;
    const int64_t windowMs = std::max<int64_t>(1, limit.window.count());
    if (nowMs / windowMs != own.window) {
        own.window = nowMs / windowMs;
        own.requests = 0;
        own.tokens = 0;
    }
    const int64_t resetMs = (own.window + 1) * windowMs - nowMs;
    const bool over = (limit.requests > 0 && own.requests >= limit.requests) ||
                      (limit.tokens > 0 && own.tokens + request.inputTokens > limit.tokens);
    if (!over) {
        ++own.requests;
        own.tokens += request.inputTokens;
    }
    if (limit.announced && limit.requests > 0) {
        answer.quota.requestsLimit = limit.requests;
        answer.quota.requestsLeft = limit.requests - own.requests;
        answer.quota.requestsResetMs = resetMs;
    }
    if (limit.announced && limit.tokens > 0) {
        answer.quota.tokensLimit = limit.tokens;
        answer.quota.tokensLeft = std::max<int64_t>(0, limit.tokens - own.tokens);
        answer.quota.tokensResetMs = resetMs;
    }
    if (!over)
        return false;
    answer.failure = FailureClass::RateLimited;
    answer.contentMs.reset();
    answer.endMs = refusedAfterMs;
    if (limit.announced)
        answer.retryAfterMs = resetMs;
    return true;
}

// `contentMs` is set (to nothing yet) when the failure comes after content.
bool SimUpstream::failed(int64_t nowMs, SimAnswer &answer, double &slowdown)
{
    for (const SimFault &fault : m_model.faults) {
        if (!fault.active(nowMs))
            continue;
        slowdown *= fault.slowdown;
        if (fault.failure == FailureClass::None || (fault.share < 1 && m_random.uniform() >= fault.share))
            continue;
        answer.failure = fault.failure;
        answer.endMs = fault.afterMs;
        answer.retryAfterMs = fault.retryAfterMs;
        if (fault.afterContent)
            answer.contentMs = 0;
        return true;
    }
    return false;
}

} // namespace signalbox
