// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/tool_encoder.h"

#include "core/dialect/openai_responses/schema_rules.h"
#include "core/dialect/openai_responses/tool_names.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace {

class ToolWriter
{
public:
    ToolWriter(JsonWriter &json, const Quirks &quirks, LossReport &losses)
        : m_json(json), m_quirks(quirks), m_losses(losses)
    {
    }

    void write(const Tool &tool)
    {
        if (tool.cache)
            m_losses.drop(tool.cache->origin,
                          "OpenAI's API caches prompts by itself and takes no breakpoints on tools");
        if (tool.kind == Tool::Kind::Native)
            return m_json.value(*tool.native);
        m_json.beginObject();
        m_json.member("type", tool.kind == Tool::Kind::Custom ? "custom" : "function");
        m_json.member("name", bareToolName(tool.name, tool.nameSpace));
        m_json.memberUnlessEmpty("description", tool.description);
        if (tool.kind == Tool::Kind::Custom) {
            if (tool.format)
                m_json.member("format", *tool.format);
        } else {
            writeFunction(tool);
        }
        if (tool.deferLoading)
            m_json.member("defer_loading", *tool.deferLoading);
        m_json.endObject();
    }

private:
    void writeFunction(const Tool &tool)
    {
        m_json.key("parameters");
        writeParameters(m_json, tool.schema, m_losses);
        if (!m_quirks.strictTools) {
            if (tool.strict && *tool.strict)
                m_losses.drop(tool.strict.origin, "this provider has no strict tools");
            return;
        }
        if (!tool.strict) {
            // Left out it means true here and false in the other APIs.
            if (tool.dialect != Dialect::OpenAiResponses)
                m_json.member("strict", false);
            return;
        }
        const bool fits = !*tool.strict || (tool.schema && fitsStrict(*tool.schema));
        if (!fits)
            m_losses.approximate(tool.strict.origin, "not strict: the schema is outside of what OpenAI can enforce");
        m_json.member("strict", *tool.strict && fits);
    }

    JsonWriter &m_json;
    const Quirks &m_quirks;
    LossReport &m_losses;
};

bool isWritable(const Tool &tool)
{
    return tool.kind != Tool::Kind::Native || (tool.dialect == Dialect::OpenAiResponses && tool.native);
}

const Tool *toolOf(const Conversation &conversation, std::string_view name)
{
    const auto found = std::find_if(conversation.tools.begin(), conversation.tools.end(),
                                    [&](const Tool &tool) { return tool.name == name && isWritable(tool); });
    return found == conversation.tools.end() ? nullptr : &*found;
}

void writeNamed(JsonWriter &json, const Tool &tool)
{
    json.beginObject();
    if (tool.kind == Tool::Kind::Native) {
        json.member("type", tool.type);
    } else {
        json.member("type", tool.kind == Tool::Kind::Custom ? "custom" : "function");
        json.member("name", bareToolName(tool.name, tool.nameSpace));
        json.memberUnlessEmpty("namespace", tool.nameSpace);
    }
    json.endObject();
}

const char *wordOf(ToolChoice::Mode mode)
{
    switch (mode) {
    case ToolChoice::Mode::None:
        return "none";
    case ToolChoice::Mode::Required:
        return "required";
    default:
        return "auto";
    }
}

void writeAllowed(JsonWriter &json, const ToolChoice &choice, const Conversation &conversation)
{
    json.key("tool_choice");
    json.beginObject();
    json.member("type", "allowed_tools");
    json.member("mode", choice.mode == ToolChoice::Mode::Auto ? "auto" : "required");
    json.key("tools");
    json.beginArray();
    for (const std::string_view name : choice.allowed) {
        if (const Tool *tool = toolOf(conversation, name))
            writeNamed(json, *tool);
    }
    json.endArray();
    json.endObject();
}

} // namespace

bool writeTools(JsonWriter &json, const Conversation &conversation, const Quirks &quirks, LossReport &losses)
{
    bool any = false;
    ToolWriter writer(json, quirks, losses);
    const auto begin = [&] {
        if (!any) {
            json.key("tools");
            json.beginArray();
        }
        any = true;
    };
    for (size_t i = 0; i < conversation.tools.size(); ++i) {
        const Tool &tool = conversation.tools[i];
        const auto sameGroup = [&](const Tool &other) { return other.nameSpace == tool.nameSpace; };
        if (!isWritable(tool)) {
            losses.drop(tool.origin, "a tool that only another provider's API runs");
        } else if (tool.nameSpace.empty()) {
            begin();
            writer.write(tool);
        } else if (std::none_of(conversation.tools.begin(), conversation.tools.begin() + static_cast<ptrdiff_t>(i),
                                sameGroup)) {
            begin();
            json.beginObject();
            json.member("type", "namespace");
            json.member("name", tool.nameSpace);
            json.member("description", tool.nameSpaceDescription);
            json.key("tools");
            json.beginArray();
            for (const Tool &member : conversation.tools) {
                if (sameGroup(member))
                    writer.write(member);
            }
            json.endArray();
            json.endObject();
        }
    }
    if (any)
        json.endArray();
    return any;
}

void writeToolChoice(JsonWriter &json, const ToolChoice &choice, Node origin, const Conversation &conversation,
                     bool anyTools, LossReport &losses)
{
    const bool plain = choice.mode == ToolChoice::Mode::Auto || choice.mode == ToolChoice::Mode::None;
    if (!anyTools) {
        if (!plain || !choice.allowed.empty())
            losses.drop(origin, "no tool that could be chosen is left");
        return;
    }
    if (choice.mode == ToolChoice::Mode::Named) {
        const Tool *tool = toolOf(conversation, choice.name);
        if (!tool)
            return losses.drop(origin, "the tool to be called is not among those this API can run");
        json.key("tool_choice");
        return writeNamed(json, *tool);
    }
    if (choice.mode != ToolChoice::Mode::None && !choice.allowed.empty())
        return writeAllowed(json, choice, conversation);
    json.member("tool_choice", wordOf(choice.mode));
}

} // namespace signalbox::openai_responses
