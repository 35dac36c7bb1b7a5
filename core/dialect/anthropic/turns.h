// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/anthropic/names.h"
#include "core/dialect/conversation.h"
#include "core/dialect/quirks.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox::anthropic {

// One block of a turn: a part, or (part == nullptr) one that the rules of the API ask for.
struct Entry {
    enum class Form {
        Plain,
        Wrapped,    // an instruction in the middle of the conversation, as the user's text
        LooseResult // a tool result whose call is not in the turn before, as text
    };
    const Part *part = nullptr;
    Form form = Form::Plain;
    std::string wireId{};    // tool calls and results
    std::string_view text{}; // made up
};

struct Turn {
    Role role = Role::User; // User, Assistant, System
    std::vector<Entry> results{};
    std::vector<Entry> rest{};
    Node origin = nullptr; // System: of the message

    bool empty() const { return results.empty() && rest.empty(); }
};

inline constexpr std::string_view noResult = "No result.";
inline constexpr std::string_view goOn = "Continue.";

// Why a part cannot stand in a turn of that role; empty: it can, or is empty itself.
std::string_view whyNot(const Part &part, Role role, const Quirks &quirks);
// Anthropic refuses blank texts.
bool isBlank(std::string_view text);

// Brings the messages behind the leading instructions into the order that Anthropic's API insists on: turns of user
// and assistant alternate and begin with the user, each call is answered in the turn after it and nowhere else, the
// results first. What has no place is reported. Pure.
class TurnPlanner
{
public:
    TurnPlanner(const Conversation &conversation, const Quirks &quirks, LossReport &losses)
        : m_conversation(conversation), m_quirks(quirks), m_losses(losses)
    {
    }

    std::vector<Turn> plan(size_t firstMessage);

private:
    struct Pending {
        const ToolCallPart *call;
        Node origin;
        std::string wireId;
        bool answered = false;
    };
    Turn &turn(Role role);
    void closeTurn();
    void addInstruction(const Message &message);
    bool hasNative(const Message &message) const;
    void addPart(const Part &part, Role role);
    void addResult(const Part &part, const ToolResultPart &result);
    Pending *pendingFor(const ToolResultPart &result);
    void noteMessageFields(const Message &message);

    const Conversation &m_conversation;
    const Quirks &m_quirks;
    LossReport &m_losses;
    CallIds m_ids;
    std::vector<Turn> m_turns;
    std::vector<Pending> m_pending; // calls of the last assistant turn
    std::vector<Turn> m_heldInstructions;
    size_t m_nextPending = 0;
};

} // namespace signalbox::anthropic
