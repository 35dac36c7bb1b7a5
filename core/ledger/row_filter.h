// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace signalbox {

class Statement;

// One condition on a request, as the console's filter language says it.
struct FilterTerm {
    enum class Field {
        Status, // range of codes: 404 to 404, 400 to 499
        Model,  // from here on: a glob
        Provider,
        Project,
        Client,
        User,
        Route,
        Tag,
        Credential,
        Asked, // the model that the client named
        Dialect,
        Error,
        Id,       // without * or ? exactly as it is
        Session,  // as well
        Body,     // what a kept body has inside, as it is
        Text,     // a part of the id, model, provider, client or error
        Cost,     // from here on: a range; in nano-dollars
        Ttft,     // microseconds
        Duration, // microseconds
        Tokens,   // of all classes
        Is        // a flag
    };
    enum class Flag { Error, Stream, Cached, Fallback, Lossy, Unpriced };

    Field field = Field::Text;
    bool negated = false;                   // holds for exactly those for which the term without it does not
    std::string glob{};                     // any case; * any text, ? one character
    std::optional<int64_t> least{}, most{}; // both belong to the range; what is not known is in none
    Flag flag = Flag::Error;
    // Other values of the same field: it holds when one of them does. Only glob, range and flag of these count.
    std::vector<FilterTerm> orElse{};

    bool operator==(const FilterTerm &) const = default;
};

struct SqlBytes {
    std::string bytes;
};
using SqlValue = std::variant<int64_t, std::string, SqlBytes>;

// SQL with its values, in order.
struct SqlCondition {
    std::string sql;
    std::vector<SqlValue> values;

    void add(const std::string &more, std::vector<SqlValue> moreValues = {});
};

int bindValues(Statement &statement, const std::vector<SqlValue> &values, int first = 1); // the next free parameter

// All terms, as a condition over table exchange_row, called x: 0 or 1, never NULL. "1" for none. Field::Body needs a
// connection with addBodySearch().
SqlCondition rowCondition(const std::vector<FilterTerm> &terms);

// What the terms say of table spend_key: a row whose key it does not let through is not let through either. Empty: it
// says nothing.
SqlCondition keyCondition(const std::vector<FilterTerm> &terms);

bool isGlob(const std::string &text);                 // has * or ?
std::string likePattern(const std::string &glob);     // with ESCAPE '\'
std::string containsPattern(const std::string &text); // as well; nothing in it is special
SqlCondition textCondition(const std::string &text);  // Field::Text; a whole id means that request alone

} // namespace signalbox
