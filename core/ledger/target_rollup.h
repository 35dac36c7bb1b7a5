// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/moment_rollup.h"
#include "core/ledger/name_book.h"
#include "core/ledger/slot_rollup.h"
#include "core/ledger/target_sums.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace signalbox {

// Keys of these rollups (table target); the first two alone for TargetSums, whose route is empty and size -1.
struct TargetKey {
    std::string provider, model, route;
    int size = -1;
};

// Writes rollup_moment, rollup_minute, rollup_target_hour and rollup_speed in the transaction of their rows. Ledger
// thread.
class TargetWriter
{
public:
    Result<void> prepare(Database &database);
    Result<void> add(const RequestRecord &record);
    Result<void> write();
    void forget();

private:
    friend class RowMigration;
    Result<int64_t> idOf(std::string_view provider, std::string_view model, std::string_view route, int size);

    Database *m_database = nullptr;
    IdsByText m_ids;
    std::string m_text;
    int64_t m_count = 0;
    Statement m_find, m_add;
    MomentRollup m_moments; // not prepared while a file of before them is migrated
    SlotRollup<TargetSums> m_minutes, m_hours;
    SlotRollup<SpeedSums> m_speed;
};

// The targets of a ledger by their id.
class TargetKeys
{
public:
    Result<void> refresh(Database &database);
    const TargetKey *find(int64_t id) const;

private:
    std::unordered_map<int64_t, TargetKey> m_keys;
};

} // namespace signalbox
