// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/recorded_trace.h"

#include <algorithm>

namespace signalbox {

RecordedTrace::RecordedTrace(RowSource &rows) : m_rows(rows) {}

bool RecordedTrace::next(SimRequest &request)
{
    if (!m_rows.next(m_row))
        return false;
    if (!m_begun)
        m_startedAtMs = m_row.startedAtMs;
    m_begun = true;
    // A wall clock that was set back must not turn the simulation's time.
    m_lastNs = std::max(m_lastNs, (m_row.startedAtMs - m_startedAtMs) * 1'000'000);

    const TokenUsage &usage = m_row.usage;
    request = {};
    request.atNs = m_lastNs;
    request.model = kept(m_row.model);
    request.project = kept(m_row.project);
    request.client = kept(m_row.client);
    request.user = kept(m_row.user);
    request.tags = kept(m_row.tags);
    request.inputTokens = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
    request.outputTokens = usage.output.value_or(0);
    if (!m_row.session.empty()) {
        Session &session = m_sessions.try_emplace(m_row.session, Session{m_sessions.size() + 1, 0}).first->second;
        request.conversation = session.number;
        request.turn = session.turns++;
    }
    return true;
}

// There are few of them, each many times.
std::string_view RecordedTrace::kept(const std::string &text)
{
    return *m_texts.insert(text).first;
}

} // namespace signalbox
