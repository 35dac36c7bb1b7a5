// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"
#include "core/ledger/sqlite.h"

#include <array>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

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
    bool operator==(const SpendSums &) const = default;
};

SpendSums sumsOf(const RequestRecord &record);
SpendKey spendKeyOf(const RequestRecord &record);

// Sums of a batch by hour and day (both of UTC) and key, and by day and session.
class SpendBatch
{
public:
    void add(const RequestRecord &record);

private:
    friend class SpendWriter;
    std::map<std::pair<int64_t, SpendKey>, SpendSums> m_hours;
    std::map<std::tuple<int64_t, std::string, std::string>, SpendSums> m_sessions; // day, project, session
};

// Adds batches to rollup_hour, rollup_day and rollup_session, in the transaction of their rows: the sums of rollups
// are those of the rows at every moment. Ledger thread.
class SpendWriter
{
public:
    Result<void> prepare(Database &database);
    Result<void> write(const SpendBatch &batch);
    void forgetKeys() { m_ids.clear(); } // after a rollback: an id that was given then is void

private:
    Result<int64_t> idOf(const SpendKey &key);
    Result<int64_t> findOrAdd(const SpendKey &key);

    Database *m_database = nullptr;
    std::map<SpendKey, int64_t> m_ids;
    int64_t m_keyCount = 0;
    Statement m_find, m_add, m_hour, m_day, m_session;
};

} // namespace signalbox
