// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/history.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"
#include "core/dialect/openai_responses/reply_encoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

// An item_reference has the type item_reference, or none and an id alone.
const json::string *referenceId(const json::value &item)
{
    const json::object *object = item.if_object();
    const json::value *id = object ? object->if_contains("id") : nullptr;
    const json::value *type = object ? object->if_contains("type") : nullptr;
    const bool reference = type ? *type == "item_reference" : object && object->size() == 1;
    return reference && id ? id->if_string() : nullptr;
}

using ItemOf = std::function<std::string(std::string_view)>;

// The items of `input`; a text becomes a message.
void writeItems(JsonWriter &json, Node input, const ItemOf &itemOf)
{
    if (!input)
        return;
    if (const json::string *text = input->if_string()) {
        json.beginObject();
        json.member("type", "message");
        json.member("role", "user");
        json.key("content");
        json.beginArray();
        json.beginObject();
        json.member("type", "input_text");
        json.member("text", std::string_view(*text));
        json.endObject();
        json.endArray();
        json.endObject();
        return;
    }
    const json::array *items = input->if_array();
    if (!items)
        return json.value(*input);
    for (const json::value &item : *items) {
        const json::string *id = itemOf ? referenceId(item) : nullptr;
        const std::string stored = id ? itemOf(*id) : std::string();
        if (stored.empty())
            json.value(item);
        else
            json.raw(stored);
    }
}

Node memberOf(const json::object &object, std::string_view key)
{
    return object.if_contains(key);
}

std::string rewritten(const json::object &body, std::string_view before, bool dropPrevious, const ItemOf &itemOf)
{
    std::string text;
    JsonWriter json(text);
    json.beginObject();
    for (const json::key_value_pair &member : body) {
        if (member.key() == "input" || (dropPrevious && member.key() == "previous_response_id"))
            continue;
        json.member(member.key(), member.value());
    }
    const Node input = memberOf(body, "input");
    if (input || !before.empty()) {
        json.key("input");
        json.beginArray();
        if (!before.empty())
            json.raw(before);
        writeItems(json, input, itemOf);
        json.endArray();
    }
    json.endObject();
    return text;
}

Result<std::shared_ptr<ConversationSource>> parseBody(std::string_view body)
{
    auto source = parseSource(body);
    if (source && !(*source)->root.is_object())
        return Error{"json_invalid", "The body must be a JSON object.", 400};
    return source;
}

} // namespace

Result<std::string> withHistory(std::string_view body, std::string_view historyItems)
{
    const auto source = parseBody(body);
    if (!source)
        return source.error();
    const auto history = parseSource(historyItems);
    if (!history || !(*history)->root.is_array())
        return Error{"history_invalid", "The stored conversation cannot be read.", 500};
    const size_t begin = historyItems.find('[') + 1;
    const std::string_view items = historyItems.substr(begin, historyItems.rfind(']') - begin);
    const bool none = (*history)->root.get_array().empty();
    return rewritten((*source)->root.get_object(), none ? std::string_view() : items, true, {});
}

std::vector<std::string> referencedItems(std::string_view body)
{
    std::vector<std::string> ids;
    const auto source = parseBody(body);
    const Node input = source ? memberOf((*source)->root.get_object(), "input") : nullptr;
    const json::array *items = input ? input->if_array() : nullptr;
    if (!items)
        return ids;
    for (const json::value &item : *items) {
        if (const json::string *id = referenceId(item))
            ids.emplace_back(*id);
    }
    return ids;
}

Result<std::string> withReferencedItems(std::string_view body, const ItemOf &itemOf)
{
    const auto source = parseBody(body);
    if (!source)
        return source.error();
    return rewritten((*source)->root.get_object(), {}, false, itemOf);
}

std::string itemsToStore(std::string_view body, const FoldedReply &reply, const ReplyOptions &options)
{
    std::string text;
    JsonWriter json(text);
    json.beginArray();
    if (const auto source = parseBody(body))
        writeItems(json, memberOf((*source)->root.get_object(), "input"), {});
    if (const std::string items = outputItems(reply, options); !items.empty())
        json.raw(items);
    json.endArray();
    return text;
}

std::vector<std::pair<std::string, std::string>> outputItemsById(const FoldedReply &reply, const ReplyOptions &options)
{
    std::vector<std::pair<std::string, std::string>> byId;
    boost::system::error_code failure;
    json::parse_options parsing;
    parsing.max_depth = 128;
    const json::value items = json::parse('[' + outputItems(reply, options) + ']', failure, {}, parsing);
    if (failure || !items.is_array())
        return byId;
    for (const json::value &item : items.get_array()) {
        const json::object *object = item.if_object();
        const json::value *id = object ? object->if_contains("id") : nullptr;
        if (id && id->is_string())
            byId.emplace_back(std::string(id->get_string()), jsonText(item));
    }
    return byId;
}

std::string responseId(const FoldedReply &reply, const ReplyOptions &options)
{
    return reply.id.starts_with("resp_") ? reply.id : makeId("resp_", options.requestId, 0);
}

} // namespace signalbox::openai_responses
