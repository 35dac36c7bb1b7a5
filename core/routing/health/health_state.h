// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/health/breaker.h"
#include "core/routing/health/credential_pool.h"
#include "core/routing/health/health_book.h"
#include "core/routing/health/recent_figures.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace signalbox {

struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};
template<class T>
using ByName = std::unordered_map<std::string, std::unique_ptr<T>, TextHash, std::equal_to<>>;

struct ProviderHealth;

class TargetHealth
{
public:
    ProviderHealth *provider = nullptr;
    std::string model;
    bool named = false; // by a route: never makes room for others
    Breaker breaker;
    CoolDown coolDown;
    RecentFigures figures;
    // Whether its last attempt that told of health was ill, and when that was: the provider's breaker asks.
    bool ill = false;
    int64_t lastNs = std::numeric_limits<int64_t>::min();
    std::list<TargetHealth *>::iterator place; // among those that may make room; only when not named
};

struct ProviderHealth {
    std::string id;
    std::string server; // what makes it another one: address, way in, own headers
    Breaker breaker;
    bool unreachable = false; // why its breaker opened: connecting failed; else several models were ill
    CredentialPool credentials;
    RecentFigures figures;
    ByName<TargetHealth> targets;
};

struct HealthBook::Private {
    static constexpr size_t mostUnnamed = 4'096;

    explicit Private(uint64_t seed) : dice(seed) {}

    DecayMoment momentAt(int64_t nowNs) const { return clock.at(std::max(nowNs, latestNs)); }
    int64_t advance(int64_t nowNs) { return latestNs = std::max(latestNs, nowNs); }
    ProviderHealth *provider(std::string_view id) const;
    TargetHealth *target(std::string_view provider, std::string_view model) const;
    TargetHealth *make(ProviderHealth &provider, std::string_view model);
    void makeRoom();
    void forget(ProviderHealth &provider);
    void setHalfLife(Millis halfLife);
    void configureProvider(const ProviderConfig &config);
    void nameTargets(const PolicyNode &node);

    void told(ProviderHealth &provider, TargetHealth *target, const AttemptResult &result, int64_t beganNs,
              int64_t nowNs);
    void toldModel(ProviderHealth &provider, TargetHealth &target, FailureClass outcome, const Breaker::End &end);
    Breaker::End endOf(const RecentFigures &figures, FailureClass outcome, int64_t number, int64_t beganNs,
                       int64_t nowNs) const;
    void toldCredential(CredentialState &credential, const AttemptResult &result, int64_t beganNs, int64_t nowNs);
    void coolTarget(TargetHealth &target, const AttemptResult &result, bool keyless, int64_t beganNs, int64_t nowNs);
    bool severalIll(const ProviderHealth &provider, int64_t nowNs) const;

    BreakerConfig settings;
    DecayClock clock{BreakerConfig{}.halfLife};
    Dice dice;
    int64_t latestNs = 0;
    ByName<ProviderHealth> providers;
    std::vector<ProviderHealth *> order; // as configured
    std::list<TargetHealth *> unnamed;   // idle the longest first
};

} // namespace signalbox
