// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/encoding.h"
#include "core/dialect/openai_chat/nodes.h"
#include "core/dialect/tool_names.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_chat {

namespace {

constexpr std::string_view searchOptions = "web_search_options";

// The name that a choice gives, as it was declared.
std::string declaredName(const Encoding &run, std::string_view name)
{
    for (const Tool &tool : run.conversation.tools) {
        if (tool.kind != Tool::Kind::Native && tool.name == name)
            return flatToolName(tool.nameSpace, tool.name);
    }
    return flatToolName({}, name);
}

bool isCustom(const Encoding &run, std::string_view name)
{
    return run.quirks.customTools &&
           std::any_of(run.conversation.tools.begin(), run.conversation.tools.end(),
                       [&](const Tool &tool) { return tool.kind == Tool::Kind::Custom && tool.name == name; });
}

void writeFormat(JsonWriter &json, Node format)
{
    json.key("format");
    if (!memberOf(format, "definition"))
        return json.value(*format);
    // Responses has the grammar's members one level higher.
    json.beginObject();
    json.member("type", "grammar");
    json.key("grammar");
    json.beginObject();
    json.member("definition", textOf(format, "definition"));
    json.member("syntax", textOf(format, "syntax"));
    json.endObject();
    json.endObject();
}

// What a function says that stands in for a custom tool.
std::string describedFormat(const Tool &tool)
{
    std::string text(tool.description);
    const Node grammar = memberOf(tool.format, "grammar") ? memberOf(tool.format, "grammar") : tool.format;
    if (const std::string_view definition = textOf(grammar, "definition"); !definition.empty()) {
        if (!text.empty())
            text += "\n\n";
        text += "The input must follow this " + std::string(textOf(grammar, "syntax")) + " grammar:\n";
        text += definition;
    }
    return text;
}

void writeCustom(Encoding &run, const Tool &tool, const std::string &name)
{
    JsonWriter &json = run.json;
    if (run.quirks.customTools) {
        json.member("type", "custom");
        json.key("custom");
        json.beginObject();
        json.member("name", name);
        json.memberUnlessEmpty("description", tool.description);
        if (tool.format)
            writeFormat(json, tool.format);
        json.endObject();
        return;
    }
    run.losses.approximate(tool.origin, "a custom tool is sent as a function with one text");
    json.member("type", "function");
    json.key("function");
    json.beginObject();
    json.member("name", name);
    json.memberUnlessEmpty("description", describedFormat(tool));
    json.key("parameters");
    json.raw(R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    json.endObject();
}

void writeFunction(Encoding &run, const Tool &tool, const std::string &name)
{
    JsonWriter &json = run.json;
    json.member("type", "function");
    json.key("function");
    json.beginObject();
    json.member("name", name);
    json.memberUnlessEmpty("description", tool.description);
    json.key("parameters");
    if (tool.schema)
        json.value(*tool.schema);
    else
        json.raw(R"({"type":"object","properties":{}})"); // Mistral requires one
    if (tool.strict && run.quirks.strictTools)
        json.member("strict", *tool.strict);
    else if (tool.strict)
        run.losses.drop(tool.strict.origin, "the provider refuses strict");
    json.endObject();
}

void writeTool(Encoding &run, const Tool &tool)
{
    JsonWriter &json = run.json;
    if (tool.kind == Tool::Kind::Native) {
        json.value(*tool.native);
        return;
    }
    const std::string name = flatToolName(tool.nameSpace, tool.name);
    if (name != tool.name)
        run.losses.rename(tool.origin, "sent as " + name);
    if (tool.cache)
        run.losses.drop(tool.cache->origin, "the provider takes no cache breakpoint on tools");
    if (!tool.nameSpaceDescription.empty())
        run.losses.drop(tool.nameSpaceOrigin, "the Chat API has no groups of tools");
    if (tool.deferLoading && *tool.deferLoading)
        run.losses.drop(tool.deferLoading.origin, "the provider loads all tools at once");
    json.beginObject();
    if (tool.kind == Tool::Kind::Custom)
        writeCustom(run, tool, name);
    else
        writeFunction(run, tool, name);
    json.endObject();
}

bool isAllowed(const Encoding &run, const Tool &tool)
{
    const auto &choice = run.conversation.settings.toolChoice;
    if (run.quirks.customTools || !choice || choice->allowed.empty() || tool.kind == Tool::Kind::Native)
        return true;
    return std::find(choice->allowed.begin(), choice->allowed.end(), tool.name) != choice->allowed.end();
}

// Tools that can be sent at all; what cannot is reported here.
std::vector<const Tool *> placedTools(Encoding &run)
{
    std::vector<const Tool *> placed;
    for (const Tool &tool : run.conversation.tools) {
        if (tool.kind == Tool::Kind::Native && tool.type == searchOptions && tool.dialect == Dialect::OpenAiChat)
            continue;
        if (tool.kind == Tool::Kind::Native && (tool.dialect != Dialect::OpenAiChat || !tool.native))
            run.losses.drop(tool.origin, "this tool runs at another provider only");
        else if (isAllowed(run, tool))
            placed.push_back(&tool);
        else
            run.losses.drop(tool.origin, "not among the tools that may be called");
    }
    return placed;
}

void writeNamed(Encoding &run, std::string_view name)
{
    const bool custom = isCustom(run, name);
    run.json.beginObject();
    run.json.member("type", custom ? "custom" : "function");
    run.json.key(custom ? "custom" : "function");
    run.json.beginObject();
    run.json.member("name", declaredName(run, name));
    run.json.endObject();
    run.json.endObject();
}

void writeAllowed(Encoding &run, const ToolChoice &choice)
{
    JsonWriter &json = run.json;
    json.beginObject();
    json.member("type", "allowed_tools");
    json.key("allowed_tools");
    json.beginObject();
    json.member("mode", choice.mode == ToolChoice::Mode::Required ? "required" : "auto");
    json.key("tools");
    json.beginArray();
    for (const std::string_view name : choice.allowed)
        writeNamed(run, name);
    json.endArray();
    json.endObject();
    json.endObject();
}

void writeChoice(Encoding &run, const ToolChoice &choice)
{
    JsonWriter &json = run.json;
    json.key("tool_choice");
    if (!choice.allowed.empty() && choice.mode != ToolChoice::Mode::None) {
        if (run.quirks.customTools)
            return writeAllowed(run, choice);
        run.losses.approximate(run.taker.originOf(&Settings::toolChoice), "only the allowed tools are sent");
    }
    switch (choice.mode) {
    case ToolChoice::Mode::Auto:
        return json.text("auto");
    case ToolChoice::Mode::None:
        return json.text("none");
    case ToolChoice::Mode::Required:
        return json.text(run.quirks.requiredToolChoice);
    case ToolChoice::Mode::Named:
        return writeNamed(run, choice.name);
    }
}

void writeToolSettings(Encoding &run, bool hasTools)
{
    constexpr const char *lonely = "allowed beside tools only";
    if (const ToolChoice *choice = run.taker.take(&Settings::toolChoice)) {
        if (hasTools && !run.quirks.refuses("tool_choice"))
            writeChoice(run, *choice);
        else
            run.losses.drop(run.taker.originOf(&Settings::toolChoice), lonely);
    }
    if (const bool *parallel = run.taker.take(&Settings::parallelTools)) {
        const Node origin = run.taker.originOf(&Settings::parallelTools);
        if (hasTools && run.quirks.parallelTools && !run.quirks.refuses("parallel_tool_calls"))
            run.json.member("parallel_tool_calls", *parallel);
        else
            run.losses.drop(origin, hasTools ? "the provider refuses this setting" : lonely);
    }
}

void writeSearchOptions(Encoding &run)
{
    for (const Tool &tool : run.conversation.tools) {
        if (tool.kind != Tool::Kind::Native || tool.type != searchOptions || tool.dialect != Dialect::OpenAiChat)
            continue;
        if (run.quirks.refuses(searchOptions))
            run.losses.drop(tool.origin, "the provider refuses this setting");
        else
            run.json.member(searchOptions, *tool.native);
        return;
    }
}

} // namespace

void writeTools(Encoding &run)
{
    const std::vector<const Tool *> tools = placedTools(run);
    if (!tools.empty()) {
        run.json.key("tools");
        run.json.beginArray();
        for (const Tool *tool : tools)
            writeTool(run, *tool);
        run.json.endArray();
    }
    writeToolSettings(run, !tools.empty());
    writeSearchOptions(run);
}

} // namespace signalbox::openai_chat
