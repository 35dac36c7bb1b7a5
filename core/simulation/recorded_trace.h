// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/simulation/trace.h"

#include <string>
#include <unordered_map>
#include <unordered_set>

namespace signalbox {

// What a simulation wants to know of a request that was made.
struct RecordedRow {
    int64_t startedAtMs = 0; // UTC
    std::string model;       // as asked
    std::string project;
    std::string client;
    std::string user;
    std::string session; // empty: not known
    std::string tags;
    TokenUsage usage; // absent figures count as nothing
};

// Where they come from: the ledger behind it is the caller's business.
class RowSource
{
public:
    virtual ~RowSource() = default;
    virtual bool next(RecordedRow &row) = 0; // by rising time; false: no more
};

// Traffic as it was, from time 0 on.
class RecordedTrace final : public Trace
{
public:
    explicit RecordedTrace(RowSource &rows);
    bool next(SimRequest &request) override;

    int64_t startedAtMs() const { return m_startedAtMs; } // of the first row

private:
    struct Session {
        uint64_t number = 0;
        uint32_t turns = 0;
    };
    std::string_view kept(const std::string &text);

    RowSource &m_rows;
    RecordedRow m_row;
    bool m_begun = false;
    int64_t m_startedAtMs = 0;
    int64_t m_lastNs = 0;
    std::unordered_set<std::string> m_texts;
    std::unordered_map<std::string, Session> m_sessions;
};

} // namespace signalbox
