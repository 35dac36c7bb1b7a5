// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_rollup.h"

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t hoursPerDay = 24;
constexpr size_t mostKnown = 50'000;  // keys in memory
constexpr int64_t mostKeys = 200'000; // in the file; clients name users and tags as they like
constexpr char together[] = "(others)";

std::string upsertSql(const char *table, const char *keys, int keyCount)
{
    std::string sql = std::string("INSERT INTO ") + table + " (" + keys + ", " + SpendSums::columns + ") VALUES (?";
    for (int i = 1; i < keyCount + SpendSums::count; ++i)
        sql += ",?";
    sql += ") ON CONFLICT DO UPDATE SET ";
    std::string_view columns = SpendSums::columns;
    for (int i = 0; i < SpendSums::count; ++i) {
        const std::string name(columns.substr(0, columns.find(',')));
        sql += (i == 0 ? "" : ", ") + name + " = " + name + " + excluded." + name;
        columns.remove_prefix(std::min(columns.size(), name.size() + 2));
    }
    return sql;
}

Result<void> runWith(Statement &statement, int bound, const SpendSums &s)
{
    statement.bindInPlaceAfter(bound, s.requests, s.errors, s.unpriced, s.nanoUsd, s.input, s.cachedInput, s.cacheWrite,
                               s.output, s.reasoning);
    return statement.run();
}

} // namespace

void SpendSums::add(const SpendSums &other)
{
    requests += other.requests;
    errors += other.errors;
    unpriced += other.unpriced;
    nanoUsd += other.nanoUsd;
    input += other.input;
    cachedInput += other.cachedInput;
    cacheWrite += other.cacheWrite;
    output += other.output;
    reasoning += other.reasoning;
}

SpendSums sumsOf(const RequestRecord &record)
{
    const RequestOutcome outcome = outcomeOf(record.status, record.error);
    SpendSums sums;
    sums.requests = 1;
    sums.errors = outcome != RequestOutcome::Clear && outcome != RequestOutcome::Cancelled;
    sums.unpriced = record.cost.nanoUsd ? 0 : 1;
    sums.nanoUsd = record.cost.nanoUsd.value_or(0);
    sums.input = record.usage.input.value_or(0);
    sums.cachedInput = record.usage.cachedInput.value_or(0);
    sums.cacheWrite = record.usage.cacheWrite.value_or(0);
    sums.output = record.usage.output.value_or(0);
    sums.reasoning = record.usage.reasoning.value_or(0);
    return sums;
}

SpendKey spendKeyOf(const RequestRecord &r)
{
    return {{r.project, r.client, r.user, r.provider, r.model, r.credential, r.route, r.tag}};
}

void SpendBatch::add(const RequestRecord &record)
{
    const int64_t hour = record.startedAtMs / hourMs;
    const SpendSums sums = sumsOf(record);
    m_hours[{hour, spendKeyOf(record)}].add(sums);
    if (!record.session.empty())
        m_sessions[{hour / hoursPerDay, record.project, record.session}].add(sums);
}

Result<void> SpendWriter::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, std::string> wanted[] = {
        {&m_find, "SELECT id FROM spend_key WHERE project = ? AND client = ? AND user = ? AND provider = ? AND "
                  "model = ? AND credential = ? AND route = ? AND tag = ?"},
        {&m_add, "INSERT INTO spend_key (project, client, user, provider, model, credential, route, tag) VALUES "
                 "(?,?,?,?,?,?,?,?)"},
        {&m_hour, upsertSql("rollup_hour", "hour, key", 2)},
        {&m_day, upsertSql("rollup_day", "day, key", 2)},
        {&m_session, upsertSql("rollup_session", "day, project, session", 3)},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    const auto keys = database.integer("SELECT max(id) FROM spend_key");
    if (!keys)
        return keys.error();
    m_keyCount = *keys;
    return {};
}

Result<int64_t> SpendWriter::findOrAdd(const SpendKey &key)
{
    const auto &v = key.values;
    m_find.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    const auto there = m_find.step();
    const int64_t id = there && *there ? m_find.integer(0) : 0;
    m_find.reset();
    if (!there)
        return there.error();
    if (id > 0)
        return id;
    if (m_keyCount >= mostKeys && (v[SpendKey::User] != together || v[SpendKey::Tag] != together)) {
        SpendKey wide = key;
        wide.values[SpendKey::User] = wide.values[SpendKey::Tag] = together;
        return findOrAdd(wide);
    }
    m_add.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    if (const auto done = m_add.run(); !done)
        return done.error();
    m_keyCount = m_database->lastRowid();
    return m_keyCount;
}

Result<int64_t> SpendWriter::idOf(const SpendKey &key)
{
    if (const auto known = m_ids.find(key); known != m_ids.end())
        return known->second;
    const auto id = findOrAdd(key);
    if (!id)
        return id;
    if (m_ids.size() >= mostKnown)
        m_ids.clear();
    m_ids.emplace(key, *id);
    return id;
}

Result<void> SpendWriter::write(const SpendBatch &batch)
{
    std::map<std::pair<int64_t, int64_t>, SpendSums> days;
    for (const auto &[at, sums] : batch.m_hours) {
        const auto id = idOf(at.second);
        if (!id)
            return id.error();
        m_hour.bindInPlaceAfter(0, at.first, *id);
        if (const auto done = runWith(m_hour, 2, sums); !done)
            return done;
        days[{at.first / hoursPerDay, *id}].add(sums);
    }
    for (const auto &[at, sums] : days) {
        m_day.bindInPlaceAfter(0, at.first, at.second);
        if (const auto done = runWith(m_day, 2, sums); !done)
            return done;
    }
    for (const auto &[at, sums] : batch.m_sessions) {
        const auto &[day, project, session] = at;
        m_session.bindInPlaceAfter(0, day, project, session);
        if (const auto done = runWith(m_session, 3, sums); !done)
            return done;
    }
    return {};
}

} // namespace signalbox
