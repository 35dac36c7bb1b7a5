// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <boost/json/value.hpp>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

namespace signalbox {

// Keeps the first problem found.
class ProblemLog
{
public:
    void report(const std::string &pointer, const std::string &what);
    bool failed() const { return !m_message.empty(); }
    const std::string &message() const { return m_message; }

private:
    std::string m_message;
};

// One JSON object of the config, read member by member with exact pointers in the problems. A member that is absent
// leaves its target as it was, so defaults stay where they are declared. Borrows the value and the log.
class JsonCursor
{
public:
    JsonCursor(const boost::json::value &value, std::string pointer, ProblemLog &log);

    // Must come first: everything but these keys is a problem.
    void allow(std::initializer_list<std::string_view> keys);

    bool has(std::string_view key) const;
    void require(std::string_view key);
    void text(std::string_view key, std::string &out, size_t longest = 1024);
    void flag(std::string_view key, bool &out);
    void whole(std::string_view key, int &out, int least, int most);
    void port(std::string_view key, uint16_t &out);
    void number(std::string_view key, double &out);
    void duration(std::string_view key, Millis &out);
    void oneOf(std::string_view key, std::string &out, std::initializer_list<std::string_view> words);

    void object(std::string_view key, const std::function<void(JsonCursor)> &read);
    void each(std::string_view key, const std::function<void(JsonCursor)> &read);
    void eachText(std::string_view key, std::vector<std::string> &out);
    void eachNumber(std::string_view key, std::vector<double> &out);
    void eachMember(std::string_view key, std::map<std::string, std::string> &out);

    std::string at(std::string_view key) const;
    const boost::json::value *self() const { return m_value; }
    const std::string &pointer() const { return m_pointer; }
    const boost::json::value *find(std::string_view key) const;
    ProblemLog &log() const { return *m_log; }
    void problem(std::string_view key, const std::string &what) { m_log->report(at(key), what); }

private:
    bool asText(const boost::json::value &value, const std::string &pointer, std::string &out, size_t longest);
    bool asNumber(const boost::json::value &value, const std::string &pointer, double &out);
    const boost::json::array *list(std::string_view key);

    const boost::json::value *m_value = nullptr;
    const boost::json::object *m_object = nullptr; // null: the value was no object (already reported)
    std::string m_pointer;
    ProblemLog *m_log;
};

std::string describeJson(const boost::json::value &value); // "a list", "the number 3", "text"

} // namespace signalbox
