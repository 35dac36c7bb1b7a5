// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/histogram.h"
#include "core/ledger/name_book.h"
#include "core/ledger/records.h"
#include "core/ledger/slot_rollup.h"

#include <string>
#include <string_view>
#include <unordered_map>

namespace signalbox {

// What the dashboard says of a target (provider and model) in a minute or an hour. Histograms stay bytes until they
// are merged; a value that was taken borrows them from what it was taken from.
struct TargetSums {
    int64_t requests = 0, limited = 0, failed = 0, timeouts = 0, other = 0, cancelled = 0;
    int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0, reasoning = 0;
    int64_t costNanoUsd = 0, unpriced = 0;
    Histogram ttft, duration;
    std::string_view takenTtft, takenDuration;

    void count(const RequestRecord &record);
    void add(const TargetSums &other);
    void put(std::string &out) const;
    bool take(std::string_view &in);
};

// How fast clear answers were for a route and size class at a target, in a quarter of an hour.
struct SpeedSums {
    int64_t streamedTokens = 0, streamedUs = 0;
    Histogram ttft, duration;
    std::string_view takenTtft, takenDuration;

    void count(const RequestRecord &record);
    void add(const SpeedSums &other);
    void put(std::string &out) const;
    bool take(std::string_view &in);
};
bool countsForSpeed(const RequestRecord &record);
int sizeClassOf(int64_t inputTokens);

// Keys of these rollups (table target); the first two alone for TargetSums, whose route is empty and size -1.
struct TargetKey {
    std::string provider, model, route;
    int size = -1;
};

// Writes rollup_minute, rollup_target_hour and rollup_speed in the transaction of their rows. Ledger thread.
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
