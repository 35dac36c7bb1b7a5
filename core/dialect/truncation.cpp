// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/truncation.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace signalbox {

namespace {

bool isInstruction(const Message &message)
{
    return message.role == Role::System || message.role == Role::Developer;
}

// The user's own words: nothing in it answers a tool call.
bool opensTurn(const Message &message)
{
    return message.role == Role::User && std::none_of(message.parts.begin(), message.parts.end(), [](const Part &part) {
               return part.as<ToolResultPart>() != nullptr;
           });
}

// Where the call that a result answers stands. Some dialects need no ids, and some servers use them again in each turn.
class CallPlaces
{
public:
    void add(const ToolCallPart &call, size_t message)
    {
        m_latest = message;
        if (!call.id.empty())
            m_byId[call.id] = message;
    }
    std::optional<size_t> of(const ToolResultPart &result) const
    {
        if (result.callId.empty())
            return m_latest;
        const auto known = m_byId.find(result.callId);
        return known == m_byId.end() ? std::nullopt : std::optional(known->second);
    }

private:
    std::unordered_map<std::string_view, size_t> m_byId;
    std::optional<size_t> m_latest;
};

std::vector<Turn> allTurns(const Conversation &conversation)
{
    std::vector<Turn> turns;
    CallPlaces calls;
    const std::vector<Message> &messages = conversation.messages;
    for (size_t i = conversation.leadingInstructions(); i < messages.size(); ++i) {
        if (turns.empty() || opensTurn(messages[i]))
            turns.push_back({i, i});
        turns.back().end = i + 1;
        for (const Part &part : messages[i].parts) {
            if (const auto *call = part.as<ToolCallPart>())
                calls.add(*call, i);
            const auto *result = part.as<ToolResultPart>();
            const auto call = result ? calls.of(*result) : std::nullopt;
            while (call && turns.back().begin > *call) {
                turns.pop_back();
                turns.back().end = i + 1;
            }
        }
    }
    return turns;
}

// The turns in the order in which they go.
std::vector<size_t> orderOfGoing(size_t count, TruncationRule::From from)
{
    std::vector<size_t> order(count);
    for (size_t i = 0; i < count; ++i)
        order[i] = i;
    if (from == TruncationRule::From::Middle) {
        const auto distance = [count](size_t turn) {
            const auto twice = std::ptrdiff_t(2 * turn) - std::ptrdiff_t(count - 1);
            return twice < 0 ? -twice : twice;
        };
        std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return distance(a) < distance(b); });
    }
    return order;
}

std::vector<bool> goingMessages(const Conversation &conversation, const std::vector<Turn> &turns,
                                const std::vector<size_t> &order, size_t count)
{
    std::vector<bool> going(conversation.messages.size(), false);
    for (size_t i = 0; i < count; ++i) {
        const Turn &turn = turns[order[i]];
        for (size_t at = turn.begin; at < turn.end; ++at)
            going[at] = !isInstruction(conversation.messages[at]);
    }
    return going;
}

std::shared_ptr<const Conversation> without(const Conversation &conversation, const std::vector<bool> &going)
{
    auto shorter = std::make_shared<Conversation>();
    shorter->source = conversation.source;
    shorter->model = conversation.model;
    shorter->stream = conversation.stream;
    shorter->includeUsage = conversation.includeUsage;
    shorter->tools = conversation.tools;
    shorter->settings = conversation.settings;
    for (size_t i = 0; i < conversation.messages.size(); ++i) {
        if (!going[i])
            shorter->messages.push_back(conversation.messages[i]);
    }
    return shorter;
}

// Some messages are made by a decoder, not by the client; then a part of it has a place.
Node placeOfTurn(const Conversation &conversation, const Turn &turn)
{
    for (size_t i = turn.begin; i < turn.end; ++i) {
        const Message &message = conversation.messages[i];
        if (isInstruction(message))
            continue;
        if (message.origin)
            return message.origin;
        for (const Part &part : message.parts) {
            if (part.origin)
                return part.origin;
        }
    }
    return nullptr;
}

void note(const Conversation &conversation, const Turn &turn, const TruncationRule &rule, int64_t tokens,
          LossReport &losses)
{
    const auto messages =
        std::count_if(conversation.messages.begin() + std::ptrdiff_t(turn.begin),
                      conversation.messages.begin() + std::ptrdiff_t(turn.end), std::not_fn(isInstruction));
    losses.drop(placeOfTurn(conversation, turn),
                "this turn of " + std::to_string(messages) + (messages == 1 ? " message" : " messages") +
                    " was cut: the request counts " + std::to_string(tokens) + " tokens, and " + rule.target +
                    " has room for " + std::to_string(rule.mostTokens));
}

} // namespace

std::vector<Turn> earlierTurns(const Conversation &conversation)
{
    std::vector<Turn> turns = allTurns(conversation);
    if (!turns.empty())
        turns.pop_back();
    return turns;
}

Result<std::shared_ptr<const Conversation>> truncated(std::shared_ptr<const Conversation> conversation,
                                                      const TruncationRule &rule, LossReport &losses)
{
    const int64_t tokens = rule.count(*conversation);
    if (tokens <= rule.mostTokens)
        return conversation;
    const std::vector<Turn> turns = earlierTurns(*conversation);
    const std::vector<size_t> order = orderOfGoing(turns.size(), rule.from);
    std::shared_ptr<const Conversation> best;
    int64_t least = tokens;
    size_t tooFew = 0; // so many are not enough
    size_t enough = turns.size() + 1;
    while (tooFew + 1 < enough) {
        // All of them first: what cannot fit is told at once.
        const size_t count = enough > turns.size() ? turns.size() : (tooFew + enough) / 2;
        auto shorter = without(*conversation, goingMessages(*conversation, turns, order, count));
        const int64_t counted = rule.count(*shorter);
        if (counted <= rule.mostTokens) {
            best = std::move(shorter);
            enough = count;
        } else {
            least = std::min(least, counted);
            if (count == turns.size())
                break;
            tooFew = count;
        }
    }
    if (!best)
        return Error{"context_length_exceeded",
                     "The instructions and the last turn alone count " + std::to_string(least) + " tokens, and " +
                         rule.target + " has room for " + std::to_string(rule.mostTokens) + ".",
                     400};
    for (size_t i = 0; i < enough; ++i)
        note(*conversation, turns[order[i]], rule, tokens, losses);
    return best;
}

} // namespace signalbox
