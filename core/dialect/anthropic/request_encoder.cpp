// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/request_encoder.h"

#include "core/dialect/anthropic/part_writer.h"
#include "core/dialect/anthropic/schema.h"
#include "core/dialect/anthropic/settings_writer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::anthropic {

namespace json = boost::json;

namespace {

class RequestEncoder
{
public:
    RequestEncoder(EncodeRun &run, SettingsTaker &taker)
        : m_run(run), m_writer(run.writer), m_taker(taker), m_parts(run)
    {
    }

    void write();

private:
    void chooseTools();
    void collectHistoryTools();
    void chooseInstructions();
    void chooseBreakpoints();
    ConversationFacts facts() const;
    void endPrefill(bool thinks);
    void writeTools();
    void writeTool(const Tool &tool);
    void writeNativeTool(const Tool &tool);
    void writeCustomTool(const Tool &tool);
    void writeSystem(const std::string &instruction);
    void writeMessages();
    void writeTurn(const Turn &turn, bool last);
    const Entry *onlyText(const Turn &turn) const;

    EncodeRun &m_run;
    JsonWriter &m_writer;
    SettingsTaker &m_taker;
    PartWriter m_parts;
    std::vector<const Tool *> m_tools;
    std::vector<std::string> m_historyTools;
    std::vector<const Part *> m_instructions;
    std::vector<Turn> m_turns;
    size_t m_leading = 0;
};

void RequestEncoder::write()
{
    chooseTools();
    chooseInstructions();
    m_turns = TurnPlanner(m_run.conversation, m_run.options.quirks, m_run.losses).plan(m_leading);
    if (m_tools.empty())
        collectHistoryTools();
    chooseBreakpoints();
    m_writer.beginObject();
    m_writer.member("model", m_run.options.model);
    const ConversationFacts known = facts();
    SettingsWriter settings(m_run, m_taker, known);
    settings.write();
    endPrefill(settings.thinks());
    writeTools();
    writeSystem(settings.instruction());
    writeMessages();
    m_writer.endObject();
    m_taker.report("Anthropic's API has no such setting");
}

void RequestEncoder::chooseTools()
{
    const Settings &settings = m_run.conversation.settings;
    const std::vector<std::string_view> *allowed =
        settings.toolChoice && !settings.toolChoice->allowed.empty() ? &settings.toolChoice->allowed : nullptr;
    if (allowed)
        m_run.losses.approximate(settings.toolChoice.origin, "sent as a shorter list of tools");
    std::set<std::string, std::less<>> used;
    for (const Tool &tool : m_run.conversation.tools) {
        if (tool.kind == Tool::Kind::Native) {
            if (tool.dialect == Dialect::Anthropic && tool.native && tool.native->is_object())
                m_tools.push_back(&tool);
            else
                m_run.losses.drop(tool.origin, "a tool that runs at another provider");
            continue;
        }
        if (allowed && std::find(allowed->begin(), allowed->end(), tool.name) == allowed->end()) {
            m_run.losses.drop(tool.origin, "not among the tools that may be called");
            continue;
        }
        std::string wire = m_run.names.wireName(tool.nameSpace, tool.name);
        if (wire != tool.name)
            m_run.losses.rename(tool.origin, "sent as " + wire);
        if (used.insert(std::move(wire)).second)
            m_tools.push_back(&tool);
        else
            m_run.losses.drop(tool.origin, "another tool has the same name");
    }
}

// Calls of the past make Anthropic's API ask for tools, even where none may be called any more.
void RequestEncoder::collectHistoryTools()
{
    for (const Turn &turn : m_turns) {
        for (const Entry &entry : turn.rest) {
            const auto *call = entry.part ? entry.part->as<ToolCallPart>() : nullptr;
            if (!call)
                continue;
            std::string name = m_run.names.wireName(call->nameSpace, call->name);
            if (std::find(m_historyTools.begin(), m_historyTools.end(), name) == m_historyTools.end())
                m_historyTools.push_back(std::move(name));
        }
    }
}

void RequestEncoder::chooseInstructions()
{
    const Conversation &conversation = m_run.conversation;
    const size_t count = conversation.leadingInstructions();
    for (; m_leading < count; ++m_leading) {
        const Message &message = conversation.messages[m_leading];
        const bool keepsPlace =
            m_run.options.quirks.midSystem && message.origin && !m_run.natives.of(message.origin).empty();
        if (keepsPlace)
            break;
        for (const NativeSetting &field :
             message.origin ? m_run.natives.of(message.origin) : std::span<const NativeSetting>())
            m_run.losses.drop(field.value, "the provider takes instructions only before the conversation");
        for (const Part &part : message.parts) {
            const std::string_view reason = whyNot(part, Role::System, m_run.options.quirks);
            const auto *text = part.as<TextPart>();
            const bool native = part.as<NativePart>() != nullptr;
            if (!reason.empty() || native)
                m_run.losses.drop(part.origin, native ? "Anthropic's API takes only texts as instructions" : reason);
            else if (!text || !text->text.empty())
                m_instructions.push_back(&part);
        }
    }
}

void RequestEncoder::chooseBreakpoints()
{
    for (const Tool *tool : m_tools)
        m_run.breakpoints.collect(tool->cache);
    for (const Part *part : m_instructions)
        m_run.breakpoints.collect(part->cache);
    for (const Turn &turn : m_turns) {
        for (const Entry &entry : turn.results)
            m_parts.collectBreakpoints(entry);
        for (const Entry &entry : turn.rest)
            m_parts.collectBreakpoints(entry);
    }
    const bool automatic = m_run.natives.has(nullptr, "cache_control"); // takes one of the four
    m_run.breakpoints.choose(m_run.refuses("cache_control") ? 0 : automatic ? 3 : 4, m_run.losses);
}

ConversationFacts RequestEncoder::facts() const
{
    ConversationFacts known;
    known.onlyHistory = m_tools.empty() && !m_historyTools.empty();
    known.toolsSent = !m_tools.empty() || known.onlyHistory;
    const Turn *assistant = nullptr;
    bool answered = false;
    for (auto turn = m_turns.rbegin(); turn != m_turns.rend() && !assistant; ++turn) {
        if (turn->role == Role::Assistant)
            assistant = &*turn;
        else
            answered = answered || !turn->results.empty();
    }
    if (assistant && answered && !assistant->rest.empty()) {
        const Entry &first = assistant->rest.front();
        known.openToolLoop = !first.part || !first.part->as<ThinkingPart>();
    }
    return known;
}

// A turn that the client began for the assistant cannot be gone on with while the model thinks.
void RequestEncoder::endPrefill(bool thinks)
{
    const Turn &last = m_turns.back();
    if (!thinks || last.role != Role::Assistant || last.rest.empty())
        return;
    const Part *part = last.rest.back().part;
    if (!part || part->as<NativePart>()) // pause_turn is answered by sending the turn back as it is
        return;
    m_turns.push_back({Role::User});
    m_turns.back().rest.push_back({nullptr, Entry::Form::Plain, {}, goOn});
    m_run.losses.approximate(part->origin, "closed by a user's turn: with thinking Anthropic's API goes on with no "
                                           "half-written answer");
}

void RequestEncoder::writeTools()
{
    if (m_tools.empty() && m_historyTools.empty())
        return;
    m_writer.key("tools");
    m_writer.beginArray();
    for (const Tool *tool : m_tools)
        writeTool(*tool);
    for (const std::string &name : m_historyTools) {
        m_writer.beginObject();
        m_writer.member("name", name);
        m_writer.key("input_schema");
        writeInputSchema(nullptr, m_writer, m_run.losses);
        m_writer.endObject();
    }
    m_writer.endArray();
}

void RequestEncoder::writeTool(const Tool &tool)
{
    if (tool.kind == Tool::Kind::Native)
        return writeNativeTool(tool);
    if (!tool.nameSpaceDescription.empty())
        m_run.losses.drop(tool.nameSpaceOrigin, "Anthropic's API has no groups of tools");
    if (tool.kind == Tool::Kind::Custom)
        return writeCustomTool(tool);
    bool strict = tool.strict && *tool.strict;
    if (tool.strict && !m_run.options.quirks.strictTools) {
        if (strict)
            m_run.losses.drop(tool.strict.origin, "the provider refuses this field");
        strict = false;
    }
    m_writer.beginObject();
    m_writer.member("name", m_run.names.wireName(tool.nameSpace, tool.name));
    m_writer.memberUnlessEmpty("description", tool.description);
    m_writer.key("input_schema");
    if (strict && tool.schema && tool.schema->is_object())
        writeStrictSchema(*tool.schema, m_writer, m_run.losses);
    else
        writeInputSchema(tool.schema, m_writer, m_run.losses);
    if (tool.strict && m_run.options.quirks.strictTools)
        m_writer.member("strict", strict);
    if (tool.deferLoading)
        m_writer.member("defer_loading", *tool.deferLoading);
    if (tool.origin) {
        for (const NativeSetting &field : m_run.natives.of(tool.origin))
            m_writer.member(field.path, *field.value);
    }
    m_run.breakpoints.write(tool.cache, m_writer);
    m_writer.endObject();
}

void RequestEncoder::writeNativeTool(const Tool &tool)
{
    m_writer.beginObject();
    for (const json::key_value_pair &member : tool.native->get_object()) {
        if (member.key() != "cache_control")
            m_writer.member(member.key(), member.value());
    }
    m_run.breakpoints.write(tool.cache, m_writer);
    m_writer.endObject();
}

// A tool that takes free text becomes one that takes an object with that text.
void RequestEncoder::writeCustomTool(const Tool &tool)
{
    m_run.losses.approximate(tool.origin, "sent as a function with one text field \"input\"");
    if (tool.format)
        m_run.losses.drop(tool.format, "Anthropic's API has no grammars");
    m_writer.beginObject();
    m_writer.member("name", m_run.names.wireName(tool.nameSpace, tool.name));
    m_writer.memberUnlessEmpty("description", tool.description);
    m_writer.memberRaw("input_schema",
                       R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    m_run.breakpoints.write(tool.cache, m_writer);
    m_writer.endObject();
}

void RequestEncoder::writeSystem(const std::string &instruction)
{
    if (m_instructions.empty() && instruction.empty())
        return;
    m_writer.key("system");
    const Part *only = m_instructions.size() == 1 && instruction.empty() ? m_instructions.front() : nullptr;
    if (only && only->origin && only->origin->is_string() && !only->cache && only->as<TextPart>())
        return m_writer.text(only->as<TextPart>()->text);
    m_writer.beginArray();
    for (const Part *part : m_instructions)
        m_parts.entry({part});
    if (!instruction.empty())
        m_parts.entry({nullptr, Entry::Form::Plain, {}, instruction});
    m_writer.endArray();
}

void RequestEncoder::writeMessages()
{
    m_writer.key("messages");
    m_writer.beginArray();
    for (size_t i = 0; i < m_turns.size(); ++i)
        writeTurn(m_turns[i], i + 1 == m_turns.size());
    m_writer.endArray();
}

// Content that came as a bare text goes out as one.
const Entry *RequestEncoder::onlyText(const Turn &turn) const
{
    if (!turn.results.empty() || turn.rest.size() != 1)
        return nullptr;
    const Entry &entry = turn.rest.front();
    const auto *text = entry.part ? entry.part->as<TextPart>() : nullptr;
    const bool bare = text && entry.form == Entry::Form::Plain && text->citations.empty() && !entry.part->cache &&
                      entry.part->origin && entry.part->origin->is_string();
    return bare ? &entry : nullptr;
}

void RequestEncoder::writeTurn(const Turn &turn, bool last)
{
    const bool prefill = last && turn.role == Role::Assistant;
    m_writer.beginObject();
    m_writer.member("role", turn.role == Role::Assistant ? "assistant" : turn.role == Role::User ? "user" : "system");
    m_writer.key("content");
    if (const Entry *only = onlyText(turn)) {
        m_parts.bareText(*only, prefill);
    } else {
        m_writer.beginArray();
        for (const Entry &entry : turn.results)
            m_parts.entry(entry);
        for (const Entry &entry : turn.rest)
            m_parts.entry(entry, prefill && &entry == &turn.rest.back());
        m_writer.endArray();
    }
    if (turn.role == Role::System) {
        m_run.betas.insert("mid-conversation-system-2026-04-07");
        for (const NativeSetting &field :
             turn.origin ? m_run.natives.of(turn.origin) : std::span<const NativeSetting>()) {
            m_writer.member(field.path, *field.value);
            m_run.betas.insert(field.path == "output_config" ? "mid-conversation-output-config-2026-07-01"
                                                             : "mid-conversation-system-clear-at-2026-08-21");
        }
    }
    m_writer.endObject();
}

// Base64 media make up the size of large bodies.
size_t expectedSize(const Conversation &conversation)
{
    size_t size = 4096;
    for (const Message &message : conversation.messages) {
        for (const Part &part : message.parts) {
            if (const auto *text = part.as<TextPart>())
                size += text->text.size() + text->text.size() / 16 + 64;
            else if (const auto *media = part.as<MediaPart>())
                size += media->source.data.size() + media->plainText.size() + 128;
            else if (const auto *call = part.as<ToolCallPart>())
                size += call->arguments.size() + 128;
            else if (const auto *result = part.as<ToolResultPart>()) {
                for (const Part &one : result->content) {
                    if (const auto *resultText = one.as<TextPart>())
                        size += resultText->text.size() + resultText->text.size() / 16 + 128;
                    else if (const auto *resultMedia = one.as<MediaPart>())
                        size += resultMedia->source.data.size() + 128;
                }
            }
        }
    }
    return size;
}

} // namespace

Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                     LossReport &losses)
{
    EncodedRequest request;
    request.path = "/messages";
    request.body.reserve(expectedSize(conversation));
    JsonWriter writer(request.body);
    SettingsTaker taker(conversation.settings, losses);
    const NativeFields natives(taker.takeNative(Dialect::Anthropic));
    const ToolNames names(conversation);
    EncodeRun run{conversation, options, losses, writer, natives, names};
    RequestEncoder(run, taker).write();
    request.headers.emplace_back("anthropic-version", "2023-06-01");
    std::string betas;
    for (const std::string_view beta : run.betas) {
        if (!betas.empty())
            betas += ',';
        betas += beta;
    }
    if (!betas.empty())
        request.headers.emplace_back("anthropic-beta", std::move(betas));
    return request;
}

} // namespace signalbox::anthropic
