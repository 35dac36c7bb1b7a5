// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/health_book.h"
#include "core/routing/health/health_state.h"

#include <algorithm>

namespace signalbox {

std::vector<HealthBook::ProviderRow> HealthBook::providerRows(int64_t nowNs) const
{
    const DecayMoment moment = d->momentAt(nowNs);
    std::vector<ProviderRow> rows;
    rows.reserve(d->order.size());
    for (const ProviderHealth *provider : d->order) {
        ProviderRow row;
        row.id = provider->id;
        const Availability keys = provider->credentials.availability(nowNs);
        const int64_t breakerNs = provider->breaker.blockedUntilNs(nowNs);
        row.block = breakerNs != 0 ? Block::Breaker : keys.block;
        row.untilNs = breakerNs != 0 ? breakerNs : keys.untilNs;
        row.figures = provider->figures.read(d->clock, moment);
        row.failures = provider->figures.failures(moment);
        for (const CredentialState &credential : provider->credentials.all()) {
            const Availability state = credential.state(nowNs);
            if (provider->credentials.keyless()) {
                if (row.block == state.block)
                    row.untilNs = std::max(row.untilNs, state.untilNs);
                continue;
            }
            row.credentials.push_back({credential.id, state.block, state.untilNs, credential.figures.inFlight,
                                       credential.quotaAt(nowNs), credential.figures.read(d->clock, moment)});
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

double HealthBook::QuotaRow::share() const
{
    double least = -1;
    for (const auto &[left, limit] :
         {std::pair(quota.requestsLeft, quota.requestsLimit), std::pair(quota.tokensLeft, quota.tokensLimit)}) {
        if (!left || !limit || *limit <= 0)
            continue;
        const double part = std::clamp(static_cast<double>(*left) / static_cast<double>(*limit), 0.0, 1.0);
        least = least < 0 ? part : std::min(least, part);
    }
    return least;
}

std::vector<HealthBook::QuotaRow> HealthBook::quotaRows(int64_t nowNs) const
{
    std::vector<QuotaRow> rows;
    for (const ProviderHealth *provider : d->order) {
        if (provider->credentials.keyless())
            continue;
        for (const CredentialState &credential : provider->credentials.all()) {
            const Availability state = credential.state(nowNs);
            rows.push_back({provider->id, credential.id, state.block, state.untilNs, credential.quotaAt(nowNs)});
        }
    }
    return rows;
}

std::vector<HealthBook::TargetRow> HealthBook::targetRows(int64_t nowNs) const
{
    const DecayMoment moment = d->momentAt(nowNs);
    std::vector<TargetRow> rows;
    for (const ProviderHealth *provider : d->order) {
        const size_t first = rows.size();
        for (const auto &[model, target] : provider->targets)
            rows.push_back({provider->id, model, availability(*target, nowNs), target->figures.read(d->clock, moment),
                            target->figures.failures(moment)});
        std::sort(rows.begin() + static_cast<std::ptrdiff_t>(first), rows.end(),
                  [](const TargetRow &a, const TargetRow &b) { return a.model < b.model; });
    }
    return rows;
}

} // namespace signalbox
