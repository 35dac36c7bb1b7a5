// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/dashboard_source.h"

#include <array>

namespace signalbox::dashboard {

// The spans of time that the dashboard offers, and how long one bucket is in each.
struct Range {
    const char *name;
    DashboardRange range;
    bool always; // also where the window is narrow
};

inline constexpr qint64 minute = 60'000;
inline constexpr qint64 hour = 60 * minute;
inline constexpr qint64 day = 24 * hour;
inline constexpr std::array ranges{
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "5 min"), {5 * minute, 5'000}, false},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "15 min"), {15 * minute, 15'000}, false},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "1 h"), {hour, minute}, true},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "6 h"), {6 * hour, 10 * minute}, true},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "24 h"), {day, 30 * minute}, true},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "7 d"), {7 * day, 3 * hour}, true},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "30 d"), {30 * day, 12 * hour}, false},
    Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "90 d"), {90 * day, day}, true}};
inline constexpr int usualRange = 2;
inline constexpr char shareOfRequests[] = "requests"; // the weights chart without weights

} // namespace signalbox::dashboard
