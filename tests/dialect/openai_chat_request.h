// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_chat/codec.h"

#include <boost/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace signalbox::chat_test {

namespace json = boost::json;

struct Translated {
    json::value body;
    std::string text;
    std::vector<std::string> losses; // "dropped /pointer"
    bool lost(const std::string &entry) const { return std::find(losses.begin(), losses.end(), entry) != losses.end(); }
};

inline Quirks openAi()
{
    Quirks quirks;
    quirks.maxTokensField = "max_completion_tokens";
    quirks.developerRole = true;
    quirks.customTools = true;
    quirks.promptCacheKey = true;
    return quirks;
}

inline std::vector<std::string> resolved(const LossReport &losses, const Conversation &conversation)
{
    std::vector<std::string> entries;
    for (const LossEntry &entry : losses.resolve(conversation.source->root, false))
        entries.push_back(std::string(lossKindName(entry.kind)) + ' ' + entry.pointer);
    return entries;
}

inline Translated encode(const Conversation &conversation, const Quirks &quirks, LossReport &losses)
{
    const auto request = openai_chat::codec().encodeRequest(conversation, {"up", quirks}, losses);
    Translated result;
    if (!request)
        return result;
    result.text = request->body;
    boost::system::error_code code;
    result.body = json::parse(request->body, code);
    result.losses = resolved(losses, conversation);
    return result;
}

inline Translated translate(std::string_view body, const Quirks &quirks = openAi())
{
    LossReport losses;
    const auto conversation = openai_chat::codec().decodeRequest(body, {}, losses);
    if (!conversation)
        return {json::value(conversation.error().message), {}, {}};
    return encode(*conversation, quirks, losses);
}

inline std::string messagesOf(const Translated &result)
{
    const json::object *object = result.body.if_object();
    return object ? json::serialize(object->at("messages")) : json::serialize(result.body);
}

inline std::string memberOf(const Translated &result, const char *key)
{
    const json::object *object = result.body.if_object();
    return object && object->contains(key) ? json::serialize(object->at(key)) : std::string();
}

inline std::string withMessages(const char *messages)
{
    return std::string(R"({"model":"m","messages":)") + messages + "}";
}

} // namespace signalbox::chat_test
