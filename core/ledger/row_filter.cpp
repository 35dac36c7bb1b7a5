// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/row_filter.h"

#include "core/ledger/name_book.h"
#include "core/ledger/packed_text.h"

#include <algorithm>

namespace signalbox {

namespace {

using Field = FilterTerm::Field;

constexpr char like[] = " LIKE ? ESCAPE '\\'";
constexpr char together[] = "(others)"; // users and tags beyond what is kept apart, sessions too

const char *keyColumn(Field field)
{
    switch (field) {
    case Field::Model:
        return "model";
    case Field::Provider:
        return "provider";
    case Field::Project:
        return "project";
    case Field::Client:
        return "client";
    case Field::User:
        return "user";
    case Field::Route:
        return "route";
    case Field::Tag:
        return "tag";
    case Field::Credential:
        return "credential";
    default:
        return nullptr;
    }
}

std::string inKeys(const std::string &condition)
{
    return "x.key IN (SELECT id FROM spend_key WHERE " + condition + ")";
}

SqlCondition keyTerm(const FilterTerm &term, const std::string &column)
{
    const std::string pattern = likePattern(term.glob);
    const std::string ofKey = inKeys(column + like);
    if (term.field != Field::User && term.field != Field::Tag)
        return {ofKey, {pattern}};
    return {"CASE WHEN x." + column + " IS NULL THEN " + ofKey + " ELSE x." + column + like + " END",
            {pattern, pattern}};
}

SqlValue uuidValue(const std::string &text)
{
    const PackedText packed = PackedText::ofUuid(text);
    return packed.isBytes() ? SqlValue(SqlBytes{std::string(packed.bytes())}) : SqlValue(text);
}

SqlCondition nameTerm(const FilterTerm &term, const std::string &column)
{
    return {"CASE typeof(" + column + ") WHEN 'integer' THEN " + column + " IN (SELECT id FROM name WHERE text" + like +
                ") ELSE ifnull(" + column + ", '')" + like + " END",
            {likePattern(term.glob), likePattern(term.glob)}};
}

// Days on which the session has a sum bound the rows that are looked at.
SqlCondition sessionTerm(const FilterTerm &term)
{
    if (isGlob(term.glob))
        return {uuidTextSql("x.session") + like, {likePattern(term.glob)}};
    const SqlValue session = uuidValue(term.glob);
    const auto bound = [](const std::string &what) {
        return "(SELECT " + what + " FROM session_key WHERE session IN (?, '" + together + "'))";
    };
    SqlCondition condition{"ifnull(x.session, '') = ?", {session}};
    if (term.negated || term.glob.empty())
        return condition;
    condition.sql += " AND x.started_at >= ifnull(" + bound("min(first_day) * 86400000") +
                     ", 0) AND x.started_at < ifnull(" + bound("(max(last_day) + 1) * 86400000") + ", 0)";
    condition.values.insert(condition.values.end(), {session, session});
    return condition;
}

SqlCondition rangeTerm(const FilterTerm &term, const std::string &value)
{
    SqlCondition condition{value + " IS NOT NULL", {}};
    if (term.least)
        condition.add(" AND " + value + " >= ?", {*term.least});
    if (term.most)
        condition.add(" AND " + value + " <= ?", {*term.most});
    return condition;
}

const char *flagSql(FilterTerm::Flag flag)
{
    switch (flag) {
    case FilterTerm::Flag::Error:
        return "x.status <> 499 AND (x.status NOT BETWEEN 1 AND 399 OR x.error IS NOT NULL)";
    case FilterTerm::Flag::Stream:
        return "x.stream <> 0";
    case FilterTerm::Flag::Cached:
        return "x.cached_input_tokens > 0";
    case FilterTerm::Flag::Fallback:
        return "x.attempts > 1";
    case FilterTerm::Flag::Lossy:
        return "x.loss_count > 0";
    case FilterTerm::Flag::Unpriced:
        return "x.cost_nanousd IS NULL";
    }
    return "0";
}

SqlCondition bodyTerm(const FilterTerm &term)
{
    return {"EXISTS (SELECT 1 FROM request_body b JOIN body y ON y.sha256 = b.sha256 WHERE b.request_id = " +
                uuidTextSql("x.id") + " AND b.kind < 4 AND body_holds(y.zstd, y.size, ?))",
            {term.glob}};
}

SqlCondition plainTerm(const FilterTerm &term)
{
    switch (term.field) {
    case Field::Status:
        return rangeTerm(term, "x.status");
    case Field::Asked:
        return nameTerm(term, "x.requested_model");
    case Field::Dialect:
        return nameTerm(term, "x.dialect");
    case Field::Error:
        return nameTerm(term, "x.error");
    case Field::Id:
        if (isGlob(term.glob))
            return {uuidTextSql("x.id") + like, {likePattern(term.glob)}};
        return {"x.id = ?", {uuidValue(term.glob)}};
    case Field::Body:
        return bodyTerm(term);
    case Field::Session:
        return sessionTerm(term);
    case Field::Text:
        return textCondition(term.glob);
    case Field::Cost:
        return rangeTerm(term, "x.cost_nanousd");
    case Field::Ttft:
        return rangeTerm(term, "x.ttft_us");
    case Field::Duration:
        return rangeTerm(term, "x.duration_us");
    case Field::Tokens:
        return rangeTerm(term, "(ifnull(x.input_tokens, 0) + ifnull(x.cached_input_tokens, 0) + "
                               "ifnull(x.cache_write_tokens, 0) + ifnull(x.output_tokens, 0))");
    case Field::Is:
        return {flagSql(term.flag), {}};
    default:
        return keyTerm(term, keyColumn(term.field));
    }
}

bool isExactId(const FilterTerm &term)
{
    return !isGlob(term.glob);
}

// A long list of ids is no chain of OR: SQLite bounds how deep those go.
SqlCondition oneTerm(const FilterTerm &term)
{
    if (term.orElse.empty())
        return plainTerm(term);
    if (term.field == Field::Id && isExactId(term) && std::all_of(term.orElse.begin(), term.orElse.end(), isExactId)) {
        SqlCondition ids{"x.id IN (?", {uuidValue(term.glob)}};
        for (const FilterTerm &other : term.orElse)
            ids.add(", ?", {uuidValue(other.glob)});
        ids.sql += ')';
        return ids;
    }
    SqlCondition any;
    const auto add = [&any, &term](const FilterTerm &one) {
        FilterTerm alone = one;
        alone.field = term.field;
        alone.negated = term.negated; // a session's days bound only what is wanted
        const SqlCondition condition = plainTerm(alone);
        any.add((any.sql.empty() ? "ifnull((" : " OR ifnull((") + condition.sql + "), 0)", condition.values);
    };
    add(term);
    for (const FilterTerm &other : term.orElse)
        add(other);
    return any;
}

} // namespace

bool isGlob(const std::string &text)
{
    return text.find_first_of("*?") != std::string::npos;
}

void SqlCondition::add(const std::string &more, std::vector<SqlValue> moreValues)
{
    sql += more;
    values.insert(values.end(), moreValues.begin(), moreValues.end());
}

int bindValues(Statement &statement, const std::vector<SqlValue> &values, int first)
{
    for (const SqlValue &value : values) {
        if (const auto *bytes = std::get_if<SqlBytes>(&value))
            statement.bindBlob(first++, bytes->bytes);
        else if (const auto *text = std::get_if<std::string>(&value))
            statement.bind(first++, *text);
        else
            statement.bind(first++, std::get<int64_t>(value));
    }
    return first;
}

std::string likePattern(const std::string &glob)
{
    std::string pattern;
    for (const char c : glob) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c == '*' ? '%' : c == '?' ? '_' : c;
    }
    return pattern;
}

std::string containsPattern(const std::string &text)
{
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

SqlCondition textCondition(const std::string &text)
{
    if (const PackedText packed = PackedText::ofUuid(text); packed.isBytes())
        return {"x.id = ?", {SqlBytes{std::string(packed.bytes())}}};
    const std::string is = like;
    // Text that no UUID has is not looked for in them: that would make each of them text first.
    const bool inUuids = text.find_first_not_of("0123456789abcdefABCDEF-") == std::string::npos;
    SqlCondition condition{inKeys("model" + is + " OR provider" + is + " OR client" + is) +
                               " OR (x.error IS NOT NULL AND (" + nameTextSql("x.error") + ")" + is + ") OR " +
                               (inUuids ? "(" + uuidTextSql("x.id") + ")" : "(typeof(x.id) = 'text' AND x.id") + is +
                               (inUuids ? "" : ")"),
                           {}};
    condition.values.assign(5, containsPattern(text));
    return condition;
}

SqlCondition rowCondition(const std::vector<FilterTerm> &terms)
{
    SqlCondition all{"1", {}};
    for (const FilterTerm &term : terms) {
        SqlCondition one = oneTerm(term);
        // A plain AND lets conditions on time use the index.
        all.add(term.negated ? " AND NOT ifnull((" + one.sql + "), 0)" : " AND (" + one.sql + ")", one.values);
    }
    return all;
}

SqlCondition keyCondition(const std::vector<FilterTerm> &terms)
{
    SqlCondition all;
    for (const FilterTerm &term : terms) {
        const char *const column = keyColumn(term.field);
        if (!column)
            continue;
        std::string one = std::string(column) + like;
        std::vector<SqlValue> values{likePattern(term.glob)};
        for (const FilterTerm &other : term.orElse) {
            one += std::string(" OR ") + column + like;
            values.emplace_back(likePattern(other.glob));
        }
        if (term.negated)
            one = "NOT (" + one + ")";
        if (term.field == Field::User || term.field == Field::Tag)
            one += std::string(" OR ") + column + " = '" + together + "'"; // the rows say which it is
        all.add((all.sql.empty() ? "(" : " AND (") + one + ")", std::move(values));
    }
    return all;
}

} // namespace signalbox
