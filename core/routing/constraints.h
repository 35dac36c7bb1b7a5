// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"
#include "core/config/config.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

enum class Refusal : uint8_t { None, RegionUnknown, Region, Denied, NotAllowed, Quality, Unrated };

// Constraints made ready. Borrows them.
class ConstraintTest
{
public:
    explicit ConstraintTest(const Constraints &constraints);

    // `facts` may be null: nothing is known of the model.
    Refusal check(const ProviderConfig &provider, std::string_view model, const ModelFacts *facts) const;
    // What of it holds for every model of the provider.
    Refusal checkProvider(const ProviderConfig &provider) const;
    const Constraints &constraints() const { return *m_constraints; }

private:
    const Constraints *m_constraints;
    std::vector<std::string> m_regions; // lower case
};

// "eu" allows "EU" and "eu-west-1", but neither "europe" nor "eu (France)": what is not plainly inside is outside.
bool regionAllowed(const std::vector<std::string> &lowerRegions, std::string_view region);

} // namespace signalbox
