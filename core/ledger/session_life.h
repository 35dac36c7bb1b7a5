// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/session_rollup.h"

namespace signalbox {

// What each session came to in its whole life, days that are not over left out: no range holds more of it than that, so
// the dearest of a year are found among the dearest of all. Table session_life, by the first id that the session has;
// session_closed names the last day that is in it. Ledger thread.
class SessionLife
{
public:
    Result<void> prepare(Database &database);
    // What came late, to a day that is in it already; others are left to closeBefore().
    Result<void> add(int64_t day, int64_t id, const SessionSums &sums);
    // Takes in the days before that one. Their sums are in rollup_session_day.
    Result<void> closeBefore(int64_t day);
    void forget(); // after a rollback

private:
    Result<void> know();
    Result<void> take(int64_t day, int64_t id, const SessionSums &sums);

    Database *m_database = nullptr;
    Statement m_add, m_days, m_mark;
    std::optional<int64_t> m_closed;
};

} // namespace signalbox
