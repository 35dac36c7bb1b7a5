// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/slot_walk.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"
#include "core/ledger/target_rollup.h"

#include <algorithm>
#include <set>

namespace signalbox {

namespace {

constexpr int64_t quarterMs = 15LL * 60'000;
constexpr int64_t hourMs = 4 * quarterMs;
constexpr int64_t dayMs = 96 * quarterMs;
constexpr int64_t latest = 1'000'000'000; // day, far beyond any clock, and its hours are still places

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

// Which outcomes a request can have.
struct WantedOutcomes {
    bool any = true;
    bool limited = true, failed = true, other = true, cancelled = true; // timeouts are among failed and other

    void narrow(int64_t least, int64_t most)
    {
        any = false;
        const auto within = [&](int64_t from, int64_t to) { return least <= to && most >= from; };
        limited = limited && within(429, 429);
        cancelled = cancelled && within(499, 499);
        failed = failed && within(500, INT64_MAX);
        other = other && (within(400, 428) || within(430, 498));
    }
    bool holds(const TargetSums &sums) const
    {
        return (limited && sums.limited > 0) || (failed && sums.failed > 0) || (other && sums.other > 0) ||
               (cancelled && sums.cancelled > 0) || ((failed || other) && sums.timeouts > 0);
    }
};

// Below 400 most are, and broken streams among them.
WantedOutcomes outcomesOf(const RequestFilter &filter)
{
    WantedOutcomes wanted;
    for (const FilterTerm &term : filter.terms) {
        if (term.field == FilterTerm::Field::Status && !term.negated && term.orElse.empty() &&
            term.least.value_or(0) >= 400)
            wanted.narrow(*term.least, term.most.value_or(INT64_MAX));
    }
    using Outcome = RequestFilter::Outcome;
    if (filter.outcome == Outcome::Limited)
        wanted.narrow(429, 429);
    else if (filter.outcome == Outcome::Cancelled)
        wanted.narrow(499, 499);
    return wanted;
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
    std::set<int64_t, std::greater<>> days;
    auto numbers = database.prepare("SELECT id, first_day, last_day FROM session_key WHERE session IN (?, '(others)') "
                                    "AND last_day >= ? AND first_day < ?");
    auto sums = database.prepare("SELECT data FROM rollup_session_day WHERE at = ?");
    if (!numbers || !sums)
        return !numbers ? numbers.error() : sums.error();
    const PackedText packed = PackedText::ofUuid(session);
    packed.bindTo(*numbers, 1);
    numbers->bind(2, from);
    numbers->bind(3, to);
    Result<void> outcome;
    const auto read = forEachRow(*numbers, [&](const Statement &row) {
        const int64_t wanted = row.integer(0);
        const int64_t last = std::min(to - 1, row.integer(2));
        for (int64_t day = std::max(from, row.integer(1)); day <= last && outcome; ++day) {
            const int64_t place = slots::placeOf(day, wanted, SessionSums::partsPerSlot);
            sums->bind(1, place);
            const auto there = sums->step();
            if (!there)
                outcome = there.error();
            else if (*there)
                slots::forEach<SessionSums>(place, sums->view(0), [&](int64_t id, const SessionSums &) {
                    if (id == wanted)
                        days.insert(day);
                });
            sums->reset();
        }
    });
    if (!read || !outcome)
        return !read ? read.error() : outcome.error();
    return std::vector<int64_t>(days.begin(), days.end());
}

// A stretch of time.
struct Stretch {
    int64_t fromMs = 0;
    int64_t toMs = 0;
};

// Where there were such outcomes, newest first and neighbours together; false ends it.
Result<bool> eachHour(Database &database, const WantedOutcomes &wanted, Stretch range,
                      const std::function<bool(Stretch)> &use)
{
    auto statement = database.prepare("SELECT at, data FROM rollup_target_hour WHERE at >= ? AND at < ? "
                                      "ORDER BY at DESC");
    if (!statement)
        return statement.error();
    statement->bind(1, slots::placeOf(range.fromMs / hourMs));
    statement->bind(2, slots::placeOf(std::min(latest, range.toMs / hourMs + 1)));
    std::optional<Stretch> open;
    const auto clipped = [&range](Stretch stretch) {
        return Stretch{std::max(range.fromMs, stretch.fromMs), std::min(range.toMs, stretch.toMs)};
    };
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            return open ? use(clipped(*open)) : true;
        const int64_t place = statement->integer(0);
        const int64_t fromMs = slots::slotOf(place) * hourMs;
        if (open && open->fromMs == fromMs)
            continue;
        bool any = false;
        slots::forEach<TargetSums>(place, statement->view(1),
                                   [&](int64_t, const TargetSums &sums) { any = any || wanted.holds(sums); });
        const bool joins = open && open->fromMs == fromMs + hourMs && open->toMs - open->fromMs < dayMs;
        if (any && joins) {
            open->fromMs = fromMs;
        } else if (any) {
            if (open && !use(clipped(*open)))
                return false;
            open = Stretch{fromMs, fromMs + hourMs};
        }
        // What is rare is told as it is found: the next may be far.
        if (open && open->fromMs > fromMs + hourMs) {
            if (!use(clipped(*open)))
                return false;
            open.reset();
        }
    }
}

// By keys, errors and sessions; false: read() ended it.
Result<bool> walkRange(Database &database, const RequestFilter &filter, const Wanted &wanted, Stretch range,
                       const std::function<bool(int64_t, int64_t)> &read)
{
    const std::string *const session = sessionOf(filter);
    const bool anyQuarter = wanted.anyKey && wanted.anySums();
    if (anyQuarter && !session)
        return read(range.fromMs, range.toMs);
    const int64_t toDay = std::min(latest, range.toMs / dayMs + 1);
    const auto days = session ? daysOf(database, *session, range.fromMs / dayMs, toDay)
                              : slotsWith(database, "rollup_day", range.fromMs / dayMs, toDay, wanted);
    if (!days)
        return days.error();
    for (const int64_t day : *days) {
        const Stretch of{std::max(range.fromMs, day * dayMs), std::min(range.toMs, (day + 1) * dayMs)};
        if (anyQuarter) {
            if (!read(of.fromMs, of.toMs))
                return false;
            continue;
        }
        const auto quarters =
            slotsWith(database, "rollup_quarter", of.fromMs / quarterMs, (of.toMs + quarterMs - 1) / quarterMs, wanted);
        if (!quarters)
            return quarters.error();
        for (size_t i = 0; i < quarters->size();) { // neighbours are read together
            size_t last = i;
            while (last + 1 < quarters->size() && (*quarters)[last + 1] == (*quarters)[last] - 1)
                ++last;
            if (!read(std::max(of.fromMs, (*quarters)[last] * quarterMs),
                      std::min(of.toMs, ((*quarters)[i] + 1) * quarterMs)))
                return false;
            i = last + 1;
        }
        if (!read(of.fromMs, of.fromMs)) // days without one take their time too
            return false;
    }
    return true;
}

} // namespace

Result<void> walkBack(Database &database, const RequestFilter &filter, int64_t endMs,
                      const std::function<bool(int64_t, int64_t)> &read)
{
    const auto wanted = wantedOf(database, filter);
    if (!wanted)
        return wanted.error();
    const Stretch all{std::max<int64_t>(0, filter.fromMs), std::min(endMs, filter.toMs > 0 ? filter.toMs : INT64_MAX)};
    const WantedOutcomes outcomes = outcomesOf(filter);
    Result<bool> inside = true;
    Result<bool> walked = true;
    if (outcomes.any) {
        walked = walkRange(database, filter, *wanted, all, read);
    } else {
        walked = eachHour(database, outcomes, all, [&](Stretch stretch) {
            inside = walkRange(database, filter, *wanted, stretch, read);
            return inside && *inside;
        });
    }
    if (!inside)
        return inside.error();
    if (!walked)
        return walked.error();
    return {};
}

} // namespace signalbox
