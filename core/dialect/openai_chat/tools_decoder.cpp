// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/openai_chat/request_decoder.h"

#include <boost/json.hpp>

namespace signalbox::openai_chat {

namespace json = boost::json;

namespace {

std::optional<CacheBreakpoint> readCache(ObjectReader &reader)
{
    const Node node = reader.peek("cache_control");
    const json::object *object = reader.object("cache_control");
    if (!object)
        return std::nullopt;
    return CacheBreakpoint{textOf(node, "ttl"), node};
}

Tool decodeFunction(const json::object &function, Node origin, DecodeContext &context)
{
    ObjectReader reader(function, context);
    Tool tool;
    tool.origin = origin;
    tool.name = reader.text("name");
    if (tool.name.empty())
        context.fail(origin, "the tool has no name");
    tool.description = reader.text("description");
    tool.schema = reader.peek("parameters");
    reader.object("parameters");
    tool.strict = reader.boolean("strict");
    tool.cache = readCache(reader);
    return tool;
}

Tool decodeCustom(const json::object &custom, Node origin, DecodeContext &context)
{
    ObjectReader reader(custom, context);
    Tool tool;
    tool.kind = Tool::Kind::Custom;
    tool.origin = origin;
    tool.name = reader.text("name");
    if (tool.name.empty())
        context.fail(origin, "the tool has no name");
    tool.description = reader.text("description");
    tool.format = reader.take("format");
    return tool;
}

Tool nativeTool(std::string_view type, Node value)
{
    Tool tool;
    tool.kind = Tool::Kind::Native;
    tool.type = type;
    tool.native = value;
    tool.origin = value;
    return tool;
}

void decodeTool(const json::value &item, Conversation &conversation, DecodeContext &context)
{
    const json::object *object = item.if_object();
    if (!object)
        return context.fail(&item, "must be an object");
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    const bool isCustom = type == "custom";
    if (!isCustom && type != "function" && !(type.empty() && reader.has("function"))) {
        if (type.empty())
            context.fail(&item, "type is missing");
        reader.ignoreRest();
        conversation.tools.push_back(nativeTool(type, &item));
        return;
    }
    const json::object *declaration = reader.object(isCustom ? "custom" : "function");
    if (!declaration)
        return context.fail(&item, isCustom ? "custom is missing" : "function is missing");
    Tool tool = isCustom ? decodeCustom(*declaration, &item, context) : decodeFunction(*declaration, &item, context);
    if (auto cache = readCache(reader))
        tool.cache = cache;
    conversation.tools.push_back(tool);
}

// {"type": "function", "function": {"name"}}, the same for custom.
std::string_view chosenName(Node choice)
{
    for (const char *kind : {"function", "custom"}) {
        if (const std::string_view name = textOf(memberOf(choice, kind), "name"); !name.empty())
            return name;
    }
    return {};
}

// Notes what else stands in such an object.
void accountForChoice(Node choice, DecodeContext &context)
{
    const json::object *object = choice->if_object();
    if (!object)
        return;
    ObjectReader reader(*object, context);
    reader.ignore("type");
    for (const char *kind : {"function", "custom"}) {
        if (const Node named = reader.take(kind); named && named->is_object()) {
            ObjectReader inner(named->get_object(), context);
            inner.ignore("name");
        }
    }
}

std::optional<ToolChoice::Mode> modeOf(std::string_view word)
{
    if (word == "auto")
        return ToolChoice::Mode::Auto;
    if (word == "none")
        return ToolChoice::Mode::None;
    if (word == "required" || word == "any")
        return ToolChoice::Mode::Required;
    return std::nullopt;
}

void decodeAllowed(Node choice, ToolChoice &read, DecodeContext &context)
{
    const Node allowed = memberOf(choice, "allowed_tools");
    const auto mode = modeOf(textOf(allowed, "mode"));
    const json::array *tools = listOf(allowed, "tools");
    if (!mode || !tools)
        return context.fail(choice, "allowed_tools needs mode and tools");
    read.mode = *mode;
    for (const json::value &tool : *tools) {
        if (const std::string_view name = chosenName(&tool); !name.empty())
            read.allowed.push_back(name);
    }
}

void decodeToolChoice(Node node, Settings &settings, DecodeContext &context)
{
    ToolChoice choice;
    if (const json::string *word = node->if_string()) {
        const auto mode = modeOf(*word);
        if (!mode)
            return context.fail(node, "must be auto, none or required");
        choice.mode = *mode;
    } else if (textOf(node, "type") == "allowed_tools") {
        decodeAllowed(node, choice, context);
    } else {
        accountForChoice(node, context);
        choice.mode = ToolChoice::Mode::Named;
        choice.name = chosenName(node);
        if (choice.name.empty())
            return context.fail(node, "names no tool");
    }
    settings.toolChoice = {choice, node};
}

void decodeFunctionChoice(Node node, Settings &settings, DecodeContext &context)
{
    ToolChoice choice;
    choice.name = textOf(node, "name");
    const json::string *word = node->if_string();
    const auto mode = word ? modeOf(*word) : std::nullopt;
    if (!mode && choice.name.empty())
        return context.fail(node, "must be auto, none or name a function");
    choice.mode = mode.value_or(ToolChoice::Mode::Named);
    settings.toolChoice = {choice, node};
}

} // namespace

void decodeTools(ObjectReader &reader, Conversation &conversation)
{
    DecodeContext &context = reader.context();
    if (const json::array *tools = reader.array("tools")) {
        conversation.tools.reserve(tools->size());
        for (const json::value &tool : *tools)
            decodeTool(tool, conversation, context);
    }
    if (const json::array *functions = reader.array("functions")) {
        for (const json::value &function : *functions) {
            if (const json::object *object = function.if_object())
                conversation.tools.push_back(decodeFunction(*object, &function, context));
            else
                context.fail(&function, "must be an object");
        }
    }
    if (const Node search = reader.take("web_search_options"))
        conversation.tools.push_back(nativeTool("web_search_options", search));
    if (const Node choice = reader.take("tool_choice"))
        decodeToolChoice(choice, conversation.settings, context);
    else if (const Node older = reader.take("function_call"))
        decodeFunctionChoice(older, conversation.settings, context);
    conversation.settings.parallelTools = reader.boolean("parallel_tool_calls");
}

} // namespace signalbox::openai_chat
