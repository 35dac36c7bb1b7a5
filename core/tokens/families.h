// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tokens/vocabulary.h"

#include <string_view>

namespace signalbox {

enum class TokenVendor { OpenAi, Anthropic, Gemini, Other };

// How a model turns an image into tokens. Each rule is the vendor's published one; see media_rules.h.
struct ImageRule {
    enum class Kind {
        Tiles,   // OpenAI: `base` and `each` for a tile of 512
        Patches, // OpenAI: patches of 32, at most 1,536, times `factor`
        Area,    // Anthropic: width × height / 750
        Crops,   // Gemini: `each` for a crop of up to 768
    };
    Kind kind = Kind::Tiles;
    int base = 85;
    int each = 170;
    double factor = 1.0;
};

// How the tokens of a model are counted. For OpenAI's models and gpt-oss (resources/vocab/encodings.json) the
// vocabulary is theirs and texts are exact. Others publish none that we ship: o200k times a factor. These factors are
// our own starting points, not vendors' figures; what providers report corrects them (calibration.h).
struct TokenFamily {
    VocabularyId vocabulary = VocabularyId::O200k;
    double factor = 1.0;
    bool exact = false;
    TokenVendor vendor = TokenVendor::Other;
    ImageRule image{};
};

// `model` as a provider is asked, also as VENDOR/MODEL (OpenRouter) and ft:MODEL:… . Pure, any thread.
TokenFamily tokenFamilyOf(std::string_view model);

} // namespace signalbox
