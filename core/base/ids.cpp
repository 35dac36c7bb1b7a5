// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr char hexDigits[] = "0123456789abcdef";

std::string hex64(uint64_t value)
{
    std::string text(16, '0');
    for (size_t i = 16; i-- > 0; value >>= 4)
        text[i] = hexDigits[value & 15];
    return text;
}

uint64_t nonZeroRandom()
{
    return std::max<uint64_t>(1, QRandomGenerator::global()->generate64());
}

} // namespace

std::string makeUuid7(int64_t wallMs)
{
    // The 12 bits of rand_a count within a millisecond (RFC 9562 section 6.2, method 1), so order holds.
    thread_local uint64_t lastMs = 0;
    thread_local uint32_t counter = 0;
    uint64_t ms = static_cast<uint64_t>(wallMs);
    if (ms > lastMs) {
        lastMs = ms;
        counter = QRandomGenerator::global()->bounded(256U);
    } else {
        ms = lastMs;
        if (++counter > 0xfff) {
            ms = ++lastMs;
            counter = 0;
        }
    }
    const uint64_t random = QRandomGenerator::global()->generate64();
    std::array<uint8_t, 16> bytes{};
    for (size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
    bytes[6] = static_cast<uint8_t>(0x70 | (counter >> 8));
    bytes[7] = static_cast<uint8_t>(counter);
    for (size_t i = 0; i < 8; ++i)
        bytes[8 + i] = static_cast<uint8_t>(random >> (8 * i));
    bytes[8] = static_cast<uint8_t>(0x80 | (bytes[8] & 0x3f));

    std::string text;
    text.reserve(36);
    for (size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += hexDigits[bytes[i] >> 4];
        text += hexDigits[bytes[i] & 15];
    }
    return text;
}

std::string makeTraceId()
{
    return hex64(nonZeroRandom()) + hex64(nonZeroRandom());
}

std::string makeSpanId()
{
    return hex64(nonZeroRandom());
}

} // namespace signalbox
