// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/model_facts.h"
#include "core/config/config.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Prices between their forms. Pure.

// The rates of a tier and what the config calls them.
struct PriceRate {
    const char *name;
    std::optional<int64_t> PriceTier::*member;
};
inline constexpr std::array<PriceRate, 9> priceRates = {{{"inputUsdPerMTok", &PriceTier::input},
                                                         {"outputUsdPerMTok", &PriceTier::output},
                                                         {"cacheReadUsdPerMTok", &PriceTier::cacheRead},
                                                         {"cacheWriteUsdPerMTok", &PriceTier::cacheWrite},
                                                         {"cacheWrite1hUsdPerMTok", &PriceTier::cacheWrite1h},
                                                         {"inputAudioUsdPerMTok", &PriceTier::inputAudio},
                                                         {"outputAudioUsdPerMTok", &PriceTier::outputAudio},
                                                         {"inputImageUsdPerMTok", &PriceTier::inputImage},
                                                         {"outputImageUsdPerMTok", &PriceTier::outputImage}}};

// Tiers take over what they do not name from the tier below. Absent when no price is named at all. Id, source and date
// are left to the caller.
std::optional<Price> priceFrom(const PriceConfig &config);

// A whole number of 10^-places without needless zeros: (125000, 6) is "0.125".
std::string decimalText(int64_t value, int places);

// One line, to be kept beside the rows that were charged with it; the keys are the config's, with `id`, `source` and
// `asOf`. priceFromJson() reads it back to an equal value; its errors name the place.
std::string priceToJson(const Price &price);
Result<Price> priceFromJson(std::string_view json);

} // namespace signalbox
