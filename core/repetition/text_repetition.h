// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox {

// How much a text repeats itself, and a mark that near-duplicates share. Words are runs of letters and digits in any
// case; in scripts without spaces each character is one. At most the first 64 KiB are looked at. Pure.
struct TextRepetition {
    static constexpr size_t leastWords = 24; // shorter texts say nothing

    size_t words = 0;
    double repeatedShare = 0; // of all runs of four words those that were there before, 0..1
    uint64_t simHash = 0;     // over runs of three words
};
std::optional<TextRepetition> repetitionOf(std::string_view text); // absent: too short

// Finds texts that are nearly alike among the last 256.
class NearDuplicates
{
public:
    static constexpr int mostBitsApart = 3;

    bool seenBefore(uint64_t simHash); // and remembers it

private:
    std::array<uint64_t, 256> m_seen{};
    size_t m_count = 0;
};

} // namespace signalbox
