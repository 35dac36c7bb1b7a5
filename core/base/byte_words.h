// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace signalbox {

// Eight bytes looked at together, to run over text in which nothing has to be done. Pure.
// Source of the tests: Warren, Hacker's Delight, section 6-1.

constexpr uint64_t everyByte(uint8_t value)
{
    return uint64_t{0x0101010101010101} * value;
}

// `limit`: 1 … 128.
constexpr bool holdsByteBelow(uint64_t bytes, uint8_t limit)
{
    return ((bytes - everyByte(limit)) & ~bytes & everyByte(0x80)) != 0;
}

constexpr bool holdsByte(uint64_t bytes, uint8_t value)
{
    return holdsByteBelow(bytes ^ everyByte(value), 1);
}

// How far `text` runs from `begin` in whole words for which `needsWork` is false.
template<class NeedsWork>
size_t runOfWords(std::string_view text, size_t begin, const NeedsWork &needsWork)
{
    uint64_t bytes = 0;
    for (; begin + sizeof bytes <= text.size(); begin += sizeof bytes) {
        std::memcpy(&bytes, text.data() + begin, sizeof bytes);
        if (needsWork(bytes))
            break;
    }
    return begin;
}

} // namespace signalbox
