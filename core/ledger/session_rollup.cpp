// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_rollup.h"

#include "core/ledger/packed_text.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t hoursPerDay = 24;
constexpr size_t mostSessions = 5'000; // of a day; a client may name a new one with every request
constexpr size_t mostKnown = 20'000;   // in memory
constexpr char together[] = "(others)";

std::string togetherKey()
{
    return PackedText::ofUuid(together).key();
}

} // namespace

void SessionSums::add(const SessionSums &other)
{
    spend.add(other.spend);
    key = key == 0 ? other.key : key;
    back = back == 0 ? other.back : back;
}

void SessionSums::put(std::string &out) const
{
    putNumber(out, static_cast<uint64_t>(key));
    putNumber(out, static_cast<uint64_t>(back));
    spend.put(out);
}

bool SessionSums::take(std::string_view &in)
{
    return takeNumber(in, key) && takeNumber(in, back) && spend.take(in);
}

const char *sessionTablesSql()
{
    return R"sql(
CREATE TABLE IF NOT EXISTS session_key (
  id INTEGER PRIMARY KEY, session BLOB NOT NULL, project TEXT NOT NULL, first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL, UNIQUE (session, project));
CREATE INDEX IF NOT EXISTS session_key_last ON session_key(last_day);
CREATE TABLE IF NOT EXISTS rollup_session_hour (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS rollup_session_day (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
)sql";
}

Result<void> SessionWriter::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, const char *> wanted[] = {
        {&m_find, "SELECT id, first_day, last_day FROM session_key WHERE session = ? AND project = ?"},
        {&m_first, "SELECT min(id) FROM session_key WHERE session = ?"},
        {&m_add, "INSERT INTO session_key (session, project, first_day, last_day) VALUES (?,?,?,?)"},
        {&m_seen, "UPDATE session_key SET first_day = ?, last_day = ? WHERE id = ?"},
        {&m_ofDay, "SELECT at, data FROM rollup_session_day WHERE at >= ? AND at < ?"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    const auto ready = m_hours.prepare(database, "rollup_session_hour");
    return ready ? m_days.prepare(database, "rollup_session_day") : ready;
}

void SessionWriter::add(int64_t startedAtMs, const std::string &session, const std::string &project, int64_t key,
                        const SpendSums &sums)
{
    m_pending[{startedAtMs / hourMs, project, PackedText::ofUuid(session).key()}].add({sums, key, 0});
}

// Which sessions the day has sums of already. What this object adds is counted as it comes.
Result<void> SessionWriter::countDay(int64_t day)
{
    m_countedDay = -1;
    m_idsOfDay.clear();
    m_ofDay.bindAll(slots::placeOf(day, 0, SessionSums::partsPerSlot),
                    slots::placeOf(day + 1, 0, SessionSums::partsPerSlot));
    for (;;) {
        const auto row = m_ofDay.step();
        if (!row || !*row) {
            m_ofDay.reset();
            if (row)
                m_countedDay = day;
            return row ? Result<void>() : row.error();
        }
        slots::forEach<SessionSums>(m_ofDay.integer(0), m_ofDay.view(1),
                                    [this](int64_t id, const SessionSums &) { m_idsOfDay.insert(id); });
    }
}

Result<SessionWriter::Known> SessionWriter::read(const Name &name)
{
    const PackedText session = PackedText::ofKey(name.second);
    session.bindTo(m_find, 1);
    m_find.bind(2, name.first);
    const auto there = m_find.step();
    Known known;
    if (there && *there)
        known = {m_find.integer(0), 0, m_find.integer(1), m_find.integer(2)};
    m_find.reset();
    if (!there)
        return there.error();
    if (known.id == 0)
        return known;
    session.bindTo(m_first, 1);
    const auto first = m_first.step();
    if (first && *first)
        known.back = known.id - m_first.integer(0);
    m_first.reset();
    return first ? Result<Known>(known) : first.error();
}

Result<SessionWriter::Known> SessionWriter::enter(const Name &name, int64_t day)
{
    const PackedText session = PackedText::ofKey(name.second);
    session.bindTo(m_add, 1);
    m_add.bind(2, name.first);
    m_add.bind(3, day);
    m_add.bind(4, day);
    const auto done = m_add.run();
    return done ? read(name) : done.error();
}

Result<void> SessionWriter::seenOn(const Name &name, Known &known, int64_t day)
{
    if (day >= known.firstDay && day <= known.lastDay)
        return {};
    known.firstDay = std::min(known.firstDay, day);
    known.lastDay = std::max(known.lastDay, day);
    m_seen.bindAll(known.firstDay, known.lastDay, known.id);
    m_known[name] = known;
    return m_seen.run();
}

Result<SessionWriter::Known> SessionWriter::knownAs(const Name &name, int64_t day)
{
    if (day != m_countedDay) {
        if (const auto counted = countDay(day); !counted)
            return counted.error();
    }
    Known known;
    if (const auto found = m_known.find(name); found != m_known.end()) {
        known = found->second;
        if (day >= known.firstDay && day <= known.lastDay && m_idsOfDay.contains(known.id))
            return known;
    } else {
        const auto there = read(name);
        if (!there)
            return there;
        known = *there;
    }
    if (known.id == 0 || !m_idsOfDay.contains(known.id)) {
        if (m_idsOfDay.size() >= mostSessions && name.second != togetherKey())
            return knownAs({name.first, togetherKey()}, day);
        if (known.id == 0) {
            const auto entered = enter(name, day);
            if (!entered)
                return entered;
            known = *entered;
        }
        m_idsOfDay.insert(known.id);
    }
    if (m_known.size() >= mostKnown)
        m_known.clear();
    m_known[name] = known;
    if (const auto seen = seenOn(name, known, day); !seen)
        return seen.error();
    return known;
}

Result<void> SessionWriter::write()
{
    for (const auto &[at, pending] : m_pending) {
        const auto &[hour, project, session] = at;
        const auto known = knownAs({project, session}, hour / hoursPerDay);
        if (!known)
            return known.error();
        SessionSums sums = pending;
        sums.back = known->back;
        m_hours.at(hour, known->id).add(sums);
        m_days.at(hour / hoursPerDay, known->id).add(sums);
    }
    m_pending.clear();
    const auto done = m_hours.write();
    return done ? m_days.write() : done;
}

void SessionWriter::forget()
{
    m_pending.clear();
    m_known.clear();
    m_idsOfDay.clear();
    m_countedDay = -1;
    m_hours.clear();
    m_days.clear();
}

} // namespace signalbox
