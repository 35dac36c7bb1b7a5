// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/time_window.h"

namespace signalbox {

namespace {

constexpr int minutesOfDay = 24 * 60;

std::optional<int> parseMinute(std::string_view text)
{
    const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
    if (text.size() != 5 || text[2] != ':')
        return std::nullopt;
    const int hours = digit(0) * 10 + digit(1);
    const int minutes = digit(3) * 10 + digit(4);
    if (hours > 24 || minutes > 59 || (hours == 24 && minutes != 0))
        return std::nullopt;
    return hours * 60 + minutes;
}

} // namespace

std::optional<TimeWindow> parseTimeWindow(std::string_view text)
{
    if (text.size() != 11 || text[5] != '-')
        return std::nullopt;
    const auto from = parseMinute(text.substr(0, 5));
    const auto to = parseMinute(text.substr(6));
    if (!from || !to || *from == minutesOfDay || *from == *to)
        return std::nullopt;
    return TimeWindow{*from, *to};
}

} // namespace signalbox
