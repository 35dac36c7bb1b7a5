// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/turns.h"

#include <algorithm>
#include <unordered_map>

namespace signalbox::gemini {

namespace {

// The results of a conversation by the id of their call, each handed out once.
class Results
{
public:
    void add(const Part &part, size_t turn)
    {
        const ToolResultPart *result = part.as<ToolResultPart>();
        m_byId[result->callId].push_back({&part, turn});
    }

    // The first one behind `turn` that answers the call.
    const Part *take(const ToolCallPart &call, size_t turn)
    {
        const auto known = m_byId.find(call.id);
        if (known == m_byId.end())
            return nullptr;
        for (Entry &entry : known->second) {
            const bool sameName = !call.id.empty() || entry.part->as<ToolResultPart>()->name == call.name;
            if (!entry.taken && entry.turn > turn && sameName) {
                entry.taken = true;
                m_taken.push_back(entry.part);
                return entry.part;
            }
        }
        return nullptr;
    }

    bool isTaken(const Part *part) const { return std::find(m_taken.begin(), m_taken.end(), part) != m_taken.end(); }
    bool anyTaken() const { return !m_taken.empty(); }

private:
    struct Entry {
        const Part *part;
        size_t turn;
        bool taken = false;
    };
    std::unordered_map<std::string_view, std::vector<Entry>> m_byId;
    std::vector<const Part *> m_taken;
};

void answerCalls(std::vector<Turn> &turns, size_t at, Results &results)
{
    for (const TurnPart &place : turns[at].parts) {
        const ToolCallPart *call = place.part->as<ToolCallPart>();
        if (!call)
            continue;
        const Part *result = results.take(*call, at);
        const Node origin = result ? result->origin : place.part->origin;
        turns[at + 1].answers.push_back({call, result ? result->as<ToolResultPart>() : nullptr, origin});
    }
}

} // namespace

std::vector<Turn> planTurns(const Conversation &conversation)
{
    std::vector<Turn> turns;
    Results results;
    for (size_t i = conversation.leadingInstructions(); i < conversation.messages.size(); ++i) {
        const Message &message = conversation.messages[i];
        const bool model = message.role == Role::Assistant;
        for (const Part &part : message.parts) {
            const bool isResult = part.as<ToolResultPart>() != nullptr;
            const bool side = model && !isResult;
            if (turns.empty() || turns.back().model != side)
                turns.push_back({side, {}, {}});
            turns.back().parts.push_back({&part, &message});
            if (isResult)
                results.add(part, turns.size() - 1);
        }
    }
    // The last turn may end in calls that nobody has answered yet.
    for (size_t at = 0; at + 1 < turns.size(); ++at) {
        if (turns[at].model)
            answerCalls(turns, at, results);
    }
    if (!results.anyTaken())
        return turns;
    for (Turn &turn : turns) {
        std::erase_if(turn.parts, [&results](const TurnPart &place) {
            return place.part->as<ToolResultPart>() && results.isTaken(place.part);
        });
    }
    return turns;
}

} // namespace signalbox::gemini
