// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/facet_counter.h"

#include <sqlite3.h>

#include <algorithm>

namespace signalbox {

namespace {

using Field = FilterTerm::Field;

constexpr char columns[] = ", x.key, x.status, x.error, x.dialect, x.stream, x.cached_input_tokens, x.attempts, "
                           "x.loss_count, x.cost_nanousd IS NULL";
constexpr size_t mostValues = 40; // of a field, the commonest

struct KeyFacet {
    const char *field;
    Field term;
    SpendKey::Part part;
};
constexpr std::array<KeyFacet, 5> keyFacets{{{"provider", Field::Provider, SpendKey::Provider},
                                             {"model", Field::Model, SpendKey::Model},
                                             {"project", Field::Project, SpendKey::Project},
                                             {"client", Field::Client, SpendKey::Client},
                                             {"route", Field::Route, SpendKey::Route}}};
constexpr std::array<const char *, 6> flagNames{"error", "stream", "cached", "fallback", "lossy", "unpriced"};

std::string statusClass(int64_t status)
{
    return status <= 0 ? "0" : std::to_string(status / 100) + "xx";
}

template<class Counts>
Facet facetOf(const char *field, const Counts &counts, bool exact)
{
    Facet facet{field, {}, exact};
    for (const auto &[value, count] : counts) {
        if (count > 0)
            facet.values.push_back({value, count});
    }
    std::stable_sort(facet.values.begin(), facet.values.end(),
                     [](const FacetValue &a, const FacetValue &b) { return a.count > b.count; });
    if (facet.values.size() > mostValues)
        facet.values.resize(mostValues);
    return facet;
}

// What can be told from the names of a key alone.
bool isOfKey(const FilterTerm &term)
{
    return std::any_of(keyFacets.begin(), keyFacets.end(),
                       [&term](const KeyFacet &facet) { return facet.term == term.field; }) ||
           term.field == Field::Credential;
}

} // namespace

const std::string &FacetCounter::nameOf(const Statement &row, int column, std::string &own) const
{
    static const std::string none;
    if (row.isNull(column))
        return none;
    if (sqlite3_column_type(row.handle(), column) == SQLITE_INTEGER) {
        const auto named = m_names.find(row.integer(column));
        if (named != m_names.end())
            return named->second;
    }
    own = row.text(column); // too long or too rare to be a name
    return own;
}

void FacetCounter::count(const Statement &row, int64_t sign)
{
    constexpr int first = RowWalk::firstColumn;
    const int64_t status = row.integer(first + 1);
    std::string own;
    m_tally.rows += sign;
    m_tally.keys[row.integer(first)] += sign;
    m_tally.statuses[statusClass(status)] += sign;
    if (status == 429 || status == 499) // worth a line of their own within their class
        m_tally.statuses[std::to_string(status)] += sign;
    const std::string error = nameOf(row, first + 2, own);
    if (!error.empty())
        m_tally.errors[error.substr(0, error.find_first_of(" :"))] += sign;
    m_tally.dialects[nameOf(row, first + 3, own)] += sign;
    const bool failed = status != 499 && (status < 1 || status > 399 || !error.empty());
    const std::array<bool, 6> flags{failed,
                                    row.integer(first + 4) != 0,
                                    row.integer(first + 5) > 0,
                                    row.integer(first + 6) > 1,
                                    row.integer(first + 7) > 0,
                                    row.integer(first + 8) != 0};
    for (size_t i = 0; i < flags.size(); ++i)
        m_tally.flags[i] += flags[i] ? sign : 0;
}

void FacetCounter::restart(int64_t newestRowid, int64_t oldestMs)
{
    m_tally = {};
    m_newestRowid = newestRowid;
    m_oldestMs = oldestMs;
    m_walk.begin(newestRowid);
}

Result<void> FacetCounter::readNames(Database &database)
{
    auto statement = database.prepare("SELECT id, text FROM name WHERE id > ?");
    if (!statement)
        return statement.error();
    statement->bind(1, m_newestName);
    return forEachRow(*statement, [this](const Statement &row) {
        m_names[row.integer(0)] = row.text(1);
        m_newestName = std::max(m_newestName, row.integer(0));
    });
}

Result<void> FacetCounter::refresh(Database &database)
{
    const auto version = database.integer("PRAGMA data_version");
    const auto newest = database.integer("SELECT max(row) FROM exchange_row");
    const auto oldest = database.integer("SELECT min(started_at) FROM exchange_row");
    if (!version || !newest || !oldest)
        return !version ? version.error() : !newest ? newest.error() : oldest.error();
    if (*version == m_dataVersion)
        return {};
    m_dataVersion = *version;
    if (const auto named = readNames(database); !named)
        return named;
    // What retention took cannot be counted down any more.
    const bool shrank = *oldest > m_oldestMs && m_walk.filter().fromMs < *oldest;
    if (m_newestRowid < 0 || *newest < m_newestRowid || shrank) {
        restart(*newest, *oldest);
        return {};
    }
    const auto read =
        m_walk.useNewer(database, columns, m_newestRowid, [this](const RowWalk::Place &, const Statement &row) {
            count(row, 1);
            return true;
        });
    m_newestRowid = *newest;
    return read;
}

Result<void> FacetCounter::slideTo(Database &database, int64_t fromMs)
{
    RequestFilter gone = m_walk.filter();
    gone.toMs = gone.toMs > 0 ? std::min(gone.toMs, fromMs) : fromMs;
    const int64_t counted = m_walk.reachedMs();
    m_walk.slideTo(fromMs);
    if (m_newestRowid < 0 || counted >= fromMs)
        return {};
    gone.fromMs = std::max(gone.fromMs, counted);
    RowWalk leaving(gone);
    leaving.begin(m_newestRowid);
    return leaving.advance(database, columns, INT32_MAX, [this](const RowWalk::Place &, const Statement &row) {
        count(row, -1);
        return true;
    });
}

Result<void> FacetCounter::advance(Database &database, int budgetMs)
{
    if (const auto begun = database.exec("BEGIN"); !begun)
        return begun;
    Result<void> done = refresh(database);
    if (done)
        done = m_walk.advance(database, columns, budgetMs, [this](const RowWalk::Place &, const Statement &row) {
            count(row, 1);
            return true;
        });
    database.exec("COMMIT");
    return done;
}

bool FacetCounter::hasOnlyNames() const
{
    const RequestFilter &filter = m_walk.filter();
    return filter.text.empty() && filter.provider.empty() && filter.outcome == RequestFilter::Outcome::Any &&
           std::all_of(filter.terms.begin(), filter.terms.end(), &isOfKey);
}

// Not at each step of a count that goes on.
Result<void> FacetCounter::readRollups(Database &database, SpendKeys &keys)
{
    const std::pair now{m_dataVersion, m_walk.filter().fromMs};
    if (m_rollupsOf == now)
        return {};
    m_fromRollups.clear();
    // Rollups outlive the requests that retention took.
    const RequestFilter &filter = m_walk.filter();
    const int64_t toMs = filter.toMs > 0 ? filter.toMs : INT64_MAX;
    std::vector<std::pair<const SpendKey *, int64_t>> counts;
    const auto read = forEachSpend(
        database, keys, std::max(filter.fromMs, m_oldestMs), toMs,
        [&counts](const SpendKey &key, const SpendSums &sums) { counts.emplace_back(&key, sums.requests); });
    if (!read)
        return read;
    for (const KeyFacet &facet : keyFacets) {
        std::vector<FilterTerm> others = filter.terms;
        std::erase_if(others, [&facet](const FilterTerm &term) { return term.field == facet.term && !term.negated; });
        const SqlCondition condition = keyCondition(others);
        auto statement =
            database.prepare("SELECT id FROM spend_key" + (condition.sql.empty() ? "" : " WHERE " + condition.sql));
        if (!statement)
            return statement.error();
        bindValues(*statement, condition.values);
        std::unordered_map<const SpendKey *, bool> allowed;
        const auto asked =
            forEachRow(*statement, [&](const Statement &row) { allowed[keys.find(row.integer(0))] = true; });
        if (!asked)
            return asked;
        std::map<std::string, int64_t> values;
        for (const auto &[key, requests] : counts) {
            if (allowed.contains(key))
                values[key->values[facet.part]] += requests;
        }
        m_fromRollups.push_back(facetOf(facet.field, values, true));
    }
    m_rollupsOf = now;
    return {};
}

void FacetCounter::addFromTally(const SpendKeys &keys, FacetReport &report) const
{
    for (const KeyFacet &facet : keyFacets) {
        std::map<std::string, int64_t> values;
        for (const auto &[id, rows] : m_tally.keys) {
            if (const SpendKey *key = keys.find(id))
                values[key->values[facet.part]] += rows;
        }
        report.facets.push_back(facetOf(facet.field, values, false));
    }
}

Result<FacetReport> FacetCounter::report(Database &database, SpendKeys &keys)
{
    FacetReport report;
    report.rows = m_tally.rows;
    report.complete = m_walk.isComplete();
    report.reachedMs = m_walk.reachedMs();
    std::map<std::string, int64_t> flags;
    for (size_t i = 0; i < flagNames.size(); ++i)
        flags[flagNames[i]] = m_tally.flags[i];
    report.facets.push_back(facetOf("status", m_tally.statuses, false));
    report.facets.push_back(facetOf("is", flags, false));
    report.facets.push_back(facetOf("error", m_tally.errors, false));
    report.facets.push_back(facetOf("dialect", m_tally.dialects, false));
    if (const auto fresh = keys.refresh(database); !fresh)
        return fresh.error();
    if (!hasOnlyNames()) {
        addFromTally(keys, report);
        return report;
    }
    if (const auto read = readRollups(database, keys); !read)
        return read.error();
    report.facets.insert(report.facets.end(), m_fromRollups.begin(), m_fromRollups.end());
    return report;
}

} // namespace signalbox
