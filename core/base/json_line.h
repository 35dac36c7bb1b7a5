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
    JsonLine() { m_text.reserve(usualSize); }
    JsonLine &text(std::string_view key, std::string_view value);
    JsonLine &number(std::string_view key, int64_t value);
    JsonLine &number(std::string_view key, const std::optional<int64_t> &value); // absent: null
    JsonLine &decimal(std::string_view key, double value, int places);
    JsonLine &decimal(std::string_view key, const std::optional<double> &value, int places);
    JsonLine &boolean(std::string_view key, bool value);
    std::string take(); // closes the object and appends a line end

private:
    static constexpr size_t usualSize = 768; // a line of the request log; longer ones grow
    void key(std::string_view name);

    std::string m_text = "{";
};

void appendJsonString(std::string &out, std::string_view text);

} // namespace signalbox
