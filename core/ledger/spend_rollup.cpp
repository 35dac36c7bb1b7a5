// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_rollup.h"

#include "core/ledger/packed_text.h"

#include <cstdlib>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t quarterMs = hourMs / 4;
constexpr int64_t hoursPerShift = 6;
constexpr int64_t hoursPerDay = 24;
constexpr size_t mostKnown = 50'000;    // keys in memory
constexpr int64_t mostSessions = 5'000; // of a day; a client may name a new one with every request
constexpr int64_t mostKeys = 200'000;   // in the file; clients name users and tags as they like
constexpr char together[] = "(others)";

// "a, b" -> "a = a + ?, b = b + ?"
std::string addingSql()
{
    std::string sql;
    std::string_view columns = SpendSums::columns;
    for (int i = 0; i < SpendSums::count; ++i) {
        const std::string name(columns.substr(0, columns.find(',')));
        sql += (i == 0 ? "" : ", ") + name + " = " + name + " + ?" + std::to_string(i + 1);
        columns.remove_prefix(std::min(columns.size(), name.size() + 2));
    }
    return sql;
}

Result<void> runWith(Statement &statement, const SpendSums &s)
{
    statement.bindInPlaceAfter(0, s.requests, s.errors, s.unpriced, s.nanoUsd, s.input, s.cachedInput, s.cacheWrite,
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

void SpendSums::put(std::string &out) const
{
    for (const int64_t value : {requests, errors, unpriced, nanoUsd, input, cachedInput, cacheWrite, output, reasoning})
        putNumber(out, static_cast<uint64_t>(value));
}

bool SpendSums::take(std::string_view &in)
{
    return takeNumber(in, requests) && takeNumber(in, errors) && takeNumber(in, unpriced) && takeNumber(in, nanoUsd) &&
           takeNumber(in, input) && takeNumber(in, cachedInput) && takeNumber(in, cacheWrite) &&
           takeNumber(in, output) && takeNumber(in, reasoning);
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

Result<void> SpendWriter::prepare(Database &database)
{
    m_database = &database;
    const std::string at = " WHERE day = ?10 AND session = ?11 AND project = ?12";
    const std::pair<Statement *, std::string> wanted[] = {
        {&m_find, "SELECT id FROM spend_key WHERE project = ? AND client = ? AND user = ? AND provider = ? AND "
                  "model = ? AND credential = ? AND route = ? AND tag = ?"},
        {&m_add, "INSERT INTO spend_key (project, client, user, provider, model, credential, route, tag) VALUES "
                 "(?,?,?,?,?,?,?,?)"},
        {&m_addToSession, "UPDATE rollup_session SET " + addingSql() + at},
        {&m_session, std::string("INSERT INTO rollup_session (") + SpendSums::columns +
                         ", day, session, project) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)"},
        {&m_countSessions, "SELECT count(*) FROM rollup_session WHERE day = ?"},
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
    auto ready = m_quarters.prepare(database, "rollup_quarter");
    if (ready)
        ready = m_hours.prepare(database, "rollup_hour");
    if (ready)
        ready = m_shifts.prepare(database, "rollup_shift");
    return ready ? m_days.prepare(database, "rollup_day") : ready;
}

Result<SpendWriter::KeyOf> SpendWriter::findOrAdd(const SpendKey &key)
{
    const auto &v = key.values;
    m_find.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    const auto there = m_find.step();
    const int64_t id = there && *there ? m_find.integer(0) : 0;
    m_find.reset();
    if (!there)
        return there.error();
    if (id > 0)
        return KeyOf{id, false};
    if (m_keyCount >= mostKeys && (v[SpendKey::User] != together || v[SpendKey::Tag] != together)) {
        SpendKey wide = key;
        wide.values[SpendKey::User] = wide.values[SpendKey::Tag] = together;
        const auto found = findOrAdd(wide);
        return found ? Result<KeyOf>(KeyOf{found->id, true}) : found;
    }
    m_add.bindAllInPlace(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
    if (const auto done = m_add.run(); !done)
        return done.error();
    return KeyOf{m_keyCount = m_database->lastRowid(), false};
}

Result<SpendWriter::KeyOf> SpendWriter::keyOf(const RequestRecord &r)
{
    m_text.clear();
    for (const std::string *part : {&r.project, &r.client, &r.user, &r.provider, &r.model, &r.credential, &r.route})
        m_text.append(*part).append(1, '\0');
    m_text += r.tag;
    if (const auto known = m_ids.find(m_text); known != m_ids.end())
        return KeyOf{std::abs(known->second), known->second < 0};
    const auto key = findOrAdd(spendKeyOf(r));
    if (!key)
        return key;
    if (m_ids.size() >= mostKnown)
        m_ids.clear();
    m_ids.emplace(m_text, key->together ? -key->id : key->id);
    return key;
}

void SpendWriter::add(const RequestRecord &record, int64_t keyId)
{
    const SpendSums sums = sumsOf(record);
    m_quarters.at(record.startedAtMs / quarterMs, keyId).add(sums);
    if (!record.session.empty())
        m_sessions[{record.startedAtMs / hourMs / hoursPerDay, PackedText::ofUuid(record.session).key(),
                    record.project}]
            .add(sums);
}

// Quarters are summed up in memory: the file is told once of each.
Result<void> SpendWriter::write()
{
    m_quarters.forEachPending([this](int64_t quarter, int64_t id, const SpendSums &sums) {
        m_hours.at(quarter / 4, id).add(sums);
        m_shifts.at(quarter / (4 * hoursPerShift), id).add(sums);
        m_days.at(quarter / (4 * hoursPerDay), id).add(sums);
    });
    auto done = m_quarters.write();
    if (done)
        done = m_hours.write();
    if (done)
        done = m_shifts.write();
    if (done)
        done = m_days.write();
    return done ? writeSessions() : done;
}

Result<bool> SpendWriter::hasRoom(int64_t day)
{
    if (day != m_countedDay) {
        m_countSessions.bind(1, day);
        const auto there = m_countSessions.step();
        m_sessionsOfDay = there && *there ? m_countSessions.integer(0) : 0;
        m_countSessions.reset();
        if (!there)
            return there.error();
        m_countedDay = day;
    }
    return m_sessionsOfDay < mostSessions;
}

Result<void> SpendWriter::writeSessions()
{
    const auto bindPlace = [](Statement &statement, int64_t day, const PackedText &session,
                              const std::string &project) {
        statement.bind(10, day);
        session.bindTo(statement, 11);
        statement.bindAllFrom(12, project);
    };
    for (const auto &[at, sums] : m_sessions) {
        PackedText session = PackedText::ofKey(std::get<1>(at));
        for (;;) {
            bindPlace(m_addToSession, std::get<0>(at), session, std::get<2>(at));
            if (const auto done = runWith(m_addToSession, sums); !done)
                return done;
            if (m_database->changes() > 0)
                break;
            const auto room = hasRoom(std::get<0>(at));
            if (!room)
                return room.error();
            if (!*room && session.text() != together) {
                session = PackedText::ofUuid(together);
                continue;
            }
            bindPlace(m_session, std::get<0>(at), session, std::get<2>(at));
            if (const auto done = runWith(m_session, sums); !done)
                return done;
            ++m_sessionsOfDay;
            break;
        }
    }
    m_sessions.clear();
    return {};
}

void SpendWriter::forget()
{
    m_ids.clear();
    m_quarters.clear();
    m_hours.clear();
    m_shifts.clear();
    m_days.clear();
    m_sessions.clear();
    m_countedDay = -1;
}

} // namespace signalbox
