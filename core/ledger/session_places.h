// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/session_rollup.h"
#include "core/ledger/spend_range.h"

#include <algorithm>
#include <map>

namespace signalbox {

// Where the sums of some sessions stand in rollup_session_day and rollup_session_hour: each is looked up on its days,
// so that a year costs what they take up, not what there is. A reader's thread.
class SessionPlaces
{
public:
    Result<void> prepare(Database &database)
    {
        auto day = database.prepare("SELECT data FROM rollup_session_day WHERE at = ?");
        auto hour = database.prepare("SELECT data FROM rollup_session_hour WHERE at = ?");
        if (!day || !hour)
            return !day ? day.error() : hour.error();
        m_day = std::move(*day);
        m_hour = std::move(*hour);
        return {};
    }

    void add(int64_t id, int64_t firstDay, int64_t lastDay)
    {
        const auto [at, isNew] = m_places.try_emplace(id / slots::idsTogether, Days{firstDay, lastDay});
        if (!isNew)
            at->second = {std::min(at->second.first, firstDay), std::max(at->second.last, lastDay)};
    }

    // use(id, sums) for each in a piece of days or hours; their neighbours come with them.
    template<class Use>
    Result<void> read(const SpendPiece &piece, Use use)
    {
        const bool days = piece.source == SpendPiece::Source::Day;
        const int64_t slotsPerDay = days ? 1 : hoursPerDay;
        const int64_t slotMs = dayMs / slotsPerDay;
        Statement &find = days ? m_day : m_hour;
        for (const auto &[place, on] : m_places) {
            const int64_t from = std::max(piece.fromMs / slotMs, on.first * slotsPerDay);
            const int64_t to = std::min(piece.toMs / slotMs, (on.last + 1) * slotsPerDay);
            for (int64_t slot = from; slot < to; ++slot) {
                const int64_t at = slot * SessionSums::partsPerSlot + place;
                find.bind(1, at);
                const auto there = find.step();
                if (there && *there)
                    slots::forEach<SessionSums>(at, find.view(0), use);
                find.reset();
                if (!there)
                    return there.error();
            }
        }
        return {};
    }

private:
    static constexpr int64_t hoursPerDay = 24;
    static constexpr int64_t dayMs = hoursPerDay * 3'600'000;
    struct Days {
        int64_t first = 0;
        int64_t last = 0;
    };
    std::map<int64_t, Days> m_places;
    Statement m_day, m_hour;
};

} // namespace signalbox
