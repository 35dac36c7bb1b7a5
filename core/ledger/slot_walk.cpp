// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/slot_walk.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/spend_range.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t quarterMs = 15LL * 60'000;
constexpr int64_t dayMs = 96 * quarterMs;

// What the sums of a key in a slot must have for a request that passes to be among them.
struct Wanted {
    std::vector<bool> keys; // by id
    bool anyKey = true;
    bool errors = false, unpriced = false, cached = false;
    int64_t nanoUsd = 0, tokens = 0; // at least

    bool anySums() const { return !errors && !unpriced && !cached && nanoUsd <= 0 && tokens <= 0; }
    bool holds(int64_t id, const SpendSums &sums) const
    {
        const auto at = static_cast<size_t>(id);
        return (anyKey || (at < keys.size() && keys[at])) && (!errors || sums.errors > 0) &&
               (!unpriced || sums.unpriced > 0) && (!cached || sums.cachedInput > 0) && sums.nanoUsd >= nanoUsd &&
               sums.tokens() >= tokens;
    }
};

bool isErrorRange(const FilterTerm &term)
{
    const bool with499 = term.least.value_or(0) <= 499 && term.most.value_or(INT64_MAX) >= 499;
    return term.least.value_or(0) >= 400 && !with499;
}

void addNeeds(const FilterTerm &term, Wanted &wanted)
{
    using Field = FilterTerm::Field;
    if (term.negated)
        return;
    if (term.field == Field::Status && isErrorRange(term) &&
        std::all_of(term.orElse.begin(), term.orElse.end(), &isErrorRange))
        wanted.errors = true;
    if (!term.orElse.empty())
        return;
    if (term.field == Field::Cost)
        wanted.nanoUsd = std::max(wanted.nanoUsd, term.least.value_or(0));
    if (term.field == Field::Tokens)
        wanted.tokens = std::max(wanted.tokens, term.least.value_or(0));
    if (term.field != Field::Is)
        return;
    wanted.errors = wanted.errors || term.flag == FilterTerm::Flag::Error;
    wanted.unpriced = wanted.unpriced || term.flag == FilterTerm::Flag::Unpriced;
    wanted.cached = wanted.cached || term.flag == FilterTerm::Flag::Cached;
}

Result<Wanted> wantedOf(Database &database, const RequestFilter &filter)
{
    Wanted wanted;
    using Outcome = RequestFilter::Outcome;
    wanted.errors = filter.outcome == Outcome::Limited || filter.outcome == Outcome::Failed;
    for (const FilterTerm &term : filter.terms)
        addNeeds(term, wanted);
    SqlCondition keys = keyCondition(filter.terms);
    if (!filter.provider.empty())
        keys.add(keys.sql.empty() ? "provider = ?" : " AND provider = ?", {filter.provider});
    if (keys.sql.empty())
        return wanted;
    auto statement = database.prepare("SELECT id FROM spend_key WHERE " + keys.sql);
    if (!statement)
        return statement.error();
    bindValues(*statement, keys.values);
    wanted.anyKey = false;
    const auto read = forEachRow(*statement, [&wanted](const Statement &row) {
        const auto id = static_cast<size_t>(row.integer(0));
        if (id >= wanted.keys.size())
            wanted.keys.resize(id + 1);
        wanted.keys[id] = true;
    });
    if (!read)
        return read.error();
    return wanted;
}

// Slots of a table with something that is wanted, newest first.
Result<std::vector<int64_t>> slotsWith(Database &database, const char *table, int64_t from, int64_t to,
                                       const Wanted &wanted)
{
    std::vector<int64_t> found;
    auto statement =
        database.prepare(std::string("SELECT at, data FROM ") + table + " WHERE at >= ? AND at < ? ORDER BY at DESC");
    if (!statement)
        return statement.error();
    statement->bindAll(slots::placeOf(from), slots::placeOf(to));
    const auto read = forEachRow(*statement, [&](const Statement &row) {
        const int64_t place = row.integer(0);
        const int64_t slot = slots::slotOf(place);
        if (!found.empty() && found.back() == slot)
            return;
        bool any = false;
        slots::forEach<SpendSums>(place, row.view(1),
                                  [&](int64_t id, const SpendSums &sums) { any = any || wanted.holds(id, sums); });
        if (any)
            found.push_back(slot);
    });
    if (!read)
        return read.error();
    return found;
}

// The session that a request has to be of.
const std::string *sessionOf(const RequestFilter &filter)
{
    const auto term = std::find_if(filter.terms.begin(), filter.terms.end(), [](const FilterTerm &one) {
        return one.field == FilterTerm::Field::Session && !one.negated && !one.glob.empty() && one.orElse.empty() &&
               !isGlob(one.glob);
    });
    return term == filter.terms.end() ? nullptr : &term->glob;
}

// On which it has a sum, and those on which there were too many to keep apart; newest first.
Result<std::vector<int64_t>> daysOf(Database &database, const std::string &session, int64_t from, int64_t to)
{
    std::vector<int64_t> days;
    auto statement = database.prepare("SELECT DISTINCT day FROM rollup_session WHERE session IN (?, '(others)') AND "
                                      "day >= ? AND day < ? ORDER BY day DESC");
    if (!statement)
        return statement.error();
    const PackedText packed = PackedText::ofUuid(session);
    packed.bindTo(*statement, 1);
    statement->bind(2, from);
    statement->bind(3, to);
    const auto read = forEachRow(*statement, [&days](const Statement &row) { days.push_back(row.integer(0)); });
    if (!read)
        return read.error();
    return days;
}

} // namespace

Result<void> walkBack(Database &database, const RequestFilter &filter, int64_t endMs,
                      const std::function<bool(int64_t, int64_t)> &read)
{
    const auto wanted = wantedOf(database, filter);
    if (!wanted)
        return wanted.error();
    const int64_t fromMs = std::max<int64_t>(0, filter.fromMs);
    const int64_t toMs = std::min(endMs, filter.toMs > 0 ? filter.toMs : INT64_MAX);
    const std::string *const session = sessionOf(filter);
    const bool anyQuarter = wanted->anyKey && wanted->anySums();
    if (anyQuarter && !session) {
        read(fromMs, toMs);
        return {};
    }
    constexpr int64_t lastDay = 1'000'000'000; // far beyond any clock, and still a place
    const int64_t toDay = std::min(lastDay, toMs / dayMs + 1);
    const auto days = session ? daysOf(database, *session, fromMs / dayMs, toDay)
                              : slotsWith(database, "rollup_day", fromMs / dayMs, toDay, *wanted);
    if (!days)
        return days.error();
    for (const int64_t day : *days) {
        if (anyQuarter) {
            if (!read(std::max(fromMs, day * dayMs), std::min(toMs, (day + 1) * dayMs)))
                return {};
            continue;
        }
        const auto quarters = slotsWith(database, "rollup_quarter", day * 96, (day + 1) * 96, *wanted);
        if (!quarters)
            return quarters.error();
        for (size_t i = 0; i < quarters->size();) { // neighbours are read together
            size_t last = i;
            while (last + 1 < quarters->size() && (*quarters)[last + 1] == (*quarters)[last] - 1)
                ++last;
            if (!read(std::max(fromMs, (*quarters)[last] * quarterMs),
                      std::min(toMs, ((*quarters)[i] + 1) * quarterMs)))
                return {};
            i = last + 1;
        }
        if (!read(day * dayMs, day * dayMs)) // days without one take their time too
            return {};
    }
    return {};
}

} // namespace signalbox
