// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/filter/filter_language.h"

namespace signalbox {

// Changes of a filter's text, by people who click and by completion. Pure; what is not meant stays as it was typed.

enum class FilterChoice { None, Chosen, LeftOut };

// Whether the text has this very value of a field, by itself or among others.
FilterChoice filterChoice(const FilterText &filter, std::string_view field, std::string_view value);

// The text with the value chosen, left out, or neither. A value joins the others of its field.
std::string withFilterChoice(const std::string &text, std::string_view field, std::string_view value,
                             FilterChoice choice);
std::string withoutFilterWord(const std::string &text, const FilterWord &word);

// What is being typed at a place: the name of a field, or a value of one.
struct FilterTyping {
    size_t start = 0, length = 0; // would be replaced
    std::string field;            // empty: a field's name, or free text
    std::string typed;            // without quotes, up to the place
    bool negated = false;
};
FilterTyping filterTypingAt(std::string_view text, size_t place);

} // namespace signalbox
