// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/health_book.h"

#include <algorithm>
#include <unordered_map>

namespace signalbox {

class TargetHealth
{
};

struct HealthBook::Private {
    std::vector<ProviderConfig> providers;
    std::unordered_map<std::string, std::unique_ptr<TargetHealth>> targets;
    std::vector<std::string> missing; // PROVIDER/CREDENTIAL
};

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

HealthBook::HealthBook(uint64_t) : d(std::make_unique<Private>()) {}
HealthBook::~HealthBook() = default;

void HealthBook::configure(const Config &config)
{
    d->providers = config.providers;
}

TargetHealth *HealthBook::target(std::string_view provider, std::string_view model)
{
    auto &slot = d->targets[std::string(provider) + "/" + std::string(model)];
    if (!slot)
        slot = std::make_unique<TargetHealth>();
    return slot.get();
}

Availability HealthBook::availability(const TargetHealth &, int64_t) const
{
    return {};
}

TargetFigures HealthBook::figures(const TargetHealth &, int64_t) const
{
    return {};
}

std::optional<double> HealthBook::ttftPercentileMs(const TargetHealth &, double, int64_t) const
{
    return std::nullopt;
}

double HealthBook::errorRate(const TargetHealth &, int64_t) const
{
    return 0;
}

std::optional<std::string> HealthBook::pickCredential(std::string_view provider, std::span<const std::string> tried,
                                                      std::string_view preferred, int64_t)
{
    const auto found = std::find_if(d->providers.begin(), d->providers.end(),
                                    [&](const ProviderConfig &p) { return p.id == provider; });
    if (found == d->providers.end())
        return std::nullopt;
    if (found->credentials.empty())
        return tried.empty() ? std::optional<std::string>(std::string()) : std::nullopt;
    std::optional<std::string> best;
    for (const CredentialConfig &credential : found->credentials) {
        const std::string key = std::string(provider) + "/" + credential.id;
        if (std::find(tried.begin(), tried.end(), credential.id) != tried.end() ||
            std::find(d->missing.begin(), d->missing.end(), key) != d->missing.end())
            continue;
        if (!best || credential.id == preferred)
            best = credential.id;
    }
    return best;
}

void HealthBook::setCredentialAtHand(std::string_view provider, std::string_view credential, bool atHand)
{
    const std::string key = std::string(provider) + "/" + std::string(credential);
    std::erase(d->missing, key);
    if (!atHand)
        d->missing.push_back(key);
}

void HealthBook::began(const AttemptKey &, int64_t) {}
void HealthBook::ended(const AttemptKey &, const AttemptResult &, int64_t) {}

std::vector<HealthBook::ProviderRow> HealthBook::providerRows(int64_t) const
{
    return {};
}

std::vector<HealthBook::TargetRow> HealthBook::targetRows(int64_t) const
{
    return {};
}

} // namespace signalbox
