// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/health_checker.h"

#include "core/base/clock.h"
#include "core/gateway/header_rules.h"
#include "core/gateway/model_lister.h"

namespace signalbox {

struct HealthChecker::Check final : HttpCallHandler {
    Check(HealthChecker &checker, std::string id) : owner(checker), provider(std::move(id)) {}
    ~Check()
    {
        if (call)
            end(FailureClass::Aborted);
    }

    void responseHead(const HttpResponseHead &head) override
    {
        status = head.status;
        retryAfter = status >= 400 ? retryAfterMs(head.headers, owner.m_clock.wallMs()) : std::nullopt;
    }
    void responseBody(std::string_view) override {}
    void responseEnd() override
    {
        // A server without a list of models is there all the same: its 404 is nobody's illness.
        end(status >= 400 ? classifyReply(status, {}, {}, {}) : FailureClass::None);
    }
    void callFailed(TransportFailure failure, const std::string &) override
    {
        const bool late = failure == TransportFailure::ConnectTimeout || failure == TransportFailure::IdleTimeout ||
                          failure == TransportFailure::FirstByteTimeout || failure == TransportFailure::TotalTimeout;
        end(late ? FailureClass::Timeout : FailureClass::Connect);
    }
    void end(FailureClass failure)
    {
        const int64_t nowNs = owner.m_clock.monotonicNs();
        AttemptResult result;
        result.failure = failure;
        result.durationMs = static_cast<double>(nowNs - startedNs) / 1e6;
        result.retryAfterMs = retryAfter;
        result.ticket = ticket;
        owner.m_health.ended({provider, {}, credential}, result, nowNs);
        call.reset();
    }

    HealthChecker &owner;
    std::string provider;
    std::string credential;
    int64_t dueNs = 0;
    int64_t seenRequests = 0;
    int64_t startedNs = 0;
    AttemptTicket ticket;
    int status = 0;
    std::optional<int64_t> retryAfter;
    std::unique_ptr<HttpCall> call;
};

HealthChecker::HealthChecker(HttpClientPool &pool, const Clock &clock, HealthBook &health, RequestsOf requestsOf)
    : m_pool(pool), m_clock(clock), m_health(health), m_requestsOf(std::move(requestsOf))
{
}

HealthChecker::~HealthChecker() = default;

void HealthChecker::setConfig(RunningConfigPtr config)
{
    m_checks.clear();
    m_config = std::move(config);
    const int64_t nowNs = m_clock.monotonicNs();
    for (const ProviderConfig &provider : m_config->config().providers) {
        if (provider.checkEvery.count() <= 0 || !m_config->provider(provider.id))
            continue;
        auto check = std::make_unique<Check>(*this, provider.id);
        check->dueNs = nowNs + provider.checkEvery.count() * 1'000'000;
        check->seenRequests = m_requestsOf(provider.id);
        m_checks.emplace(provider.id, std::move(check));
    }
}

void HealthChecker::tick(int64_t nowNs)
{
    for (const auto &[provider, check] : m_checks) {
        if (nowNs < check->dueNs || check->call)
            continue;
        const ProviderRuntime *runtime = m_config->provider(provider);
        check->dueNs = nowNs + runtime->config.checkEvery.count() * 1'000'000;
        const int64_t requests = m_requestsOf(provider);
        if (requests == std::exchange(check->seenRequests, requests))
            begin(*check, nowNs);
    }
}

void HealthChecker::begin(Check &check, int64_t nowNs)
{
    const ProviderRuntime *runtime = m_config->provider(check.provider);
    const auto credential = m_config->credentialFor(runtime->config);
    if (!credential)
        return;
    check.credential = credential->id;
    check.startedNs = nowNs;
    check.status = 0;
    check.retryAfter.reset();
    check.ticket = m_health.began({check.provider, {}, check.credential}, nowNs);
    check.call = m_pool.start(modelsRequest(*runtime, credential->secret), check);
}

} // namespace signalbox
