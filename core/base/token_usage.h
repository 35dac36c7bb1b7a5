// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// What a provider says it used. The classes are disjoint: input excludes cached and cache writes; output includes
// reasoning. Absent = the provider did not say; never negative.
struct TokenUsage {
    std::optional<int64_t> input;
    std::optional<int64_t> cachedInput;
    std::optional<int64_t> cacheWrite;
    std::optional<int64_t> output;
    std::optional<int64_t> reasoning;         // a part of output
    std::optional<int64_t> cacheWrite1h{};    // a part of cacheWrite: kept for an hour, at its own price
    std::optional<int64_t> inputAudio{};      // a part of input
    std::optional<int64_t> outputAudio{};     // a part of output
    std::optional<int64_t> reportedNanoUsd{}; // money the provider names itself; wins over any price
    std::string serviceTier{};                // as the provider confirms it: flex, priority, batch; empty: standard
    std::optional<int64_t> webSearches{};     // searches the provider made by itself, which some bill one by one
    std::optional<int64_t> inputImage{};      // a part of input, beside audio
    std::optional<int64_t> outputImage{};     // a part of output, beside audio

    bool operator==(const TokenUsage &) const = default;
};

// How sure a cost is (DESIGN section 5, Ledger).
enum class CostState { Exact, Reported, AtLeast, Estimated, Unpriced };
const char *costStateName(CostState state); // exact, reported, at-least, estimated, unpriced
CostState costStateFromName(std::string_view name);

struct Cost {
    std::optional<int64_t> nanoUsd; // absent when unpriced; never 0 for an unknown price
    CostState state = CostState::Unpriced;
    std::string priceId; // what the price was taken from, e.g. "config:box/*"

    bool operator==(const Cost &) const = default;
};

} // namespace signalbox
