// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// Guesses about spend, from sums that the ledger gives. Pure.

struct DaySpend {
    int weekday = 1; // 1: Monday … 7: Sunday
    int64_t nanoUsd = 0;
};

struct MonthForecast {
    int64_t spentNanoUsd = 0;    // this month so far
    int64_t expectedNanoUsd = 0; // by its end
    int64_t lowNanoUsd = 0;      // the middle half of the past days, put in for the days to come
    int64_t highNanoUsd = 0;
    std::string method; // for a person
};

// Month end = what is spent + the rest of today + each day to come at the mean of its weekday over the last complete
// days (at most 28, given oldest first). A weekday that did not occur, and every day when there are fewer than 14,
// takes the mean of all. Without a single complete day: today's pace goes on, which the method says. `todayShare`: how
// much of today is over, 0..1. `weekdaysToCome`: of the days after today, to the month's end.
MonthForecast forecastMonth(int64_t spentThisMonth, int64_t spentToday, double todayShare, int todayWeekday,
                            const std::vector<DaySpend> &completeDays, const std::vector<int> &weekdaysToCome);

struct SpendAnomaly {
    int64_t todayNanoUsd = 0;
    int64_t usualNanoUsd = 0; // median of the past days up to the same hour
    int64_t limitNanoUsd = 0; // above this it is told
    bool found = false;
    std::string text; // for a person; empty when nothing is found
};

// Today's spend up to now against that of past days up to the same hour. Told when it is over the median by more than
// four scaled median deviations, more than twice the median and more than ten cents over it; with fewer than seven past
// days nothing is told.
SpendAnomaly findAnomaly(int64_t spentTodayUpToNow, std::vector<int64_t> pastDaysUpToThisHour);

} // namespace signalbox
