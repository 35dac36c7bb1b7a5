// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/filter/filter_fields.h"

#include <QtCore/QTimeZone>

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// The filter language of the request log, read and written. Pure. Positions are bytes of UTF-8.
//
//   status:5xx,429 model:opus -client:ci-* cost:>0.05 is:fallback since:2h body:"sorry, I" "some words"
//
// Words part at spaces and all must hold; commas give a field several values of which one must; - in front turns a
// word round. Words without a field are looked for in ids, models, providers, clients and errors. Quoted values are
// taken as they are, with \" and \\ inside.

struct FilterProblem {
    enum class Kind {
        UnknownField, // `word`, perhaps meant `nearest`
        NoValue,      // yet: it may still be being typed
        NotAStatus,   // from here on: `word` is no value of `field`
        NotMoney,
        NotACount,
        NotADuration,
        NotAFlag,
        NotADate,
        Turned, // a range whose end lies before its beginning
        OpenQuote,
        NotNegated, // `field` cannot be turned round, or have several values
    };
    Kind kind = Kind::UnknownField;
    size_t start = 0, length = 0;
    std::string field, word, nearest;
};

struct FilterValue {
    size_t start = 0, length = 0; // with its quotes
    std::string text;             // without
    bool quoted = false;
};

struct FilterWord {
    size_t start = 0, length = 0;
    bool negated = false;
    std::string field; // by its right name; empty: free text
    size_t valuesStart = 0;
    std::vector<FilterValue> values;
    bool sound = true; // no problem in it
};

struct FilterText {
    std::vector<FilterWord> words;
    std::vector<FilterProblem> problems; // words with one have no term
    std::vector<FilterTerm> terms;
    int64_t fromMs = 0, toMs = 0; // of since and until; 0: not said

    bool isSound() const { return problems.empty(); }
};

struct FilterMoment { // what dates are relative to
    int64_t nowMs = 0;
    QTimeZone zone = QTimeZone::utc();
};

FilterText readFilter(std::string_view text, const FilterMoment &moment);

// Reads back as the same terms.
std::string writeFilter(const std::vector<FilterTerm> &terms);
std::string writeFilterDate(int64_t ms, const QTimeZone &zone);
// A value so that `field` means exactly it; free text for an empty field.
std::string writeFilterValue(std::string_view field, std::string_view value);

} // namespace signalbox
