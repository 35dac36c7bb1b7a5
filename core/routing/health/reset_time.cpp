// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/reset_time.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <string>

namespace signalbox {

namespace {

constexpr double longestMs = 31.0 * 24 * 3'600'000;

struct Unit {
    std::string_view name;
    double ms;
};
constexpr std::array<Unit, 21> units{{
    {"ns", 1e-6},  {"us", 1e-3},    {"\xc2\xb5s", 1e-3}, {"ms", 1},        {"milliseconds", 1}, {"s", 1e3},
    {"sec", 1e3},  {"secs", 1e3},   {"second", 1e3},     {"seconds", 1e3}, {"m", 6e4},          {"min", 6e4},
    {"mins", 6e4}, {"minute", 6e4}, {"minutes", 6e4},    {"h", 3.6e6},     {"hour", 3.6e6},     {"hours", 3.6e6},
    {"d", 8.64e7}, {"day", 8.64e7}, {"days", 8.64e7},
}};

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

// A number at the front, taken off. Without a sign or an exponent.
std::optional<double> takeNumber(std::string_view &text)
{
    size_t size = 0;
    while (size < text.size() && (isDigit(text[size]) || text[size] == '.'))
        ++size;
    double value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + size, value, std::chars_format::fixed);
    if (status != std::errc{} || end != text.data() + size || !std::isfinite(value))
        return std::nullopt;
    text.remove_prefix(size);
    return value;
}

std::optional<int> takeDigits(std::string_view &text, size_t count)
{
    int value = 0;
    if (text.size() < count || !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(count), isDigit))
        return std::nullopt;
    std::from_chars(text.data(), text.data() + count, value);
    text.remove_prefix(count);
    return value;
}

bool take(std::string_view &text, std::string_view part)
{
    if (!text.starts_with(part))
        return false;
    text.remove_prefix(part.size());
    return true;
}

// One amount with its unit, taken off.
std::optional<double> takeAmount(std::string_view &text)
{
    std::string_view rest = text;
    const auto amount = takeNumber(rest);
    if (!amount)
        return std::nullopt;
    rest = trimmed(rest);
    size_t size = 0;
    while (size < rest.size() && isLetter(rest[size]))
        ++size;
    const auto unit =
        std::find_if(units.begin(), units.end(), [&](const Unit &u) { return u.name == rest.substr(0, size); });
    if (unit == units.end())
        return std::nullopt;
    rest.remove_prefix(size);
    text = rest;
    return *amount * unit->ms;
}

std::optional<int64_t> utcMs(int year, int month, int day, int hour, int minute, int second)
{
    using namespace std::chrono;
    const year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                              std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok() || hour > 23 || minute > 59 || second > 60)
        return std::nullopt;
    const auto days = sys_days(date).time_since_epoch();
    return duration_cast<milliseconds>(days).count() + ((hour * 60LL + minute) * 60 + second) * 1'000;
}

std::optional<int> monthNamed(std::string_view name)
{
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    const size_t at = name.size() == 3 ? names.find(name) : std::string_view::npos;
    return at == std::string_view::npos || at % 3 != 0 ? std::nullopt : std::optional(static_cast<int>(at / 3) + 1);
}

// "+01:00", "Z", minutes to take off; the rest must be empty.
std::optional<int> zoneMinutes(std::string_view zone)
{
    if (zone == "Z" || zone == "z")
        return 0;
    const bool east = take(zone, "+");
    if (!east && !take(zone, "-"))
        return std::nullopt;
    const auto hours = takeDigits(zone, 2);
    take(zone, ":");
    const auto minutes = takeDigits(zone, 2);
    if (!hours || !minutes || !zone.empty())
        return std::nullopt;
    return (east ? 1 : -1) * (*hours * 60 + *minutes);
}

} // namespace

std::optional<double> decimal(std::string_view text)
{
    text = trimmed(text);
    const auto value = takeNumber(text);
    return value && text.empty() ? value : std::nullopt;
}

std::optional<int64_t> believableWait(double ms)
{
    if (!(ms <= longestMs))
        return std::nullopt;
    return static_cast<int64_t>(std::ceil(std::max(0.0, ms)));
}

std::optional<int64_t> durationTextMs(std::string_view text)
{
    text = trimmed(text);
    if (text.empty())
        return std::nullopt;
    double sum = 0;
    while (!text.empty()) {
        const auto amount = takeAmount(text);
        if (!amount)
            return std::nullopt;
        sum += *amount;
        text = trimmed(text);
    }
    return believableWait(sum);
}

std::optional<int64_t> rfc3339Ms(std::string_view text)
{
    text = trimmed(text);
    const auto year = takeDigits(text, 4);
    const bool dash = take(text, "-");
    const auto month = takeDigits(text, 2);
    const bool secondDash = take(text, "-");
    const auto day = takeDigits(text, 2);
    if (!year || !month || !day || !dash || !secondDash || !(take(text, "T") || take(text, "t") || take(text, " ")))
        return std::nullopt;
    const auto hour = takeDigits(text, 2);
    const bool colon = take(text, ":");
    const auto minute = takeDigits(text, 2);
    const bool secondColon = take(text, ":");
    const auto second = takeDigits(text, 2);
    if (!hour || !minute || !second || !colon || !secondColon)
        return std::nullopt;
    double fraction = 0;
    if (text.starts_with('.'))
        fraction = takeNumber(text).value_or(0);
    const auto zone = zoneMinutes(text);
    const auto utc = utcMs(*year, *month, *day, *hour, *minute, *second);
    if (!zone || !utc)
        return std::nullopt;
    return *utc + static_cast<int64_t>(fraction * 1e3) - *zone * 60'000LL;
}

std::optional<int64_t> httpDateMs(std::string_view text)
{
    // Sun, 06 Nov 1994 08:49:37 GMT · Sunday, 06-Nov-94 08:49:37 GMT · Sun Nov  6 08:49:37 1994
    std::optional<int> day, month, year, hour, minute, second;
    std::string words(trimmed(text));
    std::replace_if(
        words.begin(), words.end(), [](char c) { return c == ',' || c == '-' || c == ' '; }, '\n');
    size_t at = 0;
    while (at < words.size()) {
        const size_t end = std::min(words.find('\n', at), words.size());
        std::string_view word = std::string_view(words).substr(at, end - at);
        at = end + 1;
        if (const auto named = monthNamed(word)) {
            month = named;
        } else if (word.size() == 8 && word[2] == ':' && word[5] == ':') {
            hour = takeDigits(word, 2);
            take(word, ":");
            minute = takeDigits(word, 2);
            take(word, ":");
            second = takeDigits(word, 2);
        } else if (!word.empty() && word.size() <= 4 && std::all_of(word.begin(), word.end(), isDigit)) {
            std::optional<int> &field = day ? year : day;
            const size_t digits = word.size();
            field = takeDigits(word, digits);
            if (&field == &year && digits == 2) // RFC 9110: more than 50 years ahead is the past
                *field += *field >= 76 ? 1900 : 2000;
        }
    }
    if (!day || !month || !year || !hour || !minute || !second)
        return std::nullopt;
    return utcMs(*year, *month, *day, *hour, *minute, *second);
}

std::optional<int64_t> waitFromMs(std::string_view text, int64_t nowMs)
{
    constexpr double secondsOf2001 = 1e9;
    constexpr double millisecondsOf2001 = 1e12;
    if (const auto number = decimal(text)) {
        if (*number >= millisecondsOf2001)
            return believableWait(*number - static_cast<double>(nowMs));
        if (*number >= secondsOf2001)
            return believableWait(*number * 1e3 - static_cast<double>(nowMs));
        return believableWait(*number * 1e3);
    }
    if (const auto duration = durationTextMs(text))
        return duration;
    auto moment = rfc3339Ms(text);
    if (!moment)
        moment = httpDateMs(text);
    return moment ? believableWait(static_cast<double>(*moment - nowMs)) : std::nullopt;
}

std::optional<int64_t> waitInWordsMs(std::string_view message)
{
    constexpr size_t longest = 16 * 1024;
    message = message.substr(0, longest);
    for (const std::string_view lead : {"try again in ", "retry in ", "retry after ", "Retry in ", "Retry after "}) {
        size_t at = message.find(lead);
        if (at == std::string_view::npos)
            continue;
        std::string_view rest = message.substr(at + lead.size());
        double sum = 0;
        bool any = false;
        while (const auto amount = takeAmount(rest)) {
            sum += *amount;
            any = true;
            if (rest.size() > 1 && rest[0] == ' ' && isDigit(rest[1]))
                rest.remove_prefix(1);
        }
        if (any)
            return believableWait(sum);
    }
    return std::nullopt;
}

} // namespace signalbox
