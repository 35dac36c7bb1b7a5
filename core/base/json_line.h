// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// Builds one flat JSON object by appending; for log lines, where a tree of values would cost more than the text.
// Text that is not valid UTF-8 is written with U+FFFD in place of the broken bytes.
class JsonLine
{
public:
    JsonLine() : m_text(usualSize, '\0') { begin(); }
    JsonLine &text(std::string_view key, std::string_view value);
    JsonLine &plain(std::string_view key, std::string_view value); // known to need no escape: ids, numbers, own words
    JsonLine &number(std::string_view key, int64_t value);
    JsonLine &number(std::string_view key, const std::optional<int64_t> &value); // absent: null
    JsonLine &decimal(std::string_view key, double value, int places);
    JsonLine &decimal(std::string_view key, const std::optional<double> &value, int places);
    JsonLine &boolean(std::string_view key, bool value);
    std::string take();              // closes the object and adds a line end
    void appendTo(std::string &out); // the same, then begins the next line in the same memory

private:
    static constexpr size_t usualSize = 768; // a line of the request log; longer ones grow
    void begin();
    void end();
    char *room(size_t size); // where so many characters may be written; the caller moves m_size on
    char *key(std::string_view name, size_t valueRoom);
    void endAt(const char *at) { m_size = static_cast<size_t>(at - m_text.data()); }

    std::string m_text; // only the first m_size characters are the line
    size_t m_size = 0;
};

} // namespace signalbox
