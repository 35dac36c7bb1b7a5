// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/number_spans.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace signalbox {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isUpper(char c)
{
    return c >= 'A' && c <= 'Z';
}

bool isWord(char c)
{
    return isDigit(c) || isUpper(c) || (c >= 'a' && c <= 'z') || c == '_';
}

// Neither a word nor the decimals of a number go on here.
bool endsAt(std::string_view text, size_t at)
{
    if (at >= text.size())
        return true;
    const bool decimals = text[at] == '.' && at + 1 < text.size() && isDigit(text[at + 1]);
    return !isWord(text[at]) && !decimals;
}

bool sumsUp(std::string_view digits) // Luhn
{
    int sum = 0;
    for (size_t i = 0; i < digits.size(); ++i) {
        const int digit = digits[digits.size() - 1 - i] - '0';
        const int twice = digit * 2;
        sum += i % 2 == 0 ? digit : twice > 9 ? twice - 9 : twice;
    }
    return sum % 10 == 0;
}

int valueOf(std::string_view digits)
{
    int value = 0;
    for (const char c : digits)
        value = value * 10 + (c - '0');
    return value;
}

bool isOfIssuer(std::string_view digits)
{
    const size_t length = digits.size();
    const int two = valueOf(digits.substr(0, 2));
    const int three = valueOf(digits.substr(0, 3));
    const int four = valueOf(digits.substr(0, 4));
    const auto between = [](int value, int least, int most) { return value >= least && value <= most; };
    if (digits[0] == '4')
        return length == 13 || length == 16 || length == 19;
    if (two == 34 || two == 37)
        return length == 15;
    if (between(two, 51, 55) || between(four, 2221, 2720))
        return length == 16;
    if (between(three, 300, 305) || two == 36 || two == 38 || two == 39)
        return length == 14;
    const bool long16 = length >= 16 && length <= 19;
    return long16 && (between(four, 3528, 3589) || four == 6011 || two == 65 || between(three, 644, 649) || two == 62 ||
                      two == 50 || between(two, 56, 58) || two == 63 || two == 67);
}

bool isCard(std::string_view digits)
{
    return digits.size() >= 13 && digits.size() <= 19 && isOfIssuer(digits) && sumsUp(digits);
}

// Groups of these lengths, a digit each, with the same blank or hyphen between; where they end, 0: they are not there.
size_t groupedCard(std::string_view text, size_t at, std::string_view groups)
{
    std::string digits;
    char between = 0;
    for (const char figure : groups) {
        const auto length = static_cast<size_t>(figure - '0');
        if (!digits.empty()) {
            if (at >= text.size() || (text[at] != ' ' && text[at] != '-') || (between && text[at] != between))
                return 0;
            between = text[at++];
        }
        const std::string_view group = text.substr(std::min(at, text.size()), length);
        if (group.size() != length || !std::all_of(group.begin(), group.end(), isDigit))
            return 0;
        digits += group;
        at += length;
    }
    return endsAt(text, at) && isCard(digits) ? at : 0;
}

size_t ibanLength(std::string_view country)
{
    static constexpr std::array<std::pair<std::string_view, size_t>, 79> lengths{
        {{"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
         {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
         {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
         {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22},
         {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
         {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
         {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
         {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"SA", 24}, {"SC", 31}, {"SE", 24},
         {"SI", 19}, {"SK", 24}, {"SM", 27}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"XK", 20}}};
    const auto found = std::lower_bound(lengths.begin(), lengths.end(), country,
                                        [](const auto &one, std::string_view code) { return one.first < code; });
    return found != lengths.end() && found->first == country ? found->second : 0;
}

bool checksOut(std::string_view iban) // the first four go behind the rest; letters count from 10
{
    int remainder = 0;
    for (size_t i = 0; i < iban.size(); ++i) {
        const char c = iban[(i + 4) % iban.size()];
        remainder = isDigit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
    }
    return remainder == 1;
}

size_t nationalPhone(std::string_view text, size_t at)
{
    const auto digits = [&](size_t from, size_t count) {
        const std::string_view part = text.substr(std::min(from, text.size()), count);
        return part.size() == count && std::all_of(part.begin(), part.end(), isDigit);
    };
    const auto isBetween = [&](size_t place) {
        return place < text.size() && (text[place] == '-' || text[place] == '.' || text[place] == ' ');
    };
    if (!digits(at, 3))
        return 0;
    size_t next = at + 3;
    if (at > 0 && text[at - 1] == '(') {
        if (next >= text.size() || text[next++] != ')')
            return 0;
        next += next < text.size() && text[next] == ' ';
    } else if (isBetween(next)) {
        ++next;
    } else {
        return 0;
    }
    const size_t end = next + 8;
    return digits(next, 3) && isBetween(next + 3) && digits(next + 4, 4) && endsAt(text, end) ? end : 0;
}

} // namespace

size_t cardEnd(std::string_view text, size_t at)
{
    size_t end = at;
    while (end < text.size() && isDigit(text[end]))
        ++end;
    if (end - at >= 13)
        return endsAt(text, end) && isCard(text.substr(at, end - at)) ? end : 0;
    for (const std::string_view groups : {"44443", "4444", "465", "464"}) {
        if (const size_t grouped = groupedCard(text, at, groups))
            return grouped;
    }
    return 0;
}

size_t ibanEnd(std::string_view text, size_t at)
{
    if (at + 4 > text.size() || !isUpper(text[at]) || !isUpper(text[at + 1]) || !isDigit(text[at + 2]) ||
        !isDigit(text[at + 3]))
        return 0;
    const size_t length = ibanLength(text.substr(at, 2));
    std::string iban;
    for (; at < text.size() && iban.size() < length; ++at) {
        if (text[at] == ' ' && !iban.empty() && iban.size() % 4 == 0 && text[at - 1] != ' ')
            continue;
        if (!isDigit(text[at]) && !isUpper(text[at]))
            return 0;
        iban += text[at];
    }
    const bool goesOn = at < text.size() && isWord(text[at]);
    return length > 0 && iban.size() == length && !goesOn && checksOut(iban) ? at : 0;
}

size_t phoneEnd(std::string_view text, size_t at)
{
    if (text[at] != '+')
        return nationalPhone(text, at);
    constexpr size_t fewest = 8;
    constexpr size_t most = 15; // E.164
    size_t digits = 0;
    size_t end = 0;
    bool wasBetween = true; // the country's code follows the plus at once
    for (size_t i = at + 1; i < text.size(); ++i) {
        if (isDigit(text[i])) {
            if (digits == 0 && text[i] == '0')
                return 0;
            ++digits;
            end = i + 1;
            wasBetween = false;
        } else if (std::string_view(" -./()").find(text[i]) == std::string_view::npos ||
                   (wasBetween && text[i] != '(' && text[i] != ' ')) {
            break;
        } else {
            wasBetween = true;
        }
    }
    return digits >= fewest && digits <= most && endsAt(text, end) ? end : 0;
}

} // namespace signalbox
