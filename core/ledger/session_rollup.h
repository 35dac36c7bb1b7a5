// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/schema.h"
#include "core/ledger/slot_rollup.h"
#include "core/ledger/spend_rollup.h"

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

namespace signalbox {

// What a session of a project came to in a slot of time.
struct SessionSums {
    static constexpr int64_t partsPerSlot = int64_t(1) << 24; // four thousand million sessions
    static constexpr int64_t daysPerMonth = 30;
    static constexpr int numbers = SpendSums::count + 2;
    SpendSums spend;
    int64_t key = 0;  // a spend_key of its project
    int64_t back = 0; // how far before it the session's first id stands, when it was of another project first

    void add(const SessionSums &other);
    void put(std::string &out) const;
    bool take(std::string_view &in);
    bool operator==(const SessionSums &) const = default;
};

class SessionLife;

// Sums by session and hour, day and thirty days (of UTC), for every session that a request named: at most 5,000 a day
// are kept apart, the others are put together. Table session_key numbers them in the order in which they come, so that
// those of one time stand together in rollup_session_hour, rollup_session_day and rollup_session_month. What all of
// them come to is in the tables rollup_named_*, by project. Ledger thread.
class SessionWriter
{
public:
    SessionWriter();
    ~SessionWriter();
    Q_DISABLE_COPY_MOVE(SessionWriter)
    Result<void> prepare(Database &database);
    void add(int64_t startedAtMs, const std::string &session, const std::string &project, int64_t key,
             const SpendSums &sums); // in memory
    Result<void> write();
    void forget(); // after a rollback

private:
    friend class SessionMigration;
    using Name = std::pair<std::string, std::string>; // project, PackedText's key of the session
    struct Known {
        int64_t id = 0;
        int64_t back = 0;
        int64_t firstDay = 0, lastDay = 0;
    };
    Result<Known> knownAs(const Name &name, int64_t day);
    Result<Known> read(const Name &name);
    Result<Known> enter(const Name &name, int64_t day);
    Result<void> markSeen(const Known &known);
    Result<void> seenOn(const Name &name, Known &known, int64_t day);
    Result<void> countDay(int64_t day);
    Result<void> writeLives(int64_t newestDay);

    Database *m_database = nullptr;
    std::map<std::tuple<int64_t, std::string, std::string>, SessionSums> m_pending; // hour, project, session
    std::map<Name, Known> m_known;
    std::unordered_set<int64_t> m_idsOfDay;
    int64_t m_countedDay = -1;
    std::map<std::tuple<int64_t, int64_t>, SessionSums> m_written; // day, id
    SlotRollup<SessionSums> m_hours, m_days, m_months;
    std::map<std::string, int64_t> m_keyOfProject; // one spend_key for each
    SpendLevels m_all;
    std::unique_ptr<SessionLife> m_life;
    Statement m_find, m_first, m_add, m_seen, m_ofDay;
};

const char *sessionTablesSql(); // also for a file that has them already

// From sums by day and session in rows. Hours are counted from the requests that are still there.
SchemaStep sessionRollupStep();
// Lives of sessions, and what all come to, from the sums that are there; quarters of an hour from the requests.
SchemaStep sessionLifeStep();

} // namespace signalbox
