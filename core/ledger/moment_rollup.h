// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/slot_rollup.h"
#include "core/ledger/target_sums.h"

namespace signalbox {

// The last hours in slots of five seconds (table rollup_moment), so that a live chart of minutes reads a few hundred
// rows however many requests a second there are. What is older than keptMs is dropped as new slots come.
class MomentRollup // Ledger thread
{
public:
    static constexpr int64_t slotMs = 5'000;
    static constexpr int64_t keptMs = 3 * 3'600'000;

    Result<void> prepare(Database &database);
    bool isPrepared() const { return m_database != nullptr; }
    void count(int64_t target, const RequestRecord &record);
    Result<void> write(); // in the transaction of the requests
    void forget();        // after a rollback

private:
    Result<void> dropOld();

    Database *m_database = nullptr;
    SlotRollup<TargetSums> m_slots;
    Statement m_drop, m_mark;
    int64_t m_newestMs = 0;
    int64_t m_droppedToMs = 0;
    int64_t m_sinceMs = 0;  // as momentsSince()
    int64_t m_markedMs = 0; // what the file says
};

// Every request that began then or later is in rollup_moment. Earlier ones may be missing: they are from before the
// table, were dropped, or came when the clock had been set back.
Result<int64_t> momentsSince(Database &database);

} // namespace signalbox
