// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <boost/json/value.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// Writes compact JSON straight into a string, members in the order of the calls: no tree in between. Numbers keep all
// their digits, texts are not re-escaped beyond what JSON asks for. Whoever calls it keeps begin and end in balance.
class JsonWriter
{
public:
    explicit JsonWriter(std::string &out) : m_out(out) {}

    void beginObject() { open('{'); }
    void endObject() { close('}'); }
    void beginArray() { open('['); }
    void endArray() { close(']'); }
    void key(std::string_view name);

    void text(std::string_view value);
    void number(double value); // shortest form that reads back the same; not-a-number becomes null
    void integer(int64_t value);
    void boolean(bool value);
    void null();
    void value(const boost::json::value &value); // a subtree, key order kept
    void raw(std::string_view json);             // must be one valid JSON value

    void member(std::string_view name, std::string_view value) { key(name), text(value); }
    void member(std::string_view name, const char *value) { key(name), text(value); }
    void member(std::string_view name, const std::string &value) { key(name), text(value); }
    void member(std::string_view name, bool value) { key(name), boolean(value); }
    void member(std::string_view name, std::floating_point auto value) { key(name), number(value); }
    void member(std::string_view name, std::integral auto value) { key(name), integer(static_cast<int64_t>(value)); }
    void member(std::string_view name, const boost::json::value &json) { key(name), value(json); }
    void memberNull(std::string_view name) { key(name), null(); }
    void memberRaw(std::string_view name, std::string_view json) { key(name), raw(json); }
    // Nothing at all when the text is empty.
    void memberUnlessEmpty(std::string_view name, std::string_view value);

    // Texts that come in pieces: textBegin(), any number of textPart(), textEnd().
    void textBegin();
    void textPart(std::string_view part);
    void textEnd() { m_out += '"'; }

    std::string &out() { return m_out; }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();

    std::string &m_out;
    bool m_comma = false;
};

// `value` as compact JSON with its key order.
std::string jsonText(const boost::json::value &value);

} // namespace signalbox
