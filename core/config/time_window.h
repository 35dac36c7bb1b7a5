// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace signalbox {

// Minutes of the day, the end not included; an end before the begin is on the next day.
struct TimeWindow {
    int fromMinute = 0;
    int toMinute = 0; // 1440: midnight

    bool holds(int minute) const
    {
        return fromMinute < toMinute ? minute >= fromMinute && minute < toMinute
                                     : minute >= fromMinute || minute < toMinute;
    }
};

std::optional<TimeWindow> parseTimeWindow(std::string_view text); // "08:00-18:00"

} // namespace signalbox
