// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/request_decoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

void decodeStream(ObjectReader &reader, Conversation &conversation)
{
    conversation.stream = reader.boolean("stream").value.value_or(false);
    const json::object *options = reader.object("stream_options");
    if (!options)
        return;
    ObjectReader members(*options, reader.context());
    conversation.includeUsage = members.boolean("include_usage").value.value_or(false);
    members.ignore("include_obfuscation");
}

} // namespace

Result<Conversation> decodeRequest(std::string_view body, LossReport &losses)
{
    auto source = parseSource(body);
    if (!source)
        return source.error();
    Conversation conversation;
    conversation.source = *source;
    const json::value &root = conversation.source->root;
    const json::object *request = root.if_object();
    if (!request)
        return Error{"json_invalid", "The body must be a JSON object.", 400};
    DecodeContext context{losses, conversation.source->pool};
    {
        ObjectReader reader(*request, context);
        conversation.model = reader.text("model");
        decodeStream(reader, conversation);
        if (const json::array *messages = reader.array("messages"))
            decodeMessages(*messages, conversation, context);
        else
            context.fail(&root, "messages is missing");
        decodeTools(reader, conversation);
        decodeSettings(reader, conversation.settings);
        decodeReasoning(reader, conversation.settings);
    }
    if (context.failed())
        return context.error(root);
    if (conversation.model.empty())
        return Error{"model_missing", "The request names no model.", 400};
    return conversation;
}

} // namespace signalbox::openai_chat
