// SPDX-License-Identifier: GPL-3.0-or-later
// Who is known, and what an ended attempt means to each scope.
#include "core/routing/health/health_state.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string serverOf(const ProviderConfig &config)
{
    std::string text = config.dialect + '\n' + config.baseUrl + '\n' + config.auth + '\n' + config.proxy;
    for (const auto &[name, value] : config.headers)
        text += '\n' + name + ':' + value;
    return text;
}

int64_t waitOf(const AttemptResult &result)
{
    if (result.retryAfterMs)
        return *result.retryAfterMs;
    int64_t waitMs = 0;
    const QuotaReading &quota = result.quota;
    if (quota.requestsLeft && *quota.requestsLeft <= 0)
        waitMs = std::max(waitMs, quota.requestsResetMs.value_or(0));
    if (quota.tokensLeft && *quota.tokensLeft <= 0)
        waitMs = std::max(waitMs, quota.tokensResetMs.value_or(0));
    return waitMs;
}

} // namespace

ProviderHealth *HealthBook::Private::provider(std::string_view id) const
{
    const auto found = providers.find(id);
    return found == providers.end() ? nullptr : found->second.get();
}

TargetHealth *HealthBook::Private::target(std::string_view providerId, std::string_view model) const
{
    const ProviderHealth *found = provider(providerId);
    if (!found || model.empty())
        return nullptr;
    const auto known = found->targets.find(model);
    return known == found->targets.end() ? nullptr : known->second.get();
}

TargetHealth *HealthBook::Private::make(ProviderHealth &provider, std::string_view model)
{
    if (unnamed.size() >= mostUnnamed)
        makeRoom();
    auto made = std::make_unique<TargetHealth>();
    TargetHealth *target = made.get();
    target->provider = &provider;
    target->model = model;
    target->place = unnamed.insert(unnamed.end(), target);
    provider.targets.emplace(target->model, std::move(made));
    return target;
}

void HealthBook::Private::makeRoom()
{
    // Those in flight stay, else their end would be told to nobody; there are never more of them than connections.
    const auto idle =
        std::find_if(unnamed.begin(), unnamed.end(), [](const TargetHealth *t) { return t->figures.inFlight == 0; });
    if (idle == unnamed.end())
        return;
    const TargetHealth *target = *idle;
    unnamed.erase(idle);
    target->provider->targets.erase(target->provider->targets.find(target->model));
}

void HealthBook::Private::forget(ProviderHealth &provider)
{
    for (const auto &[model, target] : provider.targets) {
        if (!target->named)
            unnamed.erase(target->place);
    }
}

void HealthBook::Private::setHalfLife(Millis halfLife)
{
    const DecayClock next(halfLife);
    const DecayMoment before = clock.at(latestNs);
    const DecayMoment after = next.at(latestNs);
    for (const auto &[id, provider] : providers) {
        provider->breaker.rebase(before, after);
        provider->figures.rebase(before, after);
        for (CredentialState &credential : provider->credentials.all())
            credential.figures.rebase(before, after);
        for (const auto &[model, target] : provider->targets) {
            target->breaker.rebase(before, after);
            target->figures.rebase(before, after);
        }
    }
    clock = next;
}

void HealthBook::Private::configureProvider(const ProviderConfig &config)
{
    auto &slot = providers[config.id];
    if (!slot) {
        slot = std::make_unique<ProviderHealth>();
        slot->id = config.id;
    }
    ProviderHealth &provider = *slot;
    std::string server = serverOf(config);
    const bool serverChanged = server != provider.server;
    provider.server = std::move(server);
    provider.credentials.configure(config, serverChanged);
    order.push_back(&provider);
    if (serverChanged)
        provider.breaker = {};
    for (const auto &[model, target] : provider.targets) {
        if (serverChanged) {
            target->breaker = {};
            target->coolDown.clear();
        }
        if (target->named) {
            target->named = false;
            target->place = unnamed.insert(unnamed.end(), target.get());
        }
    }
}

void HealthBook::Private::nameTargets(const PolicyNode &node)
{
    for (const PolicyNode &child : node.children)
        nameTargets(child);
    ProviderHealth *found =
        node.kind == PolicyNode::Kind::Target && node.model != "*" ? provider(node.provider) : nullptr;
    if (!found || node.model.empty())
        return;
    const auto known = found->targets.find(node.model);
    TargetHealth *target = known == found->targets.end() ? make(*found, node.model) : known->second.get();
    if (target->named)
        return;
    target->named = true;
    unnamed.erase(target->place);
}

void HealthBook::configure(const Config &config)
{
    if (config.breaker.halfLife != d->settings.halfLife)
        d->setHalfLife(config.breaker.halfLife);
    d->settings = config.breaker;
    std::erase_if(d->providers, [&](const auto &entry) {
        const bool gone = !config.provider(entry.first);
        if (gone)
            d->forget(*entry.second);
        return gone;
    });
    d->order.clear();
    for (const ProviderConfig &provider : config.providers)
        d->configureProvider(provider);
    for (const RouteConfig &route : config.routes)
        d->nameTargets(route.to);
    while (d->unnamed.size() > Private::mostUnnamed) {
        const size_t before = d->unnamed.size();
        d->makeRoom();
        if (d->unnamed.size() == before)
            break;
    }
}

Breaker::End HealthBook::Private::endOf(const RecentFigures &figures, FailureClass outcome, int64_t number,
                                        int64_t beganNs, int64_t nowNs) const
{
    const DecayMoment moment = clock.at(nowNs);
    const double usualMs = DecayingRate::isIllness(outcome) ? figures.durationPercentile(0.95, moment).value_or(0) : 0;
    return {number, beganNs, nowNs, moment, figures.inFlight, static_cast<int64_t>(usualMs * 1e6)};
}

void HealthBook::Private::told(ProviderHealth &provider, TargetHealth *target, const AttemptResult &result,
                               int64_t beganNs, int64_t nowNs)
{
    const FailureClass outcome = result.failure;
    const bool illness = DecayingRate::isIllness(outcome);
    if (target && (illness || outcome == FailureClass::None)) {
        target->ill = illness;
        target->lastNs = nowNs;
    }
    if (target)
        toldModel(provider, *target, outcome, endOf(target->figures, outcome, result.ticket.ofTarget, beganNs, nowNs));

    const Breaker::End end = endOf(provider.figures, outcome, result.ticket.ofProvider, beganNs, nowNs);
    switch (outcome) {
    case FailureClass::None:
        return provider.breaker.succeeded(end);
    case FailureClass::Connect:
        if (provider.breaker.failed(end, settings, dice))
            provider.unreachable = true;
        return;
    case FailureClass::Server:
    case FailureClass::Overloaded:
    case FailureClass::RequestTimeout:
        // It can be reached again; which of its models are well is for their own breakers to say.
        if (!provider.breaker.isClosed() && provider.unreachable)
            return provider.breaker.succeeded(end);
        [[fallthrough]];
    case FailureClass::Timeout:
        if (provider.breaker.state(nowNs) == Breaker::State::HalfOpen)
            provider.breaker.failed(end, settings, dice);
        else
            provider.breaker.neutral(end);
        return;
    default:
        provider.breaker.neutral(end);
    }
}

void HealthBook::Private::toldModel(ProviderHealth &provider, TargetHealth &target, FailureClass outcome,
                                    const Breaker::End &end)
{
    if (outcome == FailureClass::None) {
        target.coolDown.succeeded(end.beganNs);
        return target.breaker.succeeded(end);
    }
    // A connection that fails says nothing of one model.
    if (!DecayingRate::isIllness(outcome) || outcome == FailureClass::Connect)
        return target.breaker.neutral(end);
    const bool opened = target.breaker.failed(end, settings, dice);
    if (opened && provider.breaker.isClosed() && severalIll(provider, end.nowNs)) {
        provider.breaker.open(end.nowNs, settings, dice);
        provider.unreachable = false;
    }
}

// Two models at least that are out, and none that was well within the last half-life.
bool HealthBook::Private::severalIll(const ProviderHealth &provider, int64_t nowNs) const
{
    const int64_t recentNs = nowNs - settings.halfLife.count() * 1'000'000;
    int out = 0;
    for (const auto &[model, target] : provider.targets) {
        if (!target->breaker.isClosed())
            ++out;
        else if (target->lastNs > recentNs && !target->ill)
            return false;
    }
    return out >= 2;
}

void HealthBook::Private::coolTarget(TargetHealth &target, const AttemptResult &result, bool keyless, int64_t beganNs,
                                     int64_t nowNs)
{
    if (result.failure == FailureClass::RateLimited && keyless)
        target.coolDown.throttled(beganNs, nowNs, waitOf(result));
    else if (DecayingRate::isIllness(result.failure) && result.retryAfterMs.value_or(0) > 0)
        target.coolDown.throttled(beganNs, nowNs, *result.retryAfterMs);
}

void HealthBook::Private::toldCredential(CredentialState &credential, const AttemptResult &result, int64_t beganNs,
                                         int64_t nowNs)
{
    credential.setQuota(result.quota, nowNs);
    switch (result.failure) {
    case FailureClass::None:
        credential.hold.succeeded(beganNs);
        credential.coolDown.succeeded(beganNs);
        return;
    case FailureClass::Credential:
        return credential.hold.set(Block::BadCredential, beganNs, nowNs, dice);
    case FailureClass::Quota:
        return credential.hold.set(Block::OutOfCredit, beganNs, nowNs, dice);
    case FailureClass::RateLimited:
        credential.hold.neutral(beganNs);
        if (!credential.id.empty()) // without a key it is the target that was throttled
            credential.coolDown.throttled(beganNs, nowNs, waitOf(result));
        return;
    default:
        credential.hold.neutral(beganNs);
    }
}

} // namespace signalbox
