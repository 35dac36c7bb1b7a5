// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_edit.h"

#include <algorithm>

namespace signalbox {

namespace {

std::string trimmed(std::string text)
{
    const auto isSpace = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
    text.erase(std::find_if_not(text.rbegin(), text.rend(), isSpace).base(), text.end());
    text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), isSpace));
    return text;
}

// What a value written so is read as: status:5xx and status:500..599 are the same.
bool isSame(std::string_view field, const FilterValue &have, std::string_view value)
{
    const FilterField *known = filterField(field);
    if (!known)
        return false;
    if (known->field == FilterTerm::Field::Error)
        return have.text == std::string(value) + '*';
    if (known->kind == FilterValueKind::Part)
        return have.text == value && have.quoted;
    if (known->kind == FilterValueKind::Status) {
        const auto range = readFilterRange(have.text, known->kind);
        return range && range == readFilterRange(value, known->kind);
    }
    return have.text == value;
}

struct Found {
    const FilterWord *word = nullptr;
    size_t value = 0;
};

Found find(const FilterText &filter, std::string_view field, std::string_view value)
{
    for (const FilterWord &word : filter.words) {
        if (word.field != field || !word.sound)
            continue;
        for (size_t i = 0; i < word.values.size(); ++i) {
            if (isSame(field, word.values[i], value))
                return {&word, i};
        }
    }
    return {};
}

std::string without(const std::string &text, const Found &found)
{
    if (found.word->values.size() == 1)
        return withoutFilterWord(text, *found.word);
    const FilterValue &value = found.word->values[found.value];
    const bool first = found.value == 0;
    std::string rest = text;
    rest.erase(first ? value.start : value.start - 1, value.length + 1); // with its comma
    return rest;
}

} // namespace

FilterChoice filterChoice(const FilterText &filter, std::string_view field, std::string_view value)
{
    const Found found = find(filter, field, value);
    if (!found.word)
        return FilterChoice::None;
    return found.word->negated ? FilterChoice::LeftOut : FilterChoice::Chosen;
}

std::string withFilterChoice(const std::string &text, std::string_view field, std::string_view value,
                             FilterChoice choice)
{
    std::string changed = text;
    FilterText filter = readFilter(changed, {});
    while (filterChoice(filter, field, value) != FilterChoice::None) {
        changed = without(changed, find(filter, field, value));
        filter = readFilter(changed, {});
    }
    if (choice == FilterChoice::None)
        return changed;
    const bool negated = choice == FilterChoice::LeftOut;
    const std::string written = writeFilterValue(field, value);
    for (const FilterWord &word : filter.words) {
        if (word.field == field && word.negated == negated && word.sound) {
            changed.insert(word.start + word.length, ',' + written);
            return changed;
        }
    }
    changed = trimmed(changed);
    return changed + (changed.empty() ? "" : " ") + (negated ? "-" : "") + std::string(field) + ':' + written;
}

std::string withoutFilterWord(const std::string &text, const FilterWord &word)
{
    const std::string before = trimmed(text.substr(0, word.start));
    const std::string after = trimmed(text.substr(word.start + word.length));
    return before + (before.empty() || after.empty() ? "" : " ") + after;
}

FilterTyping filterTypingAt(std::string_view text, size_t place)
{
    FilterTyping typing;
    typing.start = place;
    const FilterText filter = readFilter(text.substr(0, place), {}); // what comes behind is not typed yet
    if (filter.words.empty())
        return typing;
    const FilterWord &word = filter.words.back();
    if (word.start + word.length < place)
        return typing; // between words
    typing.negated = word.negated;
    const FilterText whole = readFilter(text, {});
    const auto same = std::find_if(whole.words.begin(), whole.words.end(),
                                   [&word](const FilterWord &one) { return one.start == word.start; });
    if (word.values.empty() || same == whole.words.end())
        return typing;
    const FilterValue &value = word.values.back();
    typing.field = word.field;
    typing.typed = value.text;
    typing.start = value.start;
    const size_t index = word.values.size() - 1;
    const size_t end = index < same->values.size() ? same->values[index].start + same->values[index].length : place;
    typing.length = std::max(end, place) - value.start;
    return typing;
}

} // namespace signalbox
