// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_fields.h"

#include <algorithm>
#include <array>
#include <vector>

namespace signalbox {

namespace {

using Field = FilterTerm::Field;
using Flag = FilterTerm::Flag;
using Kind = FilterValueKind;

constexpr std::array<FilterField, 22> fields{{
    {"status", Field::Status, Kind::Status},
    {"model", Field::Model, Kind::Part},
    {"provider", Field::Provider, Kind::Word},
    {"project", Field::Project, Kind::Word},
    {"client", Field::Client, Kind::Word},
    {"user", Field::User, Kind::Word},
    {"route", Field::Route, Kind::Word},
    {"is", Field::Is, Kind::Flag},
    {"error", Field::Error, Kind::Part},
    {"cost", Field::Cost, Kind::Money},
    {"tokens", Field::Tokens, Kind::Count},
    {"ttft", Field::Ttft, Kind::Duration},
    {"duration", Field::Duration, Kind::Duration},
    {"since", Field::Text, Kind::Date},
    {"until", Field::Text, Kind::Date},
    {"body", Field::Body, Kind::Contents},
    {"session", Field::Session, Kind::Word},
    {"asked", Field::Asked, Kind::Part},
    {"dialect", Field::Dialect, Kind::Word},
    {"credential", Field::Credential, Kind::Word},
    {"tag", Field::Tag, Kind::Word},
    {"id", Field::Id, Kind::Part},
}};

constexpr std::array<FilterFlag, 6> flags{{{"error", Flag::Error},
                                           {"stream", Flag::Stream},
                                           {"cached", Flag::Cached},
                                           {"fallback", Flag::Fallback},
                                           {"lossy", Flag::Lossy},
                                           {"unpriced", Flag::Unpriced}}};

struct Unit {
    std::string_view name;
    int64_t size;
};
// The first that divides a number writes it; the empty one is for what has none.
constexpr std::array<Unit, 1> moneyUnits{{{"", 1'000'000'000}}};
constexpr std::array<Unit, 3> countUnits{{{"m", 1'000'000}, {"k", 1'000}, {"", 1}}};
constexpr std::array<Unit, 6> timeUnits{
    {{"h", 3'600'000'000}, {"min", 60'000'000}, {"m", 60'000'000}, {"s", 1'000'000}, {"ms", 1'000}, {"us", 1}}};

std::span<const Unit> unitsOf(Kind kind)
{
    if (kind == Kind::Money)
        return moneyUnits;
    if (kind == Kind::Duration)
        return timeUnits;
    return countUnits;
}

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Of a decimal number so many units; none when it is not a whole number of the smallest, or too large.
std::optional<int64_t> inUnits(std::string_view digits, int64_t unit)
{
    const size_t point = std::min(digits.find('.'), digits.size());
    int64_t whole = 0;
    if (digits.empty() || (point == 0 && digits.size() == 1))
        return std::nullopt;
    for (const char c : digits.substr(0, point)) {
        if (!isDigit(c) || __builtin_mul_overflow(whole, int64_t(10), &whole) ||
            __builtin_add_overflow(whole, int64_t(c - '0'), &whole))
            return std::nullopt;
    }
    if (__builtin_mul_overflow(whole, unit, &whole))
        return std::nullopt;
    for (size_t i = point + 1; i < digits.size(); ++i) {
        if (!isDigit(digits[i]) || (unit % 10 != 0 && digits[i] != '0'))
            return std::nullopt;
        unit /= 10;
        if (__builtin_add_overflow(whole, unit * (digits[i] - '0'), &whole))
            return std::nullopt;
    }
    return whole;
}

std::optional<int64_t> readNumber(std::string_view text, Kind kind)
{
    if (kind == Kind::Money && !text.empty() && text.front() == '$')
        text.remove_prefix(1);
    const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
    std::string unit(text.substr(end));
    std::transform(unit.begin(), unit.end(), unit.begin(), lower);
    for (const Unit &known : unitsOf(kind)) {
        if (known.name == unit)
            return inUnits(text.substr(0, end), known.size);
    }
    return std::nullopt;
}

std::string writeNumber(int64_t number, Kind kind)
{
    const auto units = unitsOf(kind);
    if (kind != Kind::Money) {
        const auto unit = std::find_if(units.begin(), units.end(),
                                       [number](const Unit &u) { return number != 0 && number % u.size == 0; });
        const Unit &used = unit == units.end() ? units.back() : *unit;
        return std::to_string(number / used.size).append(used.name);
    }
    const int64_t usd = units.front().size;
    std::string text = std::to_string(number / usd);
    std::string rest = std::to_string(number % usd + usd).substr(1); // with the zeros in front
    rest.erase(rest.find_last_not_of('0') + 1);
    return rest.empty() ? text : text + '.' + rest;
}

std::optional<FilterRange> readEnds(std::string_view text, Kind kind, size_t dots)
{
    FilterRange range;
    const std::string_view first = text.substr(0, dots);
    const std::string_view last = text.substr(dots + 2);
    if (first.empty() && last.empty())
        return std::nullopt;
    if (!first.empty() && !(range.least = readNumber(first, kind)))
        return std::nullopt;
    if (!last.empty() && !(range.most = readNumber(last, kind)))
        return std::nullopt;
    return range;
}

// 5xx, 42x
std::optional<FilterRange> readStatusClass(std::string_view text)
{
    if (text.size() != 3 || !isDigit(text[0]) || lower(text[2]) != 'x')
        return std::nullopt;
    const int64_t hundreds = (text[0] - '0') * 100;
    if (lower(text[1]) == 'x')
        return FilterRange{hundreds, hundreds + 99};
    if (!isDigit(text[1]))
        return std::nullopt;
    const int64_t tens = hundreds + (text[1] - '0') * 10;
    return FilterRange{tens, tens + 9};
}

// Letters to change, add or take away to make one of the other.
size_t distance(std::string_view a, std::string_view b)
{
    std::vector<size_t> row(b.size() + 1);
    for (size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (lower(a[i - 1]) == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

} // namespace

std::span<const FilterField> filterFields()
{
    return fields;
}

const FilterField *filterField(std::string_view name)
{
    const auto found = std::find_if(fields.begin(), fields.end(), [name](const FilterField &field) {
        const std::string_view known = field.name;
        return std::equal(known.begin(), known.end(), name.begin(), name.end(),
                          [](char a, char b) { return a == lower(b); });
    });
    return found == fields.end() ? nullptr : &*found;
}

const FilterField &filterField(Field wanted)
{
    return *std::find_if(fields.begin(), fields.end(), [wanted](const FilterField &field) {
        return field.field == wanted && field.kind != Kind::Date;
    });
}

std::string nearestFilterField(std::string_view name)
{
    constexpr size_t longest = 16;
    if (name.size() > longest)
        return {};
    const char *nearest = "";
    size_t least = 3;
    for (const FilterField &field : fields) {
        const bool begins = name.size() >= 2 && std::string_view(field.name).starts_with(name);
        const size_t apart = begins ? 0 : distance(name, field.name);
        if (apart < least && apart < name.size()) {
            least = apart;
            nearest = field.name;
        }
    }
    return nearest;
}

std::span<const FilterFlag> filterFlags()
{
    return flags;
}

std::optional<FilterRange> readFilterRange(std::string_view text, Kind kind)
{
    if (kind == Kind::Status) {
        if (const auto whole = readStatusClass(text))
            return whole;
    }
    if (const size_t dots = text.find(".."); dots != std::string_view::npos)
        return readEnds(text, kind, dots);
    const bool above = text.starts_with('>');
    const bool below = text.starts_with('<');
    if (above || below)
        text.remove_prefix(1);
    const bool with = (above || below) && text.starts_with('=');
    if (with)
        text.remove_prefix(1);
    const auto number = readNumber(text, kind);
    if (!number)
        return std::nullopt;
    constexpr int64_t end = INT64_MAX;
    if (above)
        return *number == end && !with ? std::nullopt
                                       : std::optional(FilterRange{*number + (with ? 0 : 1), std::nullopt});
    if (below)
        return FilterRange{std::nullopt, *number - (with ? 0 : 1)};
    return FilterRange{*number, *number};
}

std::string writeFilterRange(const FilterRange &range, Kind kind)
{
    // The rounder number: > 0.05 rather than >= 0.050000001.
    const auto rounder = [kind](int64_t one, int64_t other) {
        return writeNumber(one, kind).size() < writeNumber(other, kind).size();
    };
    if (range.least && range.most) {
        if (kind == Kind::Status && *range.least % 100 == 0 && *range.most == *range.least + 99 && *range.least < 1'000)
            return std::to_string(*range.least / 100) + "xx";
        const std::string least = writeNumber(*range.least, kind);
        return *range.least == *range.most ? least : least + ".." + writeNumber(*range.most, kind);
    }
    if (range.least) {
        const bool open = *range.least >= 1 && rounder(*range.least - 1, *range.least);
        return open ? ">" + writeNumber(*range.least - 1, kind) : ">=" + writeNumber(*range.least, kind);
    }
    const int64_t most = range.most.value_or(0);
    if (most < 0)
        return "<" + writeNumber(0, kind);
    const bool closed = most == INT64_MAX || rounder(most, most + 1);
    return closed ? "<=" + writeNumber(most, kind) : "<" + writeNumber(most + 1, kind);
}

} // namespace signalbox
