// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/forecast.h"

#include "core/ledger/budgets/budget_text.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr size_t daysForWeekdays = 14;
constexpr size_t mostDays = 28;
constexpr size_t daysForAnomaly = 7;
constexpr int64_t smallNanoUsd = 100'000'000;
constexpr double leastShare = 1.0 / 24; // an hour into the day says little about it

double quantile(std::vector<double> values, double share)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    const double at = share * static_cast<double>(values.size() - 1);
    const auto low = static_cast<size_t>(at);
    const size_t high = std::min(low + 1, values.size() - 1);
    return values[low] + (at - static_cast<double>(low)) * (values[high] - values[low]);
}

int64_t rounded(double nanoUsd)
{
    constexpr double most = 9e18;
    return std::llround(std::clamp(nanoUsd, 0.0, most));
}

// The mean of each weekday, 1 to 7, and that of all in 0.
std::array<double, 8> meansOf(const std::vector<DaySpend> &days)
{
    std::array<double, 8> sum{};
    std::array<int, 8> count{};
    for (const DaySpend &day : days) {
        const auto weekday = static_cast<size_t>(std::clamp(day.weekday, 1, 7));
        for (const size_t at : {size_t(0), weekday}) {
            sum[at] += static_cast<double>(day.nanoUsd);
            ++count[at];
        }
    }
    sum[0] /= std::max(1, count[0]);
    for (size_t i = 1; i < sum.size(); ++i)
        sum[i] = days.size() >= daysForWeekdays && count[i] > 0 ? sum[i] / count[i] : sum[0];
    return sum;
}

} // namespace

MonthForecast forecastMonth(int64_t spentThisMonth, int64_t spentToday, double todayShare, int todayWeekday,
                            const std::vector<DaySpend> &completeDays, const std::vector<int> &weekdaysToCome)
{
    MonthForecast forecast;
    forecast.spentNanoUsd = spentThisMonth;
    const double share = std::clamp(todayShare, 0.0, 1.0);
    const auto spent = static_cast<double>(spentThisMonth);
    if (completeDays.empty()) {
        const double day = static_cast<double>(spentToday) / std::max(share, leastShare);
        const double rest = std::max(0.0, day - static_cast<double>(spentToday));
        forecast.expectedNanoUsd = rounded(spent + rest + day * static_cast<double>(weekdaysToCome.size()));
        forecast.lowNanoUsd = spentThisMonth;
        forecast.highNanoUsd = forecast.expectedNanoUsd;
        forecast.method = "today's pace goes on; there is no complete day yet to go by";
        return forecast;
    }
    const size_t skipped = completeDays.size() > mostDays ? completeDays.size() - mostDays : 0;
    const std::vector<DaySpend> days(completeDays.begin() + static_cast<ptrdiff_t>(skipped), completeDays.end());
    const auto means = meansOf(days);
    const auto meanOf = [&](int weekday) { return means[static_cast<size_t>(std::clamp(weekday, 1, 7))]; };
    double rest = meanOf(todayWeekday) * (1 - share);
    for (const int weekday : weekdaysToCome)
        rest += meanOf(weekday);
    forecast.expectedNanoUsd = rounded(spent + rest);
    std::vector<double> sums;
    for (const DaySpend &day : days)
        sums.push_back(static_cast<double>(day.nanoUsd));
    const double left = static_cast<double>(weekdaysToCome.size()) + 1 - share;
    forecast.lowNanoUsd = std::min(forecast.expectedNanoUsd, rounded(spent + quantile(sums, 0.25) * left));
    forecast.highNanoUsd = std::max(forecast.expectedNanoUsd, rounded(spent + quantile(sums, 0.75) * left));
    forecast.method =
        days.size() >= daysForWeekdays
            ? "what is spent, and each day to come at the mean of its weekday over the last " +
                  std::to_string(days.size()) + " days"
            : "what is spent, and each day to come at the mean of the last " + std::to_string(days.size()) + " days";
    return forecast;
}

SpendAnomaly findAnomaly(int64_t spentTodayUpToNow, std::vector<int64_t> past)
{
    SpendAnomaly anomaly;
    anomaly.todayNanoUsd = spentTodayUpToNow;
    if (past.size() < daysForAnomaly)
        return anomaly;
    std::vector<double> sums(past.begin(), past.end());
    const double median = quantile(sums, 0.5);
    std::vector<double> deviations;
    for (const double sum : sums)
        deviations.push_back(std::abs(sum - median));
    constexpr double scale = 1.4826; // makes the median deviation that of a normal distribution
    const double limit = std::max(
        {median + 4 * scale * quantile(deviations, 0.5), 2 * median, median + static_cast<double>(smallNanoUsd)});
    anomaly.usualNanoUsd = rounded(median);
    anomaly.limitNanoUsd = rounded(limit);
    anomaly.found = spentTodayUpToNow > anomaly.limitNanoUsd;
    if (anomaly.found)
        anomaly.text = "Today $" + usdText(spentTodayUpToNow) + " is spent; on other days it is $" +
                       usdText(anomaly.usualNanoUsd) + " by this hour.";
    return anomaly;
}

} // namespace signalbox
