// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Bytes of a base64 text by their place, without decoding what lies between. Without white space, as all dialects have
// it; a place outside or a letter that is none reads as -1. Pure.
class Base64View
{
public:
    explicit Base64View(std::string_view text);

    size_t size() const { return m_size; }
    int at(size_t place) const;
    // Numbers of `bytes` bytes; 0 where there is none.
    uint32_t big(size_t place, int bytes) const;
    uint32_t little(size_t place, int bytes) const;
    bool has(size_t place, std::string_view expected) const;
    // At most `count` bytes from `place`.
    std::string read(size_t place, size_t count) const;

private:
    std::string_view m_text;
    size_t m_size = 0;
};

struct ImageSize {
    uint32_t width = 0;
    uint32_t height = 0;

    bool operator==(const ImageSize &) const = default;
};

// From the header of a PNG, JPEG, WebP or GIF. Absent: another format, or damaged.
std::optional<ImageSize> imageSize(std::string_view base64);

} // namespace signalbox
