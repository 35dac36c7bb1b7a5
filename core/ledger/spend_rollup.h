// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/name_book.h"
#include "core/ledger/records.h"
#include "core/ledger/slot_rollup.h"
#include "core/ledger/sqlite.h"

#include <array>
#include <memory>
#include <string>

namespace signalbox {

// What spend is summed up by beside time; the columns of table spend_key after its id, in this order.
struct SpendKey {
    static constexpr size_t parts = 8;
    enum Part : size_t { Project, Client, User, Provider, Model, Credential, Route, Tag };
    std::array<std::string, parts> values;
    bool operator==(const SpendKey &) const = default;
    bool operator<(const SpendKey &other) const { return values < other.values; }
};

struct SpendSums {
    static constexpr const char *columns = "requests, errors, unpriced, cost_nanousd, input_tokens, "
                                           "cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens";
    static constexpr int count = 9;
    int64_t requests = 0;
    int64_t errors = 0; // refused, failed, timed out; not what the client left
    int64_t unpriced = 0;
    int64_t nanoUsd = 0;
    int64_t input = 0, cachedInput = 0, cacheWrite = 0, output = 0;
    int64_t reasoning = 0; // a part of output

    int64_t tokens() const { return input + cachedInput + cacheWrite + output; }
    void add(const SpendSums &other);
    void takeAway(const SpendSums &part);
    void put(std::string &out) const; // as rollups hold it
    bool take(std::string_view &in);
    bool operator==(const SpendSums &) const = default;
};

SpendSums sumsOf(const RequestRecord &record);
SpendKey spendKeyOf(const RequestRecord &record);

// Sums by quarter of an hour, hour, six hours (a shift) and day, all of UTC. They are told of quarters only and sum
// them up in memory: the file is told once of each. Ledger thread.
class SpendLevels
{
public:
    // Tables PREFIX_quarter, PREFIX_hour, PREFIX_shift and PREFIX_day.
    Result<void> prepare(Database &database, const std::string &prefix);
    void add(int64_t startedAtMs, int64_t key, const SpendSums &sums);
    Result<void> write();
    void clear();

private:
    friend class RowMigration;
    friend class SessionMigration;
    SlotRollup<SpendSums> m_quarters, m_hours, m_shifts, m_days;
};

class SessionWriter;

// Sums of spend for every key, and by session; written in the transaction of their rows, so that the sums of rollups
// are those of the rows at every moment. Ledger thread.
class SpendWriter
{
public:
    SpendWriter();
    ~SpendWriter();
    Q_DISABLE_COPY_MOVE(SpendWriter)
    Result<void> prepare(Database &database);
    // The key that a row of this record points at. Users and tags beyond what is kept apart are put together.
    struct KeyOf {
        int64_t id = 0;
        bool together = false;
    };
    Result<KeyOf> keyOf(const RequestRecord &record);
    void add(const RequestRecord &record, int64_t keyId); // in memory
    Result<void> write();
    void forget(); // after a rollback: an id that was given then is void, and what was added is not written

private:
    friend class RowMigration;
    Result<KeyOf> findOrAdd(const SpendKey &key);

    Database *m_database = nullptr;
    IdsByText m_ids; // negative: of users and tags that are put together
    std::string m_text;
    int64_t m_keyCount = 0;
    Statement m_find, m_add;
    SpendLevels m_levels;
    std::unique_ptr<SessionWriter> m_sessions;
};

} // namespace signalbox
