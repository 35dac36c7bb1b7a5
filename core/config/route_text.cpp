// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/route_text.h"

#include "core/config/config_reader.h"
#include "core/config/json_text.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace signalbox {

namespace {

constexpr std::string_view routesPointer = "/routes";

// Steps over valid JSON without reading its values.
class Skimmer
{
public:
    explicit Skimmer(std::string_view text) : m_text(text) {}

    size_t at() const { return m_at; }
    void space()
    {
        while (m_at < m_text.size() && std::string_view(" \t\r\n").find(m_text[m_at]) != std::string_view::npos)
            ++m_at;
    }
    bool take(char c)
    {
        space();
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    // The text between the quotes as it stands, escapes and all.
    std::string_view string()
    {
        space();
        const size_t begin = ++m_at;
        while (m_at < m_text.size() && m_text[m_at] != '"')
            m_at += m_text[m_at] == '\\' ? 2 : 1;
        const std::string_view inside = m_text.substr(begin, m_at - begin);
        ++m_at;
        return inside;
    }
    void value()
    {
        space();
        int depth = 0;
        do {
            const char c = m_at < m_text.size() ? m_text[m_at] : ']';
            if (c == '"') {
                string();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++m_at;
            } else if (c == '}' || c == ']') {
                --depth;
                ++m_at;
            } else if (depth == 0) {
                m_at = std::min(m_text.find_first_of(",]} \t\r\n", m_at), m_text.size());
            } else {
                ++m_at;
            }
        } while (depth > 0 && m_at < m_text.size());
    }

private:
    std::string_view m_text;
    size_t m_at = 0;
};

std::string plainStep(std::string_view step)
{
    std::string plain;
    for (size_t i = 0; i < step.size(); ++i) {
        if (step[i] == '~' && i + 1 < step.size())
            plain += step[++i] == '1' ? '/' : '~';
        else
            plain += step[i];
    }
    return plain;
}

// Goes from the container that begins here to its member; false: it has none of that name.
bool enterMember(Skimmer &skim, const std::string &name)
{
    if (skim.take('{')) {
        while (!skim.take('}')) {
            const bool found = skim.string() == name;
            skim.take(':');
            if (found)
                return true;
            skim.value();
            skim.take(',');
        }
        return false;
    }
    size_t index = 0;
    const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), index);
    if (status != std::errc() || end != name.data() + name.size() || !skim.take('['))
        return false;
    for (size_t i = 0; !skim.take(']'); ++i) {
        if (i == index)
            return true;
        skim.value();
        skim.take(',');
    }
    return false;
}

TextSpan spanHere(Skimmer skim)
{
    skim.space();
    const size_t begin = skim.at();
    skim.value();
    return {begin, skim.at()};
}

} // namespace

std::string dedentedText(std::string_view text, size_t columns)
{
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line = text.substr(at, end - at);
        if (at > 0)
            line.remove_prefix(std::min(columns, std::min(line.find_first_not_of(' '), line.size())));
        out.append(line);
        if (end < text.size())
            out += '\n';
        at = end + 1;
    }
    return out;
}

std::optional<TextSpan> spanOf(std::string_view json, std::string_view pointer)
{
    boost::system::error_code code;
    boost::json::parse(json, code);
    if (code)
        return std::nullopt;
    Skimmer skim(json);
    TextSpan span = spanHere(skim);
    while (!pointer.empty()) {
        pointer.remove_prefix(1);
        const size_t end = std::min(pointer.find('/'), pointer.size());
        if (!enterMember(skim, plainStep(pointer.substr(0, end))))
            return span;
        span = spanHere(skim);
        pointer.remove_prefix(end);
    }
    return span;
}

std::string routesText(const Config &config)
{
    if (config.routes.empty())
        return "[]\n";
    const std::string whole = writeConfig(config);
    const auto span = spanOf(whole, routesPointer);
    return dedentedText(std::string_view(whole).substr(span->begin, span->end - span->begin), 2) + '\n';
}

Result<Config> withRoutes(const Config &config, std::string_view routes)
{
    auto list = parseStrictJson(routes);
    if (!list) {
        Error error = list.error();
        if (error.message.starts_with('/'))
            error.message.insert(0, routesPointer);
        return error;
    }
    Config others = config;
    others.routes.clear();
    auto whole = parseStrictJson(writeConfig(others));
    if (!whole)
        return whole.error();
    whole->as_object()["routes"] = std::move(*list);
    return readConfig(boost::json::serialize(*whole));
}

std::string pointerAt(std::string_view json, size_t at)
{
    boost::system::error_code code;
    const boost::json::value whole = boost::json::parse(json, code);
    if (code)
        return {};
    std::string pointer;
    const boost::json::value *value = &whole;
    Skimmer skim(json);
    // Steps down as long as a member holds the place.
    const auto enter = [&](const std::string &name, const boost::json::value &member) {
        Skimmer inside = skim;
        if (!enterMember(inside, name))
            return false;
        const TextSpan span = spanHere(inside);
        if (at < span.begin || at > span.end)
            return false;
        pointer = childPointer(pointer, name);
        skim = inside;
        value = &member;
        return true;
    };
    for (bool deeper = true; deeper;) {
        deeper = false;
        if (const auto *object = value->if_object()) {
            for (const auto &member : *object) {
                if ((deeper = enter(std::string(member.key()), member.value())))
                    break;
            }
        } else if (const auto *list = value->if_array()) {
            for (size_t i = 0; i < list->size() && !deeper; ++i)
                deeper = enter(std::to_string(i), (*list)[i]);
        }
    }
    return pointer;
}

std::optional<TextSpan> problemSpan(std::string_view routes, std::string_view message)
{
    size_t line = 0;
    size_t column = 0;
    const std::string text(message);
    if (std::sscanf(text.c_str(), "line %zu, column %zu", &line, &column) == 2) {
        size_t at = 0;
        for (size_t i = 1; i < line && at != std::string_view::npos; ++i)
            at = routes.find('\n', at) == std::string_view::npos ? routes.size() : routes.find('\n', at) + 1;
        at = std::min(at + column - 1, routes.size());
        return TextSpan{at, std::min(at + 1, routes.size())};
    }
    if (!message.starts_with(routesPointer))
        return std::nullopt;
    message.remove_prefix(routesPointer.size());
    return spanOf(routes, message.substr(0, message.find(": ")));
}

} // namespace signalbox
