// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/health_book.h"

#include "core/routing/health/health_state.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t msNs = 1'000'000;
constexpr double unknownDurationMs = 1'000;

// The latest of several reasons; one that waiting does not end is the latest of all.
void takeLater(Availability &worst, const Availability &other)
{
    if (other.available() || (!worst.available() && worst.untilNs == 0))
        return;
    if (worst.available() || other.untilNs == 0 || other.untilNs > worst.untilNs)
        worst = other;
}

void takeBreaker(Availability &worst, const Breaker &breaker, int64_t nowNs)
{
    if (const int64_t untilNs = breaker.blockedUntilNs(nowNs); untilNs != 0)
        takeLater(worst, {Block::Breaker, untilNs});
}

Availability providerAvailability(const ProviderHealth &provider, int64_t nowNs)
{
    Availability worst;
    takeBreaker(worst, provider.breaker, nowNs);
    takeLater(worst, provider.credentials.availability(nowNs));
    return worst;
}

} // namespace

const char *blockName(Block block)
{
    switch (block) {
    case Block::Breaker:
        return "breaker";
    case Block::CoolDown:
        return "cool-down";
    case Block::OutOfCredit:
        return "out-of-credit";
    case Block::BadCredential:
        return "bad-credential";
    case Block::None:
        break;
    }
    return "none";
}

HealthBook::HealthBook(uint64_t seed) : d(std::make_unique<Private>(seed)) {}
HealthBook::~HealthBook() = default;

TargetHealth *HealthBook::target(std::string_view provider, std::string_view model)
{
    ProviderHealth *found = d->provider(provider);
    if (!found)
        return nullptr;
    if (const auto known = found->targets.find(model); known != found->targets.end()) {
        TargetHealth &target = *known->second;
        if (!target.named)
            d->unnamed.splice(d->unnamed.end(), d->unnamed, target.place);
        return &target;
    }
    return d->make(*found, model);
}

const TargetHealth *HealthBook::find(std::string_view provider, std::string_view model) const
{
    return d->target(provider, model);
}

Availability HealthBook::availability(const TargetHealth &target, int64_t nowNs) const
{
    Availability worst = providerAvailability(*target.provider, nowNs);
    takeBreaker(worst, target.breaker, nowNs);
    if (target.coolDown.untilNs() > nowNs)
        takeLater(worst, {Block::CoolDown, target.coolDown.untilNs()});
    return worst;
}

Availability HealthBook::availability(std::string_view provider, std::string_view model, int64_t nowNs) const
{
    const ProviderHealth *found = d->provider(provider);
    if (!found)
        return {};
    const auto known = found->targets.find(model);
    return known == found->targets.end() ? providerAvailability(*found, nowNs) : availability(*known->second, nowNs);
}

TargetFigures HealthBook::figures(const TargetHealth &target, int64_t nowNs) const
{
    return target.figures.read(d->clock, d->momentAt(nowNs));
}

std::optional<double> HealthBook::ttftPercentileMs(const TargetHealth &target, double share, int64_t nowNs) const
{
    return target.figures.ttftPercentile(share, d->momentAt(nowNs));
}

std::optional<double> HealthBook::durationPercentileMs(const TargetHealth &target, double share, int64_t nowNs) const
{
    return target.figures.durationPercentile(share, d->momentAt(nowNs));
}

std::optional<double> HealthBook::tokensPerSecond(const TargetHealth &target, int64_t nowNs) const
{
    return target.figures.usualSpeed(d->momentAt(nowNs));
}

double HealthBook::attempts(const TargetHealth &target, int64_t nowNs) const
{
    return target.figures.attempts(d->momentAt(nowNs));
}

double HealthBook::errorRate(const TargetHealth &target, int64_t nowNs) const
{
    return target.figures.errorRate(d->momentAt(nowNs));
}

std::optional<std::string> HealthBook::pickCredential(std::string_view provider, std::span<const std::string> tried,
                                                      std::string_view preferred, int64_t nowNs)
{
    ProviderHealth *found = d->provider(provider);
    const CredentialState *picked = found ? found->credentials.pick(tried, preferred, nowNs) : nullptr;
    return picked ? std::optional(picked->id) : std::nullopt;
}

void HealthBook::setCredentialAtHand(std::string_view provider, std::string_view credential, bool atHand)
{
    ProviderHealth *found = d->provider(provider);
    CredentialState *state = found ? found->credentials.find(credential) : nullptr;
    if (!state)
        return;
    if (atHand && !state->atHand)
        state->hold.clear();
    state->atHand = atHand;
}

void HealthBook::credentialRenewed(std::string_view provider, std::string_view credential)
{
    ProviderHealth *found = d->provider(provider);
    CredentialState *state = found ? found->credentials.find(credential) : nullptr;
    if (!state)
        return;
    state->hold.clear();
    state->coolDown.clear();
    state->quota = {};
}

AttemptTicket HealthBook::began(const AttemptKey &key, int64_t nowNs)
{
    const int64_t now = d->advance(nowNs);
    ProviderHealth *provider = d->provider(key.provider);
    if (!provider)
        return {};
    TargetHealth *target = key.model.empty() ? nullptr : HealthBook::target(key.provider, key.model);
    const bool probing = !provider->breaker.isClosed() || (target && !target->breaker.isClosed());
    if (probing) {
        const RecentFigures &figures = target ? target->figures : provider->figures;
        const double expectedMs = figures.durationPercentile(0.5, d->momentAt(now)).value_or(unknownDurationMs);
        const auto expectedNs = static_cast<int64_t>(expectedMs * static_cast<double>(msNs));
        provider->breaker.began(now, expectedNs);
        if (target)
            target->breaker.began(now, expectedNs);
    }
    ++provider->figures.inFlight;
    if (target)
        ++target->figures.inFlight;
    if (CredentialState *credential = provider->credentials.find(key.credential)) {
        credential->hold.began(now);
        ++credential->figures.inFlight;
    }
    return {provider->breaker.next(), target ? target->breaker.next() : 0};
}

void HealthBook::answered(const AttemptKey &key, int64_t nowNs)
{
    const int64_t now = d->advance(nowNs);
    ProviderHealth *provider = d->provider(key.provider);
    if (!provider)
        return;
    if (provider->breaker.state(now) == Breaker::State::HalfOpen)
        provider->breaker.close(now);
    TargetHealth *target = d->target(key.provider, key.model);
    if (target && target->breaker.state(now) == Breaker::State::HalfOpen)
        target->breaker.close(now);
    if (CredentialState *credential = provider->credentials.find(key.credential))
        credential->hold.answered(now);
}

void HealthBook::ended(const AttemptKey &key, const AttemptResult &result, int64_t nowNs)
{
    const int64_t now = d->advance(nowNs);
    ProviderHealth *provider = d->provider(key.provider);
    if (!provider)
        return;
    TargetHealth *target = d->target(key.provider, key.model);
    CredentialState *credential = provider->credentials.find(key.credential);
    const double tookMs = std::clamp(result.durationMs, 0.0, 1e9);
    const int64_t beganNs = now - static_cast<int64_t>(tookMs * static_cast<double>(msNs));
    const Sample sample = Sample::of(result, d->clock.at(now));
    RecentFigures *const scopes[] = {&provider->figures, target ? &target->figures : nullptr,
                                     credential ? &credential->figures : nullptr};
    for (RecentFigures *figures : scopes) {
        if (!figures)
            continue;
        // A provider or key that left the config and came back was not told of what began before.
        figures->inFlight = std::max(0, figures->inFlight - 1);
        if (!key.model.empty())
            figures->add(sample);
    }
    d->told(*provider, target, result, beganNs, now);
    if (target)
        d->coolTarget(*target, result, key.credential.empty(), beganNs, now);
    if (credential)
        d->toldCredential(*credential, result, beganNs, now);
}

} // namespace signalbox
