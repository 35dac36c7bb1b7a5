// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/tool_decoder.h"

#include "core/dialect/openai_responses/tool_names.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace {

namespace json = boost::json;

struct Group {
    std::string_view name;
    std::string_view description;
    Node descriptionOrigin = nullptr;
};

class ToolDecoder
{
public:
    ToolDecoder(Conversation &conversation, DecodeContext &context) : m_conversation(conversation), m_context(context)
    {
    }

    void decode(const json::value &value, const Group &group)
    {
        const json::object *object = value.if_object();
        if (!object)
            return m_context.fail(&value, "must be an object");
        const json::value *type = object->if_contains("type");
        if (!type || !type->is_string())
            return m_context.fail(&value, "needs the text type");
        const std::string_view name(type->get_string());
        if (name == "namespace" && group.name.empty())
            return decodeNamespace(*object, value);
        if (name == "function" || name == "custom")
            return decodeOwn(*object, value, group, name == "custom");
        Tool tool;
        tool.kind = Tool::Kind::Native;
        tool.dialect = Dialect::OpenAiResponses;
        tool.name = tool.type = name;
        tool.native = tool.origin = &value;
        m_conversation.tools.push_back(tool);
    }

private:
    void decodeNamespace(const json::object &object, const json::value &value)
    {
        ObjectReader reader(object, m_context);
        reader.ignore("type");
        const Group group{reader.text("name"), reader.text("description"), reader.peek("description")};
        const json::array *tools = reader.array("tools");
        if (group.name.empty() || !tools)
            return m_context.fail(&value, "a namespace needs a name and tools");
        for (const json::value &tool : *tools)
            decode(tool, group);
    }

    void decodeOwn(const json::object &object, const json::value &value, const Group &group, bool custom)
    {
        ObjectReader reader(object, m_context);
        reader.ignore("type");
        Tool tool;
        tool.kind = custom ? Tool::Kind::Custom : Tool::Kind::Function;
        tool.dialect = Dialect::OpenAiResponses;
        tool.origin = &value;
        tool.name = reader.text("name");
        if (tool.name.empty())
            return m_context.fail(&value, "needs the text name");
        tool.description = reader.text("description");
        tool.deferLoading = reader.boolean("defer_loading");
        if (custom) {
            reader.object("format");
            tool.format = reader.peek("format");
        } else {
            reader.object("parameters");
            tool.schema = reader.peek("parameters");
            tool.strict = reader.boolean("strict");
        }
        if (!group.name.empty()) {
            tool.name = m_context.pool.keep(flatToolName(group.name, tool.name));
            tool.nameSpace = group.name;
            if (std::none_of(m_conversation.tools.begin(), m_conversation.tools.end(),
                             [&](const Tool &other) { return other.nameSpace == group.name; })) {
                tool.nameSpaceDescription = group.description;
                tool.nameSpaceOrigin = group.descriptionOrigin;
            }
        }
        if (std::any_of(m_conversation.tools.begin(), m_conversation.tools.end(),
                        [&](const Tool &other) { return other.name == tool.name; })) {
            reader.ignoreRest();
            return m_context.losses.drop(&value, "a tool of this name has been declared already");
        }
        m_conversation.tools.push_back(tool);
    }

    Conversation &m_conversation;
    DecodeContext &m_context;
};

std::string_view toolNamed(ObjectReader &reader, const Conversation &conversation)
{
    const std::string_view name = reader.text("name");
    const Tool *tool = declaredTool(conversation, name, reader.text("namespace"));
    return tool ? tool->name : name;
}

ToolChoice::Mode modeOf(std::string_view name, Node where, DecodeContext &context)
{
    if (name == "none")
        return ToolChoice::Mode::None;
    if (name == "required")
        return ToolChoice::Mode::Required;
    if (name != "auto")
        context.fail(where, "must be auto, none, required or an object");
    return ToolChoice::Mode::Auto;
}

void decodeAllowed(ObjectReader &reader, Node node, const Conversation &conversation, ToolChoice &choice)
{
    DecodeContext &context = reader.context();
    const std::string_view mode = reader.text("mode");
    choice.mode = modeOf(mode.empty() ? "auto" : mode, node, context);
    const json::array *tools = reader.array("tools");
    if (!tools)
        return context.fail(node, "needs the list tools");
    for (const json::value &value : *tools) {
        const json::object *object = value.if_object();
        if (!object)
            return context.fail(&value, "must be an object");
        ObjectReader tool(*object, context);
        const std::string_view type = tool.text("type");
        choice.allowed.push_back(tool.has("name") ? toolNamed(tool, conversation) : type);
    }
}

} // namespace

void decodeTools(const json::array &tools, Conversation &conversation, DecodeContext &context)
{
    ToolDecoder decoder(conversation, context);
    for (const json::value &tool : tools)
        decoder.decode(tool, {});
}

Setting<ToolChoice> decodeToolChoice(Node choice, const Conversation &conversation, DecodeContext &context)
{
    if (!choice)
        return {};
    Setting<ToolChoice> setting{ToolChoice{}, choice};
    if (const json::string *word = choice->if_string()) {
        setting.value->mode = modeOf(*word, choice, context);
        return setting;
    }
    const json::object *object = choice->if_object();
    if (!object) {
        context.fail(choice, "must be a text or an object");
        return {};
    }
    ObjectReader reader(*object, context);
    const std::string_view type = reader.text("type");
    if (type == "allowed_tools") {
        decodeAllowed(reader, choice, conversation, *setting.value);
        return setting;
    }
    setting.value->mode = ToolChoice::Mode::Named;
    const bool own = type == "function" || type == "custom";
    setting.value->name = own ? toolNamed(reader, conversation) : type;
    if (setting.value->name.empty())
        context.fail(choice, "needs the name of a tool");
    return setting;
}

} // namespace signalbox::openai_responses
