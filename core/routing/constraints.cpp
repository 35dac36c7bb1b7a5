// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/constraints.h"

#include "core/base/glob.h"

#include <algorithm>

namespace signalbox {

namespace {

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool anyMatches(const std::vector<std::string> &patterns, std::string_view target)
{
    return std::any_of(patterns.begin(), patterns.end(),
                       [&](const std::string &pattern) { return globMatch(pattern, target); });
}

} // namespace

bool regionAllowed(const std::vector<std::string> &lowerRegions, std::string_view region)
{
    return std::any_of(lowerRegions.begin(), lowerRegions.end(), [&](const std::string &allowed) {
        return region.size() >= allowed.size() && (region.size() == allowed.size() || region[allowed.size()] == '-') &&
               std::equal(allowed.begin(), allowed.end(), region.begin(), [](char a, char b) { return a == lower(b); });
    });
}

ConstraintTest::ConstraintTest(const Constraints &constraints)
    : m_constraints(&constraints), m_regions(constraints.regions)
{
    for (std::string &region : m_regions)
        std::transform(region.begin(), region.end(), region.begin(), lower);
}

Refusal ConstraintTest::checkProvider(const ProviderConfig &provider) const
{
    if (m_regions.empty())
        return Refusal::None;
    if (provider.region.empty())
        return Refusal::RegionUnknown;
    return regionAllowed(m_regions, provider.region) ? Refusal::None : Refusal::Region;
}

Refusal ConstraintTest::check(const ProviderConfig &provider, std::string_view model, const ModelFacts *facts) const
{
    if (const Refusal refusal = checkProvider(provider); refusal != Refusal::None)
        return refusal;
    if (!m_constraints->allow.empty() || !m_constraints->deny.empty()) {
        std::string target;
        target.reserve(provider.id.size() + 1 + model.size());
        target.append(provider.id).append(1, '/').append(model);
        if (anyMatches(m_constraints->deny, target))
            return Refusal::Denied;
        if (!m_constraints->allow.empty() && !anyMatches(m_constraints->allow, target))
            return Refusal::NotAllowed;
    }
    if (!m_constraints->minQuality)
        return Refusal::None;
    const QualityScore *score = facts ? facts->qualityBy(m_constraints->qualityOf) : nullptr;
    if (!score)
        return m_constraints->unratedAllowed ? Refusal::None : Refusal::Unrated;
    return score->score < *m_constraints->minQuality ? Refusal::Quality : Refusal::None;
}

} // namespace signalbox
