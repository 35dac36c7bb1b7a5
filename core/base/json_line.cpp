// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_line.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Length of the valid UTF-8 sequence at the front (RFC 3629), 0 when it is broken.
size_t sequenceLength(std::string_view text)
{
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    const size_t length = first < 0x80                    ? 1
                          : first >= 0xc2 && first < 0xe0 ? 2
                          : first >= 0xe0 && first < 0xf0 ? 3
                          : first >= 0xf0 && first < 0xf5 ? 4
                                                          : 0;
    if (length == 0 || length > text.size())
        return 0;
    for (size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80)
            return 0;
    }
    if ((first == 0xe0 && byte(1) < 0xa0) || (first == 0xed && byte(1) > 0x9f) || (first == 0xf0 && byte(1) < 0x90) ||
        (first == 0xf4 && byte(1) > 0x8f))
        return 0;
    return length;
}

char *put(char *at, std::string_view text)
{
    return std::copy(text.begin(), text.end(), at);
}

char *putEscaped(char *at, char c)
{
    constexpr char digits[] = "0123456789abcdef";
    switch (c) {
    case '"':
        return put(at, "\\\"");
    case '\\':
        return put(at, "\\\\");
    case '\n':
        return put(at, "\\n");
    case '\r':
        return put(at, "\\r");
    case '\t':
        return put(at, "\\t");
    default:
        at = put(at, "\\u00");
        *at++ = digits[(static_cast<unsigned char>(c) >> 4) & 15];
        *at++ = digits[static_cast<unsigned char>(c) & 15];
        return at;
    }
}

constexpr size_t longestEscape = 6;

// With its quotes; `at` has room for longestEscape characters each.
char *putString(char *at, std::string_view text)
{
    *at++ = '"';
    for (size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            *at++ = text[i++];
        } else if (c < 0x80) {
            at = putEscaped(at, text[i++]);
        } else if (const size_t length = sequenceLength(text.substr(i)); length == 0) {
            at = put(at, replacement);
            ++i;
        } else {
            at = put(at, text.substr(i, length));
            i += length;
        }
    }
    *at++ = '"';
    return at;
}

} // namespace

void JsonLine::begin()
{
    m_text[0] = '{';
    m_size = 1;
}

void JsonLine::end()
{
    put(room(2), "}\n");
    m_size += 2;
}

char *JsonLine::room(size_t size)
{
    if (m_text.size() - m_size < size)
        m_text.resize(std::max(2 * m_text.size(), m_size + size));
    return m_text.data() + m_size;
}

char *JsonLine::key(std::string_view name, size_t valueRoom)
{
    char *at = room(name.size() + 4 + valueRoom);
    if (m_size > 1)
        *at++ = ',';
    *at++ = '"';
    at = put(at, name);
    return put(at, "\":");
}

JsonLine &JsonLine::text(std::string_view name, std::string_view value)
{
    endAt(putString(key(name, value.size() * longestEscape + 2), value));
    return *this;
}

JsonLine &JsonLine::plain(std::string_view name, std::string_view value)
{
    char *at = key(name, value.size() + 2);
    *at++ = '"';
    at = put(at, value);
    *at++ = '"';
    endAt(at);
    return *this;
}

JsonLine &JsonLine::number(std::string_view name, int64_t value)
{
    constexpr size_t longest = 24;
    char *at = key(name, longest);
    endAt(std::to_chars(at, at + longest, value).ptr);
    return *this;
}

JsonLine &JsonLine::number(std::string_view name, const std::optional<int64_t> &value)
{
    if (value)
        return number(name, *value);
    endAt(put(key(name, 4), "null"));
    return *this;
}

JsonLine &JsonLine::decimal(std::string_view name, double value, int places)
{
    constexpr size_t longest = 48;
    char *at = key(name, longest);
    constexpr double exact = 1e12; // below it tenths are rounded as integers, which is cheaper
    if (places == 1 && value >= 0 && value < exact) {
        const auto tenths = static_cast<uint64_t>(std::llrint(value * 10));
        at = std::to_chars(at, at + longest, tenths / 10).ptr;
        *at++ = '.';
        *at++ = static_cast<char>('0' + tenths % 10);
        endAt(at);
        return *this;
    }
    const auto end = std::to_chars(at, at + longest, value, std::chars_format::fixed, places);
    endAt(std::isfinite(value) && end.ec == std::errc() ? end.ptr : put(at, "null"));
    return *this;
}

JsonLine &JsonLine::decimal(std::string_view name, const std::optional<double> &value, int places)
{
    return decimal(name, value.value_or(std::nan("")), places);
}

JsonLine &JsonLine::boolean(std::string_view name, bool value)
{
    endAt(put(key(name, 5), value ? "true" : "false"));
    return *this;
}

std::string JsonLine::take()
{
    end();
    std::string out(m_text, 0, m_size);
    begin();
    return out;
}

void JsonLine::appendTo(std::string &out)
{
    end();
    out.append(m_text, 0, m_size);
    begin();
}

} // namespace signalbox
