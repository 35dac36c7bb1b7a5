// SPDX-License-Identifier: GPL-3.0-or-later
#include "matrix_facts.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/reasoning.h"

#include <boost/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace matrix {

using namespace signalbox;
namespace json = boost::json;

namespace {

const char *roleName(Role role)
{
    switch (role) {
    case Role::User:
        return "user";
    case Role::Assistant:
        return "assistant";
    case Role::System:
    case Role::Developer:
        break;
    }
    return "instructions";
}

// Calls and results are tied by the order of the calls: ids are made anew where a dialect has none.
class Collector
{
public:
    explicit Collector(const Conversation &conversation) : m_conversation(conversation) {}

    Facts collect()
    {
        for (const Message &message : m_conversation.messages) {
            for (const Part &part : message.parts)
                take(message.role, part);
        }
        takeTools();
        takeSettings();
        return std::move(m_facts);
    }

private:
    void add(Fact::Kind kind, std::string value, Node origin) { m_facts.push_back({kind, std::move(value), origin}); }

    void take(Role role, const Part &part)
    {
        const std::string who = roleName(role);
        if (const auto *text = part.as<TextPart>()) {
            if (!text->text.empty())
                add(Fact::Kind::Text, who + ": " + std::string(text->text), part.origin);
        } else if (const auto *media = part.as<MediaPart>()) {
            add(Fact::Kind::Image, who + ": " + mediaText(*media), part.origin);
        } else if (const auto *call = part.as<ToolCallPart>()) {
            m_calls.push_back({std::string(call->id), std::string(call->name), false});
            add(Fact::Kind::Call, std::string(call->name) + canonicalJson(call->arguments), part.origin);
        } else if (const auto *result = part.as<ToolResultPart>()) {
            takeResult(*result, part.origin);
        } else if (const auto *thinking = part.as<ThinkingPart>()) {
            add(Fact::Kind::Thinking, thinkingText(*thinking), part.origin);
        } else {
            add(Fact::Kind::Text, who + ": (another part)", part.origin);
        }
    }

    static std::string mediaText(const MediaPart &media)
    {
        return std::string(media.source.mimeType) + " " + std::string(media.source.data) +
               std::string(media.source.url) + std::string(media.source.fileId);
    }

    static std::string thinkingText(const ThinkingPart &thinking)
    {
        std::string text(thinking.text);
        if (text.empty()) {
            for (const std::string_view line : thinking.summary)
                text += line;
        }
        if (!thinking.signature.empty())
            text += std::string(" [") + dialectName(thinking.signer) + (thinking.redacted ? " redacted " : " ") +
                    std::string(thinking.signature) + "]";
        return text;
    }

    void takeResult(const ToolResultPart &result, Node origin)
    {
        const std::string which = "call " + std::to_string(callOf(result)) + ": ";
        std::string text;
        for (const Part &part : result.content) {
            if (const auto *piece = part.as<TextPart>())
                text += piece->text;
            else if (const auto *media = part.as<MediaPart>())
                add(Fact::Kind::ResultImage, which + mediaText(*media), part.origin ? part.origin : origin);
        }
        add(Fact::Kind::Result, which + text, origin);
        if (result.isError)
            add(Fact::Kind::ResultError, which + "error", origin);
    }

    int callOf(const ToolResultPart &result)
    {
        for (size_t i = 0; i < m_calls.size(); ++i) {
            Call &call = m_calls[i];
            const bool fits = !result.callId.empty() ? call.id == result.callId : call.name == result.name;
            if (fits && !call.answered) {
                call.answered = true;
                return static_cast<int>(i);
            }
        }
        return -1;
    }

    void takeTools()
    {
        for (const Tool &tool : m_conversation.tools) {
            std::string value = std::string(tool.name) + " (" + std::string(tool.description) + ") ";
            if (tool.schema)
                value += canonicalJson(*tool.schema);
            add(Fact::Kind::Schema, std::move(value), tool.origin);
        }
    }

    void takeSettings()
    {
        const Settings &settings = m_conversation.settings;
        if (settings.maxTokens)
            add(Fact::Kind::Setting, "max tokens " + std::to_string(*settings.maxTokens), settings.maxTokens.origin);
        if (settings.temperature)
            add(Fact::Kind::Setting, "temperature " + std::to_string(*settings.temperature),
                settings.temperature.origin);
        if (settings.stop) {
            for (const std::string_view stop : *settings.stop)
                add(Fact::Kind::Stop, std::string(stop), settings.stop.origin);
        }
        if (settings.toolChoice && settings.toolChoice->mode != ToolChoice::Mode::Auto)
            add(Fact::Kind::Setting,
                "tool choice " + std::to_string(static_cast<int>(settings.toolChoice->mode)) +
                    std::string(settings.toolChoice->name),
                settings.toolChoice.origin);
        if (settings.parallelTools && !*settings.parallelTools)
            add(Fact::Kind::Setting, "one tool at a time", settings.parallelTools.origin);
        takeOutput();
        takeReasoning();
    }

    void takeOutput()
    {
        const Setting<StructuredOutput> &output = m_conversation.settings.output;
        if (!output)
            return;
        if (!output->schema) {
            add(Fact::Kind::Output, "JSON", output.origin);
            return;
        }
        add(Fact::Kind::Output, canonicalJson(*output->schema), output.origin);
        if (!output->name.empty())
            add(Fact::Kind::Setting, "output name " + std::string(output->name), output.origin);
        if (output->strict && !*output->strict)
            add(Fact::Kind::Setting, "output not strict", output.origin);
    }

    void takeReasoning()
    {
        const Setting<Reasoning> &reasoning = m_conversation.settings.reasoning;
        if (!reasoning)
            return;
        add(Fact::Kind::Setting, "effort " + std::string(effortOf(*reasoning)), reasoning.origin);
        if (reasoning->budgetTokens)
            add(Fact::Kind::Setting, "budget " + std::to_string(*reasoning->budgetTokens), reasoning.origin);
    }

    struct Call {
        std::string id;
        std::string name;
        bool answered = false;
    };
    const Conversation &m_conversation;
    Facts m_facts;
    std::vector<Call> m_calls;
};

void write(const json::value &value, std::string &out)
{
    if (const json::object *object = value.if_object()) {
        std::map<std::string_view, const json::value *> sorted;
        for (const auto &[key, member] : *object)
            sorted[key] = &member;
        out += '{';
        bool first = true;
        for (const auto &[key, member] : sorted) {
            out += first ? "" : ",";
            first = false;
            out += json::serialize(json::string_view(key)) + ":";
            write(*member, out);
        }
        out += '}';
    } else if (const json::array *array = value.if_array()) {
        out += '[';
        for (size_t i = 0; i < array->size(); ++i) {
            out += i ? "," : "";
            write((*array)[i], out);
        }
        out += ']';
    } else {
        out += jsonText(value);
    }
}

} // namespace

Facts factsOf(const Conversation &conversation)
{
    return Collector(conversation).collect();
}

Comparison compare(const Facts &wanted, const Facts &seen)
{
    Comparison comparison;
    std::map<Fact::Kind, size_t> reached;
    std::set<size_t> matched;
    for (const Fact &fact : wanted) {
        const auto from = seen.begin() + static_cast<std::ptrdiff_t>(reached[fact.kind]);
        const auto found = std::find(from, seen.end(), fact);
        if (found == seen.end()) {
            comparison.missing.push_back(fact);
            continue;
        }
        const auto at = static_cast<size_t>(found - seen.begin());
        matched.insert(at);
        reached[fact.kind] = at + 1;
    }
    for (size_t i = 0; i < seen.size(); ++i) {
        if (!matched.count(i))
            comparison.added.push_back(seen[i]);
    }
    return comparison;
}

ReplyFacts factsOf(const FoldedReply &reply)
{
    ReplyFacts facts;
    const FoldedChoice &choice = reply.choices.front();
    for (const FoldedPart &part : choice.parts) {
        if (part.kind == ReplyPartKind::Text)
            facts.text += part.text;
        else if (part.kind == ReplyPartKind::Thinking)
            facts.thinking += part.text;
        else if (part.kind == ReplyPartKind::ToolCall)
            facts.calls += part.name + canonicalJson(part.text) + "\n";
    }
    facts.finish = choice.finish ? finishName(*choice.finish) : "none";
    const auto plain = [](const std::optional<int64_t> &count) { return std::to_string(count.value_or(0)); };
    const TokenUsage &usage = reply.usage;
    facts.usage = plain(usage.input) + "/" + plain(usage.cachedInput) + "/" + plain(usage.cacheWrite) + "/" +
                  plain(usage.output) + "/" + plain(usage.reasoning);
    facts.inputTokens = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
    facts.outputTokens = usage.output.value_or(0);
    return facts;
}

std::string eventLine(const ReplyEvent &event)
{
    const auto text = [](std::string_view view) { return json::serialize(json::string_view(view)); };
    if (const auto *start = std::get_if<MessageStart>(&event))
        return "start " + text(start->id) + text(start->model) + "\n";
    if (const auto *part = std::get_if<PartStart>(&event))
        return "part " + std::to_string(part->part) + " kind " + std::to_string(static_cast<int>(part->kind)) + " " +
               text(part->id) + text(part->name) + "\n";
    if (const auto *delta = std::get_if<PartDelta>(&event))
        return "delta " + std::to_string(delta->part) + " " + text(delta->text) + text(delta->signature) + "\n";
    if (const auto *end = std::get_if<PartEnd>(&event))
        return "end " + std::to_string(end->part) + "\n";
    if (const auto *usage = std::get_if<UsageReport>(&event))
        return "usage " + std::to_string(usage->usage.input.value_or(-1)) + "/" +
               std::to_string(usage->usage.cachedInput.value_or(-1)) + "/" +
               std::to_string(usage->usage.output.value_or(-1)) + "/" +
               std::to_string(usage->usage.reasoning.value_or(-1)) + "\n";
    if (const auto *finish = std::get_if<Finish>(&event))
        return std::string("finish ") + finishName(finish->reason) + text(finish->stopSequence) + "\n";
    const auto &failure = std::get<Failure>(event);
    return "failure " + text(failure.error.code) + text(failure.error.message) + "\n";
}

std::string canonicalJson(const json::value &value)
{
    std::string out;
    write(value, out);
    return out;
}

std::string canonicalJson(std::string_view text)
{
    boost::system::error_code code;
    const json::value value = json::parse(text, code);
    return code ? std::string(text) : canonicalJson(value);
}

const char *finishName(FinishReason reason)
{
    switch (reason) {
    case FinishReason::Stop:
        return "stop";
    case FinishReason::StopSequence:
        return "stop sequence";
    case FinishReason::Length:
        return "length";
    case FinishReason::ToolCalls:
        return "tool calls";
    case FinishReason::ContentFilter:
        return "content filter";
    case FinishReason::Refusal:
        return "refusal";
    case FinishReason::Pause:
        return "pause";
    case FinishReason::Other:
        break;
    }
    return "other";
}

} // namespace matrix
