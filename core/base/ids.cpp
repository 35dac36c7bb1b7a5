// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"

#include <QtCore/QRandomGenerator>

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr char hexDigits[] = "0123456789abcdef";

char *putHex(char *at, uint64_t value)
{
    for (int shift = 60; shift >= 0; shift -= 4)
        *at++ = hexDigits[value >> shift & 15];
    return at;
}

// The generator is shared and takes a lock each time, so it is asked for many numbers at once.
uint64_t random64()
{
    thread_local std::array<uint64_t, 64> ready;
    thread_local size_t left = 0;
    if (left == 0) {
        QRandomGenerator::global()->fillRange(ready.data(), static_cast<qsizetype>(ready.size()));
        left = ready.size();
    }
    return ready[--left];
}

uint64_t nonZeroRandom()
{
    return std::max<uint64_t>(1, random64());
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
        counter = random64() & 0xff;
    } else {
        ms = lastMs;
        if (++counter > 0xfff) {
            ms = ++lastMs;
            counter = 0;
        }
    }
    const uint64_t random = random64();
    std::array<uint8_t, 16> bytes{};
    for (size_t i = 0; i < 6; ++i)
        bytes[i] = static_cast<uint8_t>(ms >> (40 - 8 * i));
    bytes[6] = static_cast<uint8_t>(0x70 | (counter >> 8));
    bytes[7] = static_cast<uint8_t>(counter);
    for (size_t i = 0; i < 8; ++i)
        bytes[8 + i] = static_cast<uint8_t>(random >> (8 * i));
    bytes[8] = static_cast<uint8_t>(0x80 | (bytes[8] & 0x3f));

    std::string text(36, '-');
    char *at = text.data();
    for (size_t i = 0; i < bytes.size(); ++i) {
        at += i == 4 || i == 6 || i == 8 || i == 10;
        *at++ = hexDigits[bytes[i] >> 4];
        *at++ = hexDigits[bytes[i] & 15];
    }
    return text;
}

std::string makeTraceId()
{
    std::string text(32, '0');
    putHex(putHex(text.data(), nonZeroRandom()), nonZeroRandom());
    return text;
}

std::string makeSpanId()
{
    std::string text(16, '0');
    putHex(text.data(), nonZeroRandom());
    return text;
}

} // namespace signalbox
