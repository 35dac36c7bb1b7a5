// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// What is known of a model, and from where. Values; a missing fact is absent, never a guess. Money is integer:
// pico-USD per token (1 USD per million tokens = 1,000,000 pUSD per token).

enum class Modality : uint8_t { Text = 1, Image = 2, Audio = 4, Video = 8, Document = 16 };
struct Modalities { // a set; empty: not known
    uint8_t bits = 0;

    bool known() const { return bits != 0; }
    bool has(Modality modality) const { return (bits & static_cast<uint8_t>(modality)) != 0; }
    void add(Modality modality) { bits |= static_cast<uint8_t>(modality); }
    bool operator==(const Modalities &) const = default;
};

// Applies to the whole request when input + cachedInput + cacheWrite is above (not at) the limit.
struct PriceTier {
    int64_t inputTokensAbove = 0;
    std::optional<int64_t> input;
    std::optional<int64_t> output;
    std::optional<int64_t> cacheRead;
    std::optional<int64_t> cacheWrite;
    std::optional<int64_t> cacheWrite1h;
    std::optional<int64_t> inputAudio;
    std::optional<int64_t> outputAudio;
    std::optional<int64_t> inputImage{};
    std::optional<int64_t> outputImage{};

    bool operator==(const PriceTier &) const = default;
};

struct Price {
    std::string id; // what a ledger row points at: "catalogue:openai/gpt-5@2026-09-27", "config:box/*"
    // By rising limit, the first from 0; never empty. Each names every price that holds in it, also those that are
    // as in the tier below.
    std::vector<PriceTier> tiers;
    std::optional<int64_t> perRequestNanoUsd;
    std::vector<std::pair<std::string, double>> serviceTiers; // flex, priority, batch → factor on every price
    std::string source;
    std::string asOf; // YYYY-MM-DD
    std::optional<int64_t> perWebSearchNanoUsd{};

    const PriceTier &tierFor(int64_t inputTokens) const;
    bool operator==(const Price &) const = default;
};

struct QualityScore {
    std::string metric; // name of the figures: "swe-bench-verified"
    double score = 0;   // in the metric's own unit, higher is better
    std::string source;
    std::string asOf;

    bool operator==(const QualityScore &) const = default;
};

struct ModelFacts {
    std::string provider; // as the catalogue names it
    std::string model;
    std::string name;
    std::optional<int64_t> contextTokens;
    std::optional<int64_t> maxOutputTokens;
    Modalities input;
    Modalities output;
    std::optional<bool> tools;
    std::optional<bool> reasoning;
    std::string released; // YYYY-MM-DD or shorter; empty: not known
    std::string status;   // deprecated, beta; empty: ordinary
    std::string source;
    std::string asOf;
    std::optional<Price> price;
    std::vector<QualityScore> quality;
    std::optional<int64_t> otherContextTokens; // what another source says; `contextTokens` is the choice

    const QualityScore *qualityBy(const std::string &metric) const; // empty: the first; nullptr: unrated
};
using ModelFactsPtr = std::shared_ptr<const ModelFacts>; // nullptr: nothing is known

} // namespace signalbox
