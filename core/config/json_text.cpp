// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/json_text.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <vector>

namespace signalbox {

namespace {

namespace json = boost::json;

// Listens to the parser to find repeated keys and the pointer at which one stands.
class DuplicateKeyHandler
{
public:
    static constexpr size_t max_object_size = size_t(-1);
    static constexpr size_t max_array_size = size_t(-1);
    static constexpr size_t max_key_size = size_t(-1);
    static constexpr size_t max_string_size = size_t(-1);

    const std::string &duplicate() const { return m_duplicate; }

    bool on_document_begin(json::error_code &) { return true; }
    bool on_document_end(json::error_code &) { return true; }
    bool on_object_begin(json::error_code &) { return open(false); }
    bool on_array_begin(json::error_code &) { return open(true); }
    bool on_object_end(size_t, json::error_code &) { return close(); }
    bool on_array_end(size_t, json::error_code &) { return close(); }
    bool on_key_part(json::string_view part, size_t, json::error_code &)
    {
        m_key.append(part.data(), part.size());
        return true;
    }
    bool on_key(json::string_view part, size_t, json::error_code &)
    {
        m_key.append(part.data(), part.size());
        Level &level = m_levels.back();
        if (!level.keys.insert(m_key).second && m_duplicate.empty())
            m_duplicate = childPointer(pointer(m_levels.size() - 1), m_key);
        level.current = std::move(m_key);
        m_key.clear();
        return true;
    }
    bool on_string_part(json::string_view, size_t, json::error_code &) { return true; }
    bool on_string(json::string_view, size_t, json::error_code &) { return value(); }
    bool on_number_part(json::string_view, json::error_code &) { return true; }
    bool on_int64(int64_t, json::string_view, json::error_code &) { return value(); }
    bool on_uint64(uint64_t, json::string_view, json::error_code &) { return value(); }
    bool on_double(double, json::string_view, json::error_code &) { return value(); }
    bool on_bool(bool, json::error_code &) { return value(); }
    bool on_null(json::error_code &) { return value(); }
    bool on_comment_part(json::string_view, json::error_code &) { return true; }
    bool on_comment(json::string_view, json::error_code &) { return true; }

private:
    struct Level {
        bool list = false;
        size_t index = 0;
        std::string current;
        std::set<std::string> keys;
    };

    bool open(bool list)
    {
        m_levels.push_back({list, 0, {}, {}});
        return true;
    }
    bool close()
    {
        m_levels.pop_back();
        return value();
    }
    bool value()
    {
        if (!m_levels.empty())
            ++m_levels.back().index;
        return true;
    }
    std::string pointer(size_t depth) const
    {
        std::string text;
        for (size_t i = 0; i < depth; ++i)
            text = childPointer(text, m_levels[i].list ? std::to_string(m_levels[i].index) : m_levels[i].current);
        return text;
    }

    std::vector<Level> m_levels;
    std::string m_key;
    std::string m_duplicate;
};

Error atPosition(std::string_view text, size_t offset, const std::string &what)
{
    const std::string_view before = text.substr(0, offset);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const size_t lineStart = before.rfind('\n');
    const std::string_view inLine = lineStart == std::string_view::npos ? before : before.substr(lineStart + 1);
    // Columns count characters, not bytes of UTF-8.
    const auto column = 1 + std::count_if(inLine.begin(), inLine.end(), [](char c) { return (c & 0xc0) != 0x80; });
    return {"config_invalid", "line " + std::to_string(line) + ", column " + std::to_string(column) + ": " + what};
}

} // namespace

std::string childPointer(const std::string &pointer, std::string_view key)
{
    std::string out = pointer + '/';
    for (const char c : key) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

Result<json::value> parseStrictJson(std::string_view text)
{
    json::basic_parser<DuplicateKeyHandler> parser{json::parse_options()};
    json::error_code error;
    const size_t used = parser.write_some(false, text.data(), text.size(), error);
    if (error == json::error::incomplete)
        return atPosition(text, text.size(), "the text ends too early");
    if (error)
        return atPosition(text, used, "not valid JSON (" + error.message() + ")");
    const size_t extra = text.find_first_not_of(" \t\r\n", used);
    if (extra != std::string_view::npos)
        return atPosition(text, extra, "more text after the end of the JSON value");
    if (!parser.handler().duplicate().empty())
        return Error{"config_invalid", parser.handler().duplicate() + ": this key is there twice"};
    json::value value = json::parse(json::string_view(text.data(), text.size()), error);
    if (error)
        return atPosition(text, 0, "not valid JSON (" + error.message() + ")");
    return value;
}

} // namespace signalbox
