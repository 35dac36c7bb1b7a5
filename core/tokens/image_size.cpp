// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/image_size.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

constexpr std::array<int8_t, 256> letterValues = [] {
    std::array<int8_t, 256> values{};
    values.fill(-1);
    constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < letters.size(); ++i)
        values[static_cast<unsigned char>(letters[i])] = static_cast<int8_t>(i);
    values[static_cast<unsigned char>('-')] = 62; // the alphabet for URLs, which some clients send
    values[static_cast<unsigned char>('_')] = 63;
    return values;
}();

// Metadata may stand before the frame, in segments of up to 64 KiB; a file with more of them than this is none.
constexpr int mostSegments = 512;

std::optional<ImageSize> sizeOrNothing(uint32_t width, uint32_t height)
{
    if (width == 0 || height == 0)
        return std::nullopt;
    return ImageSize{width, height};
}

// ITU T.81 B.1.1.3: the frame header SOF0 to SOF15, without DHT, JPG and DAC.
std::optional<ImageSize> jpegSize(const Base64View &bytes)
{
    size_t at = 2;
    for (int i = 0; i < mostSegments; ++i) {
        while (bytes.at(at) == 0xff && bytes.at(at + 1) == 0xff) // fill bytes
            ++at;
        const int marker = bytes.at(at + 1);
        if (bytes.at(at) != 0xff || marker < 0 || marker == 0xd9 || marker == 0xda)
            return std::nullopt;
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
            return sizeOrNothing(bytes.big(at + 7, 2), bytes.big(at + 5, 2));
        const bool alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        at += 2 + (alone ? 0 : bytes.big(at + 2, 2));
    }
    return std::nullopt;
}

// RFC 9649 sections 2.5 to 2.7.
std::optional<ImageSize> webpSize(const Base64View &bytes)
{
    if (bytes.has(12, "VP8X"))
        return sizeOrNothing(bytes.little(24, 3) + 1, bytes.little(27, 3) + 1);
    if (bytes.has(12, "VP8L")) {
        const uint32_t packed = bytes.little(21, 4);
        return sizeOrNothing((packed & 0x3fffU) + 1, (packed >> 14U & 0x3fffU) + 1);
    }
    if (bytes.has(12, "VP8 "))
        return sizeOrNothing(bytes.little(26, 2) & 0x3fffU, bytes.little(28, 2) & 0x3fffU);
    return std::nullopt;
}

} // namespace

Base64View::Base64View(std::string_view text) : m_text(text)
{
    while (!m_text.empty() && m_text.back() == '=')
        m_text.remove_suffix(1);
    m_size = m_text.size() / 4 * 3 + (m_text.size() % 4 > 0 ? m_text.size() % 4 - 1 : 0);
}

int Base64View::at(size_t place) const
{
    if (place >= m_size)
        return -1;
    const size_t group = place / 3 * 4;
    const size_t within = place % 3;
    const auto value = [this](size_t i) { return letterValues[static_cast<unsigned char>(m_text[i])]; };
    const int left = value(group + within);
    const int right = value(group + within + 1);
    if (left < 0 || right < 0)
        return -1;
    const int shift = 4 - 2 * static_cast<int>(within);
    return ((left << (6 - shift)) | (right >> shift)) & 0xff;
}

uint32_t Base64View::big(size_t place, int bytes) const
{
    uint32_t number = 0;
    for (int i = 0; i < bytes; ++i) {
        const int byte = at(place + static_cast<size_t>(i));
        if (byte < 0)
            return 0;
        number = number << 8U | static_cast<uint32_t>(byte);
    }
    return number;
}

uint32_t Base64View::little(size_t place, int bytes) const
{
    uint32_t number = 0;
    for (int i = bytes - 1; i >= 0; --i) {
        const int byte = at(place + static_cast<size_t>(i));
        if (byte < 0)
            return 0;
        number = number << 8U | static_cast<uint32_t>(byte);
    }
    return number;
}

bool Base64View::has(size_t place, std::string_view expected) const
{
    for (size_t i = 0; i < expected.size(); ++i) {
        if (at(place + i) != static_cast<unsigned char>(expected[i]))
            return false;
    }
    return true;
}

std::string Base64View::read(size_t place, size_t count) const
{
    std::string bytes;
    const size_t end = std::min(m_size, place + std::min(count, m_size));
    bytes.reserve(end > place ? end - place : 0);
    for (; place < end; ++place)
        bytes += static_cast<char>(std::max(0, at(place)));
    return bytes;
}

std::optional<ImageSize> imageSize(std::string_view base64)
{
    const Base64View bytes(base64);
    if (bytes.has(0, "\x89PNG\r\n\x1a\n"))
        return sizeOrNothing(bytes.big(16, 4), bytes.big(20, 4));
    if (bytes.has(0, "GIF8"))
        return sizeOrNothing(bytes.little(6, 2), bytes.little(8, 2));
    if (bytes.has(0, "RIFF") && bytes.has(8, "WEBP"))
        return webpSize(bytes);
    if (bytes.has(0, "\xff\xd8"))
        return jpegSize(bytes);
    return std::nullopt;
}

} // namespace signalbox
