// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <deque>

namespace signalbox::openai_chat {

// One piece of tool call as a chunk brings it.
struct ToolCallPiece {
    std::optional<int64_t> index{};
    std::string_view id{};
    std::string_view name{};
    std::string_view arguments{};
    std::string_view signature{};
    bool custom = false;
    bool alone = false; // whole replies: every entry is a call of its own
};

// Follows arguments far enough to know when one JSON object is complete.
class ObjectWatch
{
public:
    void take(std::string_view text);
    bool isComplete() const { return m_complete; }
    bool isEmpty() const { return !m_begun; }

private:
    int m_depth = 0;
    bool m_begun = false;
    bool m_inText = false;
    bool m_escaped = false;
    bool m_complete = false;
};

// Puts the tool calls of one choice together. Vendors leave ids blank or repeat them, send index 0 for all or none,
// repeat names, send arguments whole, in pieces, twice, or a `{}` first: index, id and name decide together.
class ToolCallMerger
{
public:
    ToolCallMerger(int choice, int &nextPart) : m_choice(choice), m_nextPart(nextPart) {}

    void take(const ToolCallPiece &piece, ReplySink &sink);
    // Another part begins: calls whose arguments are complete end.
    void endComplete(ReplySink &sink);
    void endAll(ReplySink &sink);
    bool sawCalls() const { return !m_calls.empty(); }

private:
    struct Call {
        std::optional<int64_t> index;
        std::string id;
        std::string name;
        std::string arguments; // all so far: to recognise a repetition
        std::string held;      // not delivered yet
        ObjectWatch watch;
        int part = -1; // not started yet
        bool custom = false;
        bool ended = false;
    };
    Call *match(const ToolCallPiece &piece);
    Call *latest(const ToolCallPiece &piece);
    static bool isSpent(const Call &call, const ToolCallPiece &piece);
    Call &begin(const ToolCallPiece &piece, ReplySink &sink);
    void append(Call &call, std::string_view arguments, ReplySink &sink);
    void start(Call &call, ReplySink &sink);
    void flush(Call &call, ReplySink &sink);
    void end(Call &call, ReplySink &sink);

    int m_choice;
    int &m_nextPart;
    std::deque<Call> m_calls;
};

} // namespace signalbox::openai_chat
