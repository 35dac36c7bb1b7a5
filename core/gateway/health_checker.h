// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/running_config.h"
#include "core/routing/health/health_book.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace signalbox {

class Clock;

// Asks providers that are configured so (ProviderConfig::checkEvery) for their models when nothing else has flowed for
// that long, and tells health how it went, as an attempt at the provider without a model. Off unless configured: some
// providers count every call. Lives on the gateway thread.
class HealthChecker
{
public:
    using RequestsOf = std::function<int64_t(const std::string &provider)>; // finished since the start
    HealthChecker(HttpClientPool &pool, const Clock &clock, HealthBook &health, RequestsOf requestsOf);
    ~HealthChecker();

    void setConfig(RunningConfigPtr config);
    void tick(int64_t nowNs);

private:
    struct Check;
    void begin(Check &check, int64_t nowNs);

    HttpClientPool &m_pool;
    const Clock &m_clock;
    HealthBook &m_health;
    RequestsOf m_requestsOf;
    RunningConfigPtr m_config;
    std::map<std::string, std::unique_ptr<Check>> m_checks; // by provider
};

} // namespace signalbox
