// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"

#include <algorithm>
#include <map>

namespace signalbox {

struct SessionLevel {
    const char *table;
    int64_t slotMs;
};
inline SessionLevel sessionLevelOf(SpendPiece::Source source) // of months, days and hours
{
    constexpr int64_t hourMs = 3'600'000;
    constexpr int64_t dayMs = 24 * hourMs;
    if (source == SpendPiece::Source::Month)
        return {"rollup_session_month", SessionSums::daysPerMonth * dayMs};
    return source == SpendPiece::Source::Day ? SessionLevel{"rollup_session_day", dayMs}
                                             : SessionLevel{"rollup_session_hour", hourMs};
}

// Where the sums of some sessions stand in the tables of sums by session: each is looked up on its days, so that a year
// costs what they take up, not what there is. A reader's thread.
class SessionPlaces
{
public:
    Result<void> prepare(Database &database)
    {
        for (const auto source : {SpendPiece::Source::Hour, SpendPiece::Source::Day, SpendPiece::Source::Month}) {
            const std::string select = std::string("SELECT at, data FROM ") + sessionLevelOf(source).table;
            auto find = database.prepare(select + " WHERE at = ?");
            auto scan = database.prepare(select + " WHERE at >= ? AND at < ?");
            if (!find || !scan)
                return !find ? find.error() : scan.error();
            m_statements[source] = {std::move(*find), std::move(*scan)};
        }
        return {};
    }

    void add(int64_t id, int64_t firstDay, int64_t lastDay)
    {
        const auto [at, isNew] = m_places.try_emplace(id / slots::idsTogether, Days{firstDay, lastDay});
        if (!isNew)
            at->second = {std::min(at->second.first, firstDay), std::max(at->second.last, lastDay)};
    }

    // use(id, sums) for each that is wanted(id) in a piece that is not of requests; neighbours are asked for too.
    template<class Wanted, class Use>
    Result<void> read(const SpendPiece &piece, Wanted wanted, Use use)
    {
        constexpr int64_t scanFrom = 4; // places in each slot: a row passed over costs a quarter of one looked up
        const int64_t slotMs = sessionLevelOf(piece.source).slotMs;
        int64_t lookups = 0;
        for (const auto &[place, on] : m_places) {
            const auto [from, to] = slotsOf(on, piece, slotMs);
            lookups += std::max<int64_t>(0, to - from);
        }
        auto &[find, scan] = m_statements[piece.source];
        if (lookups > scanFrom * ((piece.toMs - piece.fromMs) / slotMs))
            return readAll(scan, piece.fromMs / slotMs, piece.toMs / slotMs, wanted, use);
        for (const auto &[place, on] : m_places) {
            const auto [from, to] = slotsOf(on, piece, slotMs);
            for (int64_t slot = from; slot < to; ++slot) {
                find.bind(1, slot * SessionSums::partsPerSlot + place);
                const auto there = find.step();
                if (there && *there)
                    slots::forEachOf<SessionSums>(find.integer(0), find.view(1), wanted, use);
                find.reset();
                if (!there)
                    return there.error();
            }
        }
        return {};
    }

private:
    struct Days {
        int64_t first = 0;
        int64_t last = 0;
    };

    static std::pair<int64_t, int64_t> slotsOf(const Days &on, const SpendPiece &piece, int64_t slotMs)
    {
        constexpr int64_t dayMs = 24 * 3'600'000;
        return {std::max(piece.fromMs, on.first * dayMs) / slotMs,
                std::min(piece.toMs / slotMs, ((on.last + 1) * dayMs - 1) / slotMs + 1)};
    }

    template<class Wanted, class Use>
    Result<void> readAll(Statement &scan, int64_t fromSlot, int64_t toSlot, Wanted wanted, Use use)
    {
        constexpr int64_t parts = SessionSums::partsPerSlot;
        scan.bindAll(slots::placeOf(fromSlot, 0, parts), slots::placeOf(toSlot, 0, parts));
        const auto done = forEachRow(scan, [&](const Statement &row) {
            if (m_places.contains(row.integer(0) % parts))
                slots::forEachOf<SessionSums>(row.integer(0), row.view(1), wanted, use);
        });
        scan.reset();
        return done;
    }

    std::map<int64_t, Days> m_places;
    struct Statements {
        Statement find, scan;
    };
    std::map<SpendPiece::Source, Statements> m_statements;
};

} // namespace signalbox
