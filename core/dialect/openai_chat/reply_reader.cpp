// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/reply_reader.h"

#include "core/dialect/openai_chat/usage.h"

#include <simdjson.h>

#include <charconv>

namespace signalbox::openai_chat {

namespace {

namespace dom = simdjson::dom;

std::optional<int64_t> count(simdjson::simdjson_result<dom::element> field)
{
    int64_t value = 0;
    if (!field.get(value))
        return value >= 0 ? std::optional(value) : std::nullopt;
    double real = 0; // some servers send 12.0
    if (!field.get(real))
        return real >= 0 && real < 9e15 ? std::optional(static_cast<int64_t>(real)) : std::nullopt;
    std::string_view text;
    if (field.get(text))
        return std::nullopt;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    return whole && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<TokenUsage> readUsage(dom::element root)
{
    dom::element usage;
    if (root["usage"].get(usage) || !usage.is_object())
        return std::nullopt;
    return tokensOf(readCounts([&](const char *first, const char *second) {
        return second ? count(usage[first][second]) : count(usage[first]);
    }));
}

std::optional<std::string> readError(dom::element root)
{
    dom::element error;
    if (root["error"].get(error) || error.is_null())
        return std::nullopt;
    std::string_view message;
    if (!error["message"].get(message) || !error.get(message))
        return std::string(message);
    return std::string("the provider reported an error");
}

bool filled(simdjson::simdjson_result<dom::element> field)
{
    dom::element value;
    if (field.get(value) || value.is_null())
        return false;
    std::string_view text;
    if (!value.get(text))
        return !text.empty();
    dom::array list;
    if (!value.get(list))
        return list.size() > 0;
    return value.is_object();
}

void readChoices(dom::element root, ReplyFacts &facts)
{
    dom::array choices;
    if (root["choices"].get(choices)) {
        facts.hasContent = true; // embeddings, images, lists
        return;
    }
    facts.onlyUsage = choices.size() == 0;
    for (const dom::element choice : choices) {
        facts.finished = facts.finished || filled(choice["finish_reason"]);
        for (const char *holder : {"delta", "message"}) {
            for (const char *part : {"content", "tool_calls", "reasoning_content", "reasoning", "reasoning_details",
                                     "refusal", "function_call", "audio"})
                facts.hasContent = facts.hasContent || filled(choice[holder][part]);
        }
        facts.hasContent = facts.hasContent || filled(choice["text"]);
    }
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
    dom::element root;
    if (d->parser.parse(json.data(), json.size()).get(root) || !root.is_object())
        return Error{"reply_invalid", "The provider's reply is not valid JSON.", 502};
    ReplyFacts facts;
    facts.usage = readUsage(root);
    facts.error = readError(root);
    readChoices(root, facts);
    facts.onlyUsage = facts.onlyUsage && facts.usage.has_value();
    return facts;
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
