// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <vector>

namespace signalbox::gemini {

// One call's answer inside the turn that follows it; `result` is nullptr where the client sent none.
struct Answer {
    const ToolCallPart *call = nullptr;
    const ToolResultPart *result = nullptr;
    Node origin = nullptr;
};

struct TurnPart {
    const Part *part = nullptr;
    const Message *message = nullptr;
};

// Messages of one side in a row. Answers stand before everything else, in the order of the calls.
struct Turn {
    bool model = false;
    std::vector<Answer> answers;
    std::vector<TurnPart> parts; // tool results that answer no call are still among them
};

// The conversation behind its leading instructions as Gemini wants it: user and model alternate, and the answers to all
// calls of a model turn stand at the beginning of the next one, wherever the client had put them. Pure.
std::vector<Turn> planTurns(const Conversation &conversation);

} // namespace signalbox::gemini
