// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/reply_reader.h"

#include "core/dialect/openai_chat/usage.h"
#include "core/dialect/usage_counts.h"

#include <boost/container/small_vector.hpp>
#include <simdjson.h>

#include <array>

namespace signalbox::openai_chat {

namespace {

namespace dom = simdjson::dom;

std::optional<int64_t> count(dom::element field)
{
    int64_t value = 0;
    if (!field.get(value))
        return value >= 0 ? std::optional(value) : std::nullopt;
    double real = 0; // some servers send 12.0
    if (!field.get(real))
        return countOf(real);
    std::string_view text;
    return field.get(text) ? std::nullopt : countOf(text);
}

std::optional<double> amount(dom::element field)
{
    double value = 0;
    if (!field.get(value)) // whole numbers as well
        return value;
    std::string_view text;
    return field.get(text) ? std::nullopt : amountOf(text);
}

std::string_view textOf(dom::element field)
{
    std::string_view text;
    return field.get(text) ? std::string_view() : text;
}

// The members of a usage object, walked once: it is asked for some thirty names and has five.
class UsageMembers
{
public:
    explicit UsageMembers(dom::object usage)
    {
        for (const auto &[name, value] : usage)
            m_members.emplace_back(name, value);
    }

    // At first.second, or at first when `second` is empty.
    std::optional<dom::element> at(std::string_view first, std::string_view second = {}) const
    {
        for (const auto &[name, value] : m_members) {
            if (name != first)
                continue;
            dom::element inner;
            if (second.empty())
                return value;
            return value[second].get(inner) ? std::nullopt : std::optional(inner);
        }
        return std::nullopt;
    }

private:
    boost::container::small_vector<std::pair<std::string_view, dom::element>, 16> m_members;
};

std::optional<TokenUsage> readUsage(dom::element element)
{
    dom::object object;
    if (element.get(object))
        return std::nullopt;
    const UsageMembers usage(object);
    auto tokens = tokensOf(readCounts([&](std::string_view first, std::string_view second) {
        const auto there = usage.at(first, second);
        return there ? count(*there) : std::nullopt;
    }));
    if (!tokens)
        return std::nullopt;
    tokens->reportedNanoUsd = billedIn(
        [&](std::string_view first, std::string_view second) {
            const auto there = usage.at(first, second);
            return there ? amount(*there) : std::nullopt;
        },
        [&](std::string_view name) {
            const auto there = usage.at(name);
            bool value = false;
            return there && !there->get(value) && value;
        });
    if (const auto tier = usage.at("service_tier"))
        tokens->serviceTier = confirmedTier(textOf(*tier));
    return tokens;
}

std::optional<std::string> readError(dom::element error)
{
    if (error.is_null())
        return std::nullopt;
    std::string_view message;
    if (!error["message"].get(message) || !error.get(message))
        return std::string(message);
    return std::string("the provider reported an error");
}

bool filled(dom::element value)
{
    std::string_view text;
    if (!value.get(text))
        return !text.empty();
    dom::array list;
    if (!value.get(list))
        return list.size() > 0;
    return value.is_object();
}

bool isContent(std::string_view key)
{
    constexpr std::array<std::string_view, 8> parts = {
        "content",           "tool_calls", "reasoning_content", "reasoning",
        "reasoning_details", "refusal",    "function_call",     "audio"};
    return std::find(parts.begin(), parts.end(), key) != parts.end();
}

bool showsContent(dom::element message)
{
    dom::object fields;
    if (message.get(fields))
        return false;
    return std::any_of(fields.begin(), fields.end(),
                       [](const auto &field) { return isContent(field.key) && filled(field.value); });
}

// Each object is walked once: looking fields up by name cost nearly as much as parsing a usual reply.
void readChoices(dom::array choices, ReplyFacts &facts)
{
    facts.onlyUsage = choices.size() == 0;
    for (const dom::element choice : choices) {
        dom::object fields;
        if (choice.get(fields))
            continue;
        for (const auto &[key, value] : fields) {
            if (key == "finish_reason")
                facts.finished = facts.finished || filled(value);
            else if (key == "delta" || key == "message")
                facts.hasContent = facts.hasContent || showsContent(value);
            else if (key == "text")
                facts.hasContent = facts.hasContent || filled(value);
        }
    }
}

ReplyFacts readFacts(dom::object root)
{
    ReplyFacts facts;
    bool hasChoices = false;
    std::string_view tier;
    for (const auto &[key, value] : root) {
        if (key == "usage") {
            if (const auto usage = readUsage(value))
                facts.usage = usage;
        } else if (key == "x_groq" && !facts.usage) {
            dom::element inner;
            if (!value["usage"].get(inner))
                facts.usage = readUsage(inner);
        } else if (key == "service_tier") {
            tier = confirmedTier(textOf(value));
        } else if (key == "error") {
            facts.error = readError(value);
        } else if (key == "choices") {
            dom::array choices;
            hasChoices = !value.get(choices);
            if (hasChoices)
                readChoices(choices, facts);
        }
    }
    facts.hasContent = facts.hasContent || !hasChoices; // embeddings, images, lists
    facts.onlyUsage = facts.onlyUsage && facts.usage.has_value();
    if (facts.usage && facts.usage->serviceTier.empty())
        facts.usage->serviceTier = tier;
    return facts;
}

std::string_view trimmed(std::string_view text)
{
    const auto isSpace = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    return text;
}

} // namespace

struct ReplyReader::Private {
    dom::parser parser;
};

ReplyReader::ReplyReader() : d(std::make_unique<Private>()) {}
ReplyReader::~ReplyReader() = default;

Result<ReplyFacts> ReplyReader::readReply(std::string_view json)
{
    if (trimmed(json).empty())
        return Error{"reply_invalid", "The provider answered with an empty body.", 502};
    dom::object root;
    if (d->parser.parse(json.data(), json.size()).get(root))
        return Error{"reply_invalid", "The provider's reply is not valid JSON.", 502};
    return readFacts(root);
}

Result<ReplyFacts> ReplyReader::readEvent(std::string_view data)
{
    if (trimmed(data) == "[DONE]") {
        ReplyFacts facts;
        facts.isDone = true;
        return facts;
    }
    auto facts = readReply(data);
    if (!facts)
        return Error{"reply_invalid", "The provider sent a stream event that is not valid JSON.", 502};
    return facts;
}

} // namespace signalbox::openai_chat
