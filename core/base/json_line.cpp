// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_line.h"

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

void appendEscaped(std::string &out, char c)
{
    constexpr char digits[] = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        break;
    case '\\':
        out += "\\\\";
        break;
    case '\n':
        out += "\\n";
        break;
    case '\r':
        out += "\\r";
        break;
    case '\t':
        out += "\\t";
        break;
    default:
        out += "\\u00";
        out += digits[(static_cast<unsigned char>(c) >> 4) & 15];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
}

} // namespace

void appendJsonString(std::string &out, std::string_view text)
{
    out += '"';
    size_t plain = 0; // start of the run that needs no change
    const auto flush = [&](size_t end) { out.append(text.data() + plain, end - plain); };
    for (size_t i = 0; i < text.size();) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            ++i;
            continue;
        }
        if (c < 0x80) {
            flush(i);
            appendEscaped(out, text[i]);
            plain = ++i;
            continue;
        }
        const size_t length = sequenceLength(text.substr(i));
        if (length == 0) {
            flush(i);
            out += replacement;
            plain = ++i;
        } else {
            i += length;
        }
    }
    flush(text.size());
    out += '"';
}

void JsonLine::key(std::string_view name)
{
    if (m_text.size() > 1)
        m_text += ',';
    m_text += '"';
    m_text += name;
    m_text += "\":";
}

JsonLine &JsonLine::text(std::string_view name, std::string_view value)
{
    key(name);
    appendJsonString(m_text, value);
    return *this;
}

JsonLine &JsonLine::number(std::string_view name, int64_t value)
{
    key(name);
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value);
    m_text.append(digits, end.ptr);
    return *this;
}

JsonLine &JsonLine::number(std::string_view name, const std::optional<int64_t> &value)
{
    if (value)
        return number(name, *value);
    key(name);
    m_text += "null";
    return *this;
}

JsonLine &JsonLine::decimal(std::string_view name, double value, int places)
{
    key(name);
    if (!std::isfinite(value)) {
        m_text += "null";
        return *this;
    }
    char digits[48];
    const auto end = std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, places);
    m_text.append(digits, end.ec == std::errc() ? end.ptr : digits);
    return *this;
}

JsonLine &JsonLine::decimal(std::string_view name, const std::optional<double> &value, int places)
{
    return decimal(name, value.value_or(std::nan("")), places);
}

JsonLine &JsonLine::boolean(std::string_view name, bool value)
{
    key(name);
    m_text += value ? "true" : "false";
    return *this;
}

std::string JsonLine::take()
{
    m_text += "}\n";
    std::string out = "{";
    out.swap(m_text);
    return out;
}

} // namespace signalbox
