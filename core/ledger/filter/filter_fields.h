// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/row_filter.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace signalbox {

// The fields of the filter language: how they are called and what their values look like. Pure.

enum class FilterValueKind {
    Status,   // 429, 5xx, 400..499, >=500
    Word,     // a glob over the whole value
    Part,     // a word stands for what has it inside; quoted for exactly itself
    Contents, // what bodies have inside, as it is
    Money,    // USD
    Count,    // 500, 10k, 1.5m
    Duration, // 500ms, 2s, 1.5min
    Flag,
    Date // since and until
};

struct FilterField {
    const char *name;
    FilterTerm::Field field; // not of dates
    FilterValueKind kind;
};

std::span<const FilterField> filterFields(); // as people look for them
const FilterField *filterField(std::string_view name);
const FilterField &filterField(FilterTerm::Field field); // not Text
std::string nearestFilterField(std::string_view name);   // empty: none is like it

struct FilterFlag {
    const char *name;
    FilterTerm::Flag flag;
};
std::span<const FilterFlag> filterFlags();

// A range of whole units as it is written; both ends belong to it.
struct FilterRange {
    std::optional<int64_t> least, most;
    bool operator==(const FilterRange &) const = default;
};
std::optional<FilterRange> readFilterRange(std::string_view text, FilterValueKind kind); // also turned: least > most
std::string writeFilterRange(const FilterRange &range, FilterValueKind kind);

} // namespace signalbox
