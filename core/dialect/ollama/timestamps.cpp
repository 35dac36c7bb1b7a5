// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/timestamps.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace signalbox::ollama {

namespace {

namespace chrono = std::chrono;

// Takes `digits` digits and, unless it is 0, the character behind them.
std::optional<int> takeNumber(std::string_view &text, size_t digits, char behind)
{
    int number = 0;
    if (text.size() < digits + (behind ? 1U : 0U))
        return std::nullopt;
    const auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
    if (error != std::errc() || end != text.data() + digits || number < 0)
        return std::nullopt;
    text.remove_prefix(digits);
    if (behind) {
        if (text.front() != behind)
            return std::nullopt;
        text.remove_prefix(1);
    }
    return number;
}

std::optional<int64_t> takeOffset(std::string_view text)
{
    if (text == "Z" || text == "z")
        return 0;
    if (text.empty() || (text.front() != '+' && text.front() != '-'))
        return std::nullopt;
    const int64_t sign = text.front() == '-' ? -1 : 1;
    text.remove_prefix(1);
    const auto hours = takeNumber(text, 2, ':');
    const auto minutes = takeNumber(text, 2, 0);
    if (!hours || !minutes || !text.empty())
        return std::nullopt;
    return sign * (int64_t{*hours} * 3600 + int64_t{*minutes} * 60);
}

} // namespace

std::string timestampOf(int64_t secondsSince1970)
{
    const chrono::sys_seconds when{chrono::seconds(secondsSince1970)};
    const auto day = chrono::floor<chrono::days>(when);
    const chrono::year_month_day date{day};
    const chrono::hh_mm_ss time{when - day};
    std::array<char, 64> text{};
    const int size = std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.000000000Z",
                                   static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                                   static_cast<unsigned>(date.day()), static_cast<int>(time.hours().count()),
                                   static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<size_t>(size)};
}

std::optional<int64_t> secondsOf(std::string_view timestamp)
{
    const auto year = takeNumber(timestamp, 4, '-');
    const auto month = takeNumber(timestamp, 2, '-');
    const auto day = takeNumber(timestamp, 2, 'T');
    const auto hour = takeNumber(timestamp, 2, ':');
    const auto minute = takeNumber(timestamp, 2, ':');
    const auto second = takeNumber(timestamp, 2, 0);
    if (!year || !month || !day || !hour || !minute || !second)
        return std::nullopt;
    if (timestamp.starts_with('.')) {
        const size_t end = timestamp.find_first_not_of("0123456789", 1);
        timestamp.remove_prefix(end == std::string_view::npos ? timestamp.size() : end);
    }
    const auto offset = takeOffset(timestamp);
    const chrono::year_month_day date{chrono::year(*year), chrono::month(static_cast<unsigned>(*month)),
                                      chrono::day(static_cast<unsigned>(*day))};
    if (!offset || !date.ok())
        return std::nullopt;
    const int64_t days = chrono::sys_days(date).time_since_epoch().count();
    return days * 86400 + int64_t{*hour} * 3600 + int64_t{*minute} * 60 + *second - *offset;
}

} // namespace signalbox::ollama
