// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include "core/base/byte_words.h"

#include <boost/json.hpp>

#include <array>
#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

namespace json = boost::json;

constexpr std::array<bool, 256> escapedBytes = [] {
    std::array<bool, 256> table{};
    for (size_t i = 0; i < 0x20; ++i)
        table[i] = true;
    table['"'] = true;
    table['\\'] = true;
    return table;
}();

void appendEscape(std::string &out, char c)
{
    static constexpr char digits[] = "0123456789abcdef";
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
        out += digits[(static_cast<unsigned char>(c) >> 4U) & 0xfU];
        out += digits[static_cast<unsigned char>(c) & 0xfU];
    }
}

void appendEscaped(std::string &out, std::string_view text)
{
    const auto needsEscape = [](uint64_t bytes) {
        return holdsByteBelow(bytes, 0x20) || holdsByte(bytes, '"') || holdsByte(bytes, '\\');
    };
    size_t begin = 0;
    for (size_t i = runOfWords(text, 0, needsEscape); i < text.size(); ++i) {
        if (!escapedBytes[static_cast<unsigned char>(text[i])])
            continue;
        out.append(text.substr(begin, i - begin));
        appendEscape(out, text[i]);
        begin = i + 1;
        i = runOfWords(text, begin, needsEscape) - 1;
    }
    out.append(text.substr(begin));
}

} // namespace

void JsonWriter::separate()
{
    if (m_comma)
        m_out += ',';
    m_comma = true;
}

void JsonWriter::open(char bracket)
{
    separate();
    m_out += bracket;
    m_comma = false;
}

void JsonWriter::close(char bracket)
{
    m_out += bracket;
    m_comma = true;
}

void JsonWriter::key(std::string_view name)
{
    separate();
    m_out += '"';
    appendEscaped(m_out, name);
    m_out += "\":";
    m_comma = false;
}

void JsonWriter::text(std::string_view value)
{
    textBegin();
    appendEscaped(m_out, value);
    m_out += '"';
}

void JsonWriter::textBegin()
{
    separate();
    m_out += '"';
}

void JsonWriter::textPart(std::string_view part)
{
    appendEscaped(m_out, part);
}

void JsonWriter::number(double value)
{
    if (!std::isfinite(value))
        return null();
    separate();
    std::array<char, 32> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    m_out.append(buffer.data(), end.ptr);
}

void JsonWriter::integer(int64_t value)
{
    separate();
    std::array<char, 24> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    m_out.append(buffer.data(), end.ptr);
}

void JsonWriter::boolean(bool value)
{
    separate();
    m_out += value ? "true" : "false";
}

void JsonWriter::null()
{
    separate();
    m_out += "null";
}

void JsonWriter::raw(std::string_view json)
{
    separate();
    m_out += json;
}

void JsonWriter::memberUnlessEmpty(std::string_view name, std::string_view value)
{
    if (!value.empty())
        member(name, value);
}

void JsonWriter::value(const json::value &value)
{
    switch (value.kind()) {
    case json::kind::null:
        return null();
    case json::kind::bool_:
        return boolean(value.get_bool());
    case json::kind::int64:
        return integer(value.get_int64());
    case json::kind::uint64:
        separate();
        m_out += std::to_string(value.get_uint64());
        return;
    case json::kind::double_:
        return number(value.get_double());
    case json::kind::string:
        return text(value.get_string());
    case json::kind::array:
        beginArray();
        for (const json::value &item : value.get_array())
            this->value(item);
        return endArray();
    case json::kind::object:
        beginObject();
        for (const json::key_value_pair &member : value.get_object()) {
            key(member.key());
            this->value(member.value());
        }
        return endObject();
    }
}

std::string jsonText(const json::value &value)
{
    std::string text;
    JsonWriter(text).value(value);
    return text;
}

} // namespace signalbox
