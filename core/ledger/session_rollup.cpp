// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/session_rollup.h"

#include "core/ledger/packed_text.h"
#include "core/ledger/session_life.h"

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
CREATE TABLE IF NOT EXISTS rollup_session_month (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS rollup_named_quarter (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS rollup_named_hour (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS rollup_named_shift (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS rollup_named_day (at INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS session_life (
  id INTEGER PRIMARY KEY, nano_usd INTEGER NOT NULL, tokens INTEGER NOT NULL, first_day INTEGER NOT NULL,
  last_day INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS session_life_rank ON session_life(nano_usd, tokens, first_day, last_day);
CREATE INDEX IF NOT EXISTS session_life_last ON session_life(last_day);
CREATE TABLE IF NOT EXISTS session_closed (day INTEGER NOT NULL);
INSERT INTO session_closed SELECT -1 WHERE NOT EXISTS (SELECT * FROM session_closed);
)sql";
}

SessionWriter::SessionWriter() : m_life(std::make_unique<SessionLife>()) {}
SessionWriter::~SessionWriter() = default;

Result<void> SessionWriter::prepare(Database &database)
{
    m_database = &database;
    const std::pair<Statement *, const char *> wanted[] = {
        {&m_find, "SELECT id, first_day, last_day FROM session_key WHERE session = ? AND project = ?"},
        {&m_first, "SELECT min(id) FROM session_key WHERE session = ?"},
        {&m_add, "INSERT INTO session_key (session, project, first_day, last_day) VALUES (?,?,?,?)"},
        {&m_seen, "UPDATE session_key SET first_day = min(first_day, ?), last_day = max(last_day, ?) WHERE id = ?"},
        {&m_ofDay, "SELECT at, data FROM rollup_session_day WHERE at >= ? AND at < ?"},
    };
    for (const auto &[statement, sql] : wanted) {
        auto prepared = database.prepare(sql);
        if (!prepared)
            return prepared.error();
        *statement = std::move(*prepared);
    }
    auto ready = m_hours.prepare(database, "rollup_session_hour");
    if (ready)
        ready = m_days.prepare(database, "rollup_session_day");
    if (ready)
        ready = m_months.prepare(database, "rollup_session_month");
    if (ready)
        ready = m_all.prepare(database, "rollup_named");
    return ready ? m_life->prepare(database) : ready;
}

void SessionWriter::add(int64_t startedAtMs, const std::string &session, const std::string &project, int64_t key,
                        const SpendSums &sums)
{
    m_pending[{startedAtMs / hourMs, project, PackedText::ofUuid(session).key()}].add({sums, key, 0});
    m_all.add(startedAtMs, m_keyOfProject.try_emplace(project, key).first->second, sums);
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
    if (const auto done = m_add.run(); !done)
        return done.error();
    const auto known = read(name);
    if (!known)
        return known;
    const auto seen = markSeen(*known);
    return seen ? known : seen.error();
}

// The first number stays as long as any: it stands for the session of all projects.
Result<void> SessionWriter::markSeen(const Known &known)
{
    for (const int64_t id : {known.id, known.id - known.back}) {
        m_seen.bindAll(known.firstDay, known.lastDay, id);
        if (const auto done = m_seen.run(); !done || known.back == 0)
            return done;
    }
    return {};
}

Result<void> SessionWriter::seenOn(const Name &name, Known &known, int64_t day)
{
    if (day >= known.firstDay && day <= known.lastDay)
        return {};
    known.firstDay = std::min(known.firstDay, day);
    known.lastDay = std::max(known.lastDay, day);
    m_known[name] = known;
    return markSeen(known);
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
    int64_t newestDay = -1;
    for (const auto &[at, pending] : m_pending) {
        const auto &[hour, project, session] = at;
        const int64_t day = hour / hoursPerDay;
        const auto known = knownAs({project, session}, day);
        if (!known)
            return known.error();
        SessionSums sums = pending;
        sums.back = known->back;
        m_hours.at(hour, known->id).add(sums);
        m_days.at(day, known->id).add(sums);
        m_months.at(day / SessionSums::daysPerMonth, known->id).add(sums);
        m_written[{day, known->id}].add(sums);
        newestDay = std::max(newestDay, day);
    }
    m_pending.clear();
    auto done = m_hours.write();
    if (done)
        done = m_days.write();
    if (done)
        done = m_months.write();
    if (done)
        done = m_all.write();
    return done ? writeLives(newestDay) : done;
}

Result<void> SessionWriter::writeLives(int64_t newestDay)
{
    for (const auto &[at, sums] : m_written) {
        const auto &[day, id] = at;
        if (const auto added = m_life->add(day, id, sums); !added)
            return added;
    }
    m_written.clear();
    return m_life->closeBefore(newestDay);
}

void SessionWriter::forget()
{
    m_pending.clear();
    m_written.clear();
    m_known.clear();
    m_idsOfDay.clear();
    m_countedDay = -1;
    m_hours.clear();
    m_days.clear();
    m_months.clear();
    m_keyOfProject.clear();
    m_all.clear();
    m_life->forget();
}

} // namespace signalbox
