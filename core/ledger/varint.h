// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// Numbers seven bits to a byte, low ones first; a negative one takes ten bytes and comes back as it was.
inline void putNumber(std::string &out, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        out += static_cast<char>(value | 0x80);
    out += static_cast<char>(value);
}

inline bool takeNumber(std::string_view &in, uint64_t &value)
{
    value = 0;
    const size_t most = in.size() < 10 ? in.size() : 10;
    for (size_t i = 0; i < most; ++i) {
        const auto byte = static_cast<uint8_t>(in[i]);
        value |= static_cast<uint64_t>(byte & 0x7f) << 7 * i;
        if (byte < 0x80) {
            in.remove_prefix(i + 1);
            return true;
        }
    }
    in.remove_prefix(most);
    return false;
}

inline bool takeNumber(std::string_view &in, int64_t &value)
{
    uint64_t plain = 0;
    const bool good = takeNumber(in, plain);
    value = static_cast<int64_t>(plain);
    return good;
}

inline bool skipNumbers(std::string_view &in, int count)
{
    for (size_t i = 0; i < in.size(); ++i) {
        if (static_cast<uint8_t>(in[i]) < 0x80 && --count == 0) {
            in.remove_prefix(i + 1);
            return true;
        }
    }
    in = {};
    return count == 0;
}

// A length, then so many bytes.
inline void putBytes(std::string &out, std::string_view bytes)
{
    putNumber(out, bytes.size());
    out += bytes;
}

inline bool takeBytes(std::string_view &in, std::string_view &bytes)
{
    uint64_t size = 0;
    if (!takeNumber(in, size) || size > in.size())
        return false;
    bytes = in.substr(0, size);
    in.remove_prefix(size);
    return true;
}

} // namespace signalbox
