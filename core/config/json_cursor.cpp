// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/json_cursor.h"

#include "core/config/config_reader.h"
#include "core/config/json_text.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace signalbox {

namespace {

namespace json = boost::json;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t(0));
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t change = diagonal + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

std::string unknownKey(std::string_view key, std::initializer_list<std::string_view> known)
{
    constexpr size_t longestCompared = 64;
    const auto nearest = std::min_element(known.begin(), known.end(), [&](std::string_view a, std::string_view b) {
        const std::string_view head = key.substr(0, longestCompared);
        return editDistance(head, a) < editDistance(head, b);
    });
    return "unknown key; did you mean `" + std::string(*nearest) + "`?";
}

std::string joined(std::initializer_list<std::string_view> words)
{
    std::string text;
    for (const std::string_view word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

} // namespace

void ProblemLog::report(const std::string &pointer, const std::string &what)
{
    if (m_message.empty())
        m_message = pointer + ": " + what;
}

std::string describeJson(const json::value &value)
{
    switch (value.kind()) {
    case json::kind::null:
        return "null";
    case json::kind::bool_:
        return value.get_bool() ? "true" : "false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
        return "the number " + json::serialize(value);
    case json::kind::string:
        return "text";
    case json::kind::array:
        return "a list";
    case json::kind::object:
        return "an object";
    }
    return "nothing";
}

JsonCursor::JsonCursor(const json::value &value, std::string pointer, ProblemLog &log)
    : m_value(&value), m_object(value.if_object()), m_pointer(std::move(pointer)), m_log(&log)
{
    if (!m_object)
        m_log->report(m_pointer, "must be an object, found " + describeJson(value));
}

void JsonCursor::allow(std::initializer_list<std::string_view> keys)
{
    if (!m_object)
        return;
    for (const auto &member : *m_object) {
        const std::string_view key(member.key().data(), member.key().size());
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            problem(key, unknownKey(key, keys));
    }
}

const json::value *JsonCursor::find(std::string_view key) const
{
    return m_object ? m_object->if_contains(json::string_view(key.data(), key.size())) : nullptr;
}

bool JsonCursor::has(std::string_view key) const
{
    return find(key) != nullptr;
}

void JsonCursor::require(std::string_view key)
{
    if (m_object && !has(key))
        problem(key, "is required");
}

std::string JsonCursor::at(std::string_view key) const
{
    return childPointer(m_pointer, key);
}

bool JsonCursor::asText(const json::value &value, const std::string &pointer, std::string &out, size_t longest)
{
    if (!value.is_string()) {
        m_log->report(pointer, "must be text, found " + describeJson(value));
        return false;
    }
    const std::string_view text(value.get_string().data(), value.get_string().size());
    if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; })) {
        m_log->report(pointer, "must not hold control characters");
        return false;
    }
    if (text.size() > longest) {
        m_log->report(pointer, "must be at most " + std::to_string(longest) + " bytes long");
        return false;
    }
    out = text;
    return true;
}

void JsonCursor::text(std::string_view key, std::string &out, size_t longest)
{
    if (const json::value *value = find(key))
        asText(*value, at(key), out, longest);
}

void JsonCursor::flag(std::string_view key, bool &out)
{
    const json::value *value = find(key);
    if (!value)
        return;
    if (!value->is_bool())
        return problem(key, "must be true or false, found " + describeJson(*value));
    out = value->get_bool();
}

bool JsonCursor::asNumber(const json::value &value, const std::string &pointer, double &out)
{
    json::error_code error;
    const auto number = value.is_number() ? value.to_number<double>(error) : std::nan("");
    if (!value.is_number() || error || !std::isfinite(number)) {
        m_log->report(pointer, "must be a number, found " + describeJson(value));
        return false;
    }
    out = number;
    return true;
}

void JsonCursor::number(std::string_view key, double &out)
{
    if (const json::value *value = find(key))
        asNumber(*value, at(key), out);
}

void JsonCursor::whole(std::string_view key, int &out, int least, int most)
{
    double number = 0;
    const json::value *value = find(key);
    if (!value || !asNumber(*value, at(key), number))
        return;
    if (number != std::floor(number))
        return problem(key, "must be a whole number, found " + describeJson(*value));
    if (number < least || number > most)
        return problem(key, "must be from " + std::to_string(least) + " to " + std::to_string(most));
    out = static_cast<int>(number);
}

void JsonCursor::port(std::string_view key, uint16_t &out)
{
    int number = out;
    whole(key, number, 0, 65535);
    out = static_cast<uint16_t>(number);
}

void JsonCursor::duration(std::string_view key, Millis &out)
{
    const json::value *value = find(key);
    if (!value)
        return;
    if (!value->is_string())
        return problem(key, "must be a duration such as 250ms, 2s, 15m or 1h, found " + describeJson(*value));
    const auto parsed = parseDuration({value->get_string().data(), value->get_string().size()});
    if (!parsed)
        return problem(key, parsed.error().message);
    out = *parsed;
}

void JsonCursor::oneOf(std::string_view key, std::string &out, std::initializer_list<std::string_view> words)
{
    std::string word = out;
    if (!has(key) || !asText(*find(key), at(key), word, 1024))
        return;
    if (std::find(words.begin(), words.end(), word) == words.end())
        return problem(key, "must be one of " + joined(words) + "; found `" + word + "`");
    out = word;
}

void JsonCursor::object(std::string_view key, const std::function<void(JsonCursor)> &read)
{
    if (const json::value *value = find(key))
        read(JsonCursor(*value, at(key), *m_log));
}

const json::array *JsonCursor::list(std::string_view key)
{
    const json::value *value = find(key);
    if (value && !value->is_array())
        problem(key, "must be a list, found " + describeJson(*value));
    return value ? value->if_array() : nullptr;
}

void JsonCursor::each(std::string_view key, const std::function<void(JsonCursor)> &read)
{
    const json::array *items = list(key);
    for (size_t i = 0; items && i < items->size() && !m_log->failed(); ++i)
        read(JsonCursor((*items)[i], childPointer(at(key), std::to_string(i)), *m_log));
}

void JsonCursor::eachText(std::string_view key, std::vector<std::string> &out)
{
    const json::array *items = list(key);
    for (size_t i = 0; items && i < items->size(); ++i)
        asText((*items)[i], childPointer(at(key), std::to_string(i)), out.emplace_back(), 1024);
}

void JsonCursor::eachNumber(std::string_view key, std::vector<double> &out)
{
    const json::array *items = list(key);
    for (size_t i = 0; items && i < items->size(); ++i)
        asNumber((*items)[i], childPointer(at(key), std::to_string(i)), out.emplace_back());
}

void JsonCursor::eachMember(std::string_view key, std::map<std::string, std::string> &out)
{
    const json::value *value = find(key);
    if (!value)
        return;
    if (!value->is_object())
        return problem(key, "must be an object, found " + describeJson(*value));
    for (const auto &member : value->get_object()) {
        const std::string_view name(member.key().data(), member.key().size());
        asText(member.value(), childPointer(at(key), name), out[std::string(name)], 8192);
    }
}

} // namespace signalbox
