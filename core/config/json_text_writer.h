// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config_reader.h"

#include <boost/json/serialize.hpp>

#include <charconv>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Writes JSON by hand: Boost.JSON would print 0.05 as 5E-2, which nobody wants to edit.
class JsonTextWriter
{
public:
    std::string take() { return std::move(m_out) + '\n'; }

    void open(char bracket)
    {
        m_out += bracket;
        m_fresh = true;
        ++m_depth;
    }
    void close(char bracket)
    {
        --m_depth;
        if (!m_fresh)
            newLine();
        m_out += bracket;
        m_fresh = false;
    }
    void key(std::string_view name)
    {
        item();
        text(name);
        m_out += ": ";
    }
    void item()
    {
        if (!m_fresh)
            m_out += ',';
        newLine();
        m_fresh = false;
    }
    void text(std::string_view value)
    {
        m_out += boost::json::serialize(boost::json::string_view(value.data(), value.size()));
    }
    void number(double value)
    {
        char buffer[32];
        const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value);
        m_out.append(buffer, end);
    }
    void flag(bool value) { m_out += value ? "true" : "false"; }
    void json(std::string_view value) { m_out += value; }

    void member(std::string_view name, const std::string &value, const std::string &usual)
    {
        if (value != usual) {
            key(name);
            text(value);
        }
    }
    void member(std::string_view name, double value, double usual)
    {
        if (value != usual) {
            key(name);
            number(value);
        }
    }
    void member(std::string_view name, Millis value, Millis usual)
    {
        if (value != usual) {
            key(name);
            text(formatDuration(value));
        }
    }
    void member(std::string_view name, const std::optional<double> &value)
    {
        if (value) {
            key(name);
            number(*value);
        }
    }

    template<class T, class Write>
    void list(std::string_view name, const std::vector<T> &items, Write write)
    {
        if (items.empty())
            return;
        key(name);
        open('[');
        for (const T &entry : items) {
            item();
            write(entry);
        }
        close(']');
    }
    template<class Write>
    void object(Write write)
    {
        open('{');
        write();
        close('}');
    }

private:
    void newLine()
    {
        m_out += '\n';
        m_out.append(m_depth * 2, ' ');
    }

    std::string m_out;
    size_t m_depth = 0;
    bool m_fresh = true;
};

} // namespace signalbox
