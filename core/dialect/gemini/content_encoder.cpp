// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/content_encoder.h"

#include "core/dialect/gemini/media_rules.h"
#include "core/dialect/gemini/notes.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

// Documented for calls that another model made; only the first call of a step is checked.
constexpr std::string_view skipSignature = "skip_thought_signature_validator";
constexpr std::string_view billingMark = "x-anthropic-billing-header:";

std::string textOf(const ToolResultPart &result)
{
    std::string whole;
    for (const Part &part : result.content) {
        if (const TextPart *text = part.as<TextPart>()) {
            if (!whole.empty())
                whole += '\n';
            whole += text->text;
        }
    }
    return whole;
}

bool isBareSignature(const Part &part)
{
    const ThinkingPart *thinking = part.as<ThinkingPart>();
    return thinking && thinking->text.empty() && !thinking->signature.empty() && !thinking->redacted &&
           thinking->signer == Dialect::Gemini;
}

// The signature that came on the same part.
std::string_view signatureBehind(const Turn &turn, size_t index)
{
    if (index + 1 >= turn.parts.size())
        return {};
    const Part &part = *turn.parts[index].part;
    const Part &next = *turn.parts[index + 1].part;
    return part.origin && part.origin == next.origin && isBareSignature(next) ? next.as<ThinkingPart>()->signature
                                                                              : std::string_view();
}

bool hasSignedCall(const Turn &turn)
{
    return std::any_of(turn.parts.begin(), turn.parts.end(), [](const TurnPart &place) {
        const ToolCallPart *call = place.part->as<ToolCallPart>();
        return call && !call->signature.empty();
    });
}

} // namespace

ContentEncoder::ContentEncoder(const Conversation &conversation, const EncodeRequestOptions &options, ToolNames &names,
                               LossReport &losses, JsonWriter &out)
    : m_conversation(conversation),
      m_options(options),
      m_names(names),
      m_losses(losses),
      m_out(out),
      m_family(modelFamily(options.model))
{
}

// Whether the part is to be sent; notes what is not.
bool ContentEncoder::isInstruction(const Part &part)
{
    const TextPart *text = part.as<TextPart>();
    if (!text) {
        m_losses.drop(part.origin, "Gemini's instructions hold texts only");
        return false;
    }
    if (text->text.starts_with(billingMark)) {
        m_losses.drop(part.origin, "a billing note of another provider");
        return false;
    }
    return !text->text.empty();
}

bool ContentEncoder::writeInstruction(std::string_view addition)
{
    const size_t leading = m_conversation.leadingInstructions();
    bool any = false;
    const auto writeOne = [this, &any](std::string_view text) {
        if (!any) {
            m_out.key("systemInstruction");
            m_out.beginObject();
            m_out.key("parts");
            m_out.beginArray();
        }
        any = true;
        m_out.beginObject();
        m_out.member("text", text);
        m_out.endObject();
    };
    // Contents must not be empty: instructions alone are sent as the user's words (writeContents).
    m_instructionsFirst = leading == m_conversation.messages.size();
    for (size_t i = 0; i < leading && !m_instructionsFirst; ++i) {
        noteMessage(m_conversation.messages[i]);
        for (const Part &part : m_conversation.messages[i].parts) {
            noteCache(part, m_losses);
            if (isInstruction(part))
                writeOne(part.as<TextPart>()->text);
        }
    }
    if (!addition.empty())
        writeOne(addition);
    if (any) {
        m_out.endArray();
        m_out.endObject();
    }
    return any;
}

bool ContentEncoder::writeContents()
{
    m_out.key("contents");
    m_out.beginArray();
    for (size_t i = 0; m_instructionsFirst && i < m_conversation.messages.size(); ++i) {
        const Message &message = m_conversation.messages[i];
        noteMessage(message);
        m_losses.approximate(message.origin, "Gemini needs a user's turn: the instructions are sent as one");
        for (const Part &part : message.parts) {
            noteCache(part, m_losses);
            if (isInstruction(part))
                writeText(*part.as<TextPart>(), {&part, &message}, {});
        }
    }
    const Message *noted = nullptr;
    for (const Turn &turn : planTurns(m_conversation)) {
        for (const TurnPart &place : turn.parts) {
            noteCache(*place.part, m_losses);
            if (place.message == noted)
                continue;
            noted = place.message;
            noteMessage(*noted);
            if (noted->role == Role::System || noted->role == Role::Developer)
                m_losses.approximate(noted->origin, "Gemini has instructions at the beginning only: sent as user");
        }
        writeTurn(turn);
    }
    if (m_anyContent) {
        m_out.endArray();
        m_out.endObject();
    }
    m_out.endArray();
    return m_anyContent;
}

void ContentEncoder::noteMessage(const Message &message)
{
    noteText(message.origin, message.name, "Gemini's messages have no name", m_losses);
    noteText(message.origin, message.phase, "Gemini's messages have no phase", m_losses);
}

void ContentEncoder::begin(bool model)
{
    if (m_anyContent && m_model == model)
        return;
    if (m_anyContent) {
        m_out.endArray();
        m_out.endObject();
    } else if (model) { // the first turn must be the user's
        m_anyContent = true;
        m_out.beginObject();
        m_out.member("role", "user");
        m_out.key("parts");
        m_out.beginArray();
        m_out.beginObject();
        m_out.member("text", "Continue.");
        m_out.endObject();
        return begin(model);
    }
    m_anyContent = true;
    m_model = model;
    m_out.beginObject();
    m_out.member("role", model ? "model" : "user");
    m_out.key("parts");
    m_out.beginArray();
}

void ContentEncoder::endPart(std::string_view signature)
{
    m_out.memberUnlessEmpty("thoughtSignature", signature);
    m_out.endObject();
}

void ContentEncoder::writeTurn(const Turn &turn)
{
    for (const Answer &answer : turn.answers)
        writeAnswer(answer);
    for (const Answer &answer : turn.answers) {
        if (answer.result)
            writeResultMedia(*answer.result, false);
    }
    for (size_t i = 0; i < turn.parts.size(); ++i)
        writePart(turn, i);
}

void ContentEncoder::writePart(const Turn &turn, size_t &index)
{
    const TurnPart &place = turn.parts[index];
    const Part &part = *place.part;
    const std::string_view behind = signatureBehind(turn, index);
    if (!behind.empty())
        ++index;
    if (const TextPart *text = part.as<TextPart>()) {
        writeText(*text, place, behind);
    } else if (const MediaPart *media = part.as<MediaPart>()) {
        writeMedia(*media, turn.model, behind, part.origin);
    } else if (const ToolCallPart *call = part.as<ToolCallPart>()) {
        const auto isCall = [](const TurnPart &one) { return one.part->as<ToolCallPart>() != nullptr; };
        const auto first = std::find_if(turn.parts.begin(), turn.parts.end(), isCall);
        const bool stand = m_family.signsCalls() && first->part == &part && !hasSignedCall(turn);
        writeCall(*call, stand ? skipSignature : call->signature, part.origin);
    } else if (const ToolResultPart *result = part.as<ToolResultPart>()) {
        writeLooseResult(*result, part.origin);
    } else if (const ThinkingPart *thinking = part.as<ThinkingPart>()) {
        writeThinking(*thinking, part.origin);
    } else if (const RefusalPart *refusal = part.as<RefusalPart>()) {
        m_losses.approximate(part.origin, "a refusal is sent as text");
        writeText({refusal->text, {}}, place, behind);
    } else if (const NativePart *native = part.as<NativePart>()) {
        if (native->dialect != Dialect::Gemini)
            return m_losses.drop(part.origin, "only the provider that made it knows this part");
        begin(turn.model);
        m_out.value(*native->value);
    }
}

void ContentEncoder::writeText(const TextPart &text, const TurnPart &place, std::string_view signature)
{
    for (const Citation &citation : text.citations)
        m_losses.drop(citation.origin, "Gemini takes no citations in a request");
    if (text.text.starts_with(billingMark) && place.message->role != Role::Assistant)
        return m_losses.drop(place.part->origin, "a billing note of another provider");
    if (text.text.empty() && signature.empty())
        return;
    begin(place.message->role == Role::Assistant);
    beginPart();
    m_out.member("text", text.text);
    endPart(signature);
}

void ContentEncoder::writeCall(const ToolCallPart &call, std::string_view signature, Node origin)
{
    const ArgumentsObject arguments = argumentsObject(call.arguments);
    if (!arguments.fits)
        m_losses.approximate(origin, "Gemini's calls take an object: the text stands under \"input\"");
    begin(true);
    beginPart();
    m_out.key("functionCall");
    m_out.beginObject();
    m_out.memberUnlessEmpty("id", call.id);
    m_out.member("name", m_names.of(call.name, call.nameSpace));
    m_out.memberRaw("args", arguments.json);
    m_out.endObject();
    endPart(signature);
}

void ContentEncoder::writeAnswer(const Answer &answer)
{
    if (answer.result) {
        const ToolCallPart &call = *answer.call;
        return writeResult(*answer.result, call.id, m_names.of(call.name, call.nameSpace));
    }
    m_losses.approximate(answer.origin, "the call has no result: Gemini is told so");
    begin(false);
    beginPart();
    m_out.key("functionResponse");
    m_out.beginObject();
    m_out.memberUnlessEmpty("id", answer.call->id);
    m_out.member("name", m_names.of(answer.call->name, answer.call->nameSpace));
    m_out.memberRaw("response", R"({"error":"The call was not carried out."})");
    m_out.endObject();
    endPart({});
}

void ContentEncoder::writeResult(const ToolResultPart &result, std::string_view id, std::string_view name)
{
    begin(false);
    beginPart();
    m_out.key("functionResponse");
    m_out.beginObject();
    m_out.memberUnlessEmpty("id", id);
    m_out.member("name", name);
    m_out.key("response");
    if (result.raw && result.raw->is_object()) {
        m_out.value(*result.raw);
    } else {
        m_out.beginObject();
        m_out.member(result.isError ? "error" : "output", textOf(result));
        m_out.endObject();
    }
    for (const Part &part : result.content) {
        noteCache(part, m_losses);
        if (!part.as<TextPart>() && !part.as<MediaPart>())
            m_losses.drop(part.origin, "Gemini's tool results hold texts and media only");
    }
    writeResultMedia(result, true);
    m_out.endObject();
    endPart({});
}

// Inside the response where the model knows that, else behind the responses of the turn.
void ContentEncoder::writeResultMedia(const ToolResultPart &result, bool inside)
{
    bool open = false;
    for (const Part &part : result.content) {
        const MediaPart *media = part.as<MediaPart>();
        if (!media)
            continue;
        const bool fits = m_family.mediaInToolResults() && !media->source.data.empty();
        if (fits != inside)
            continue;
        if (!inside) {
            m_losses.approximate(part.origin, "this model takes media of a tool result behind it only");
            writeMedia(*media, false, {}, part.origin);
            continue;
        }
        if (!open) {
            m_out.key("parts");
            m_out.beginArray();
        }
        open = true;
        m_out.beginObject();
        writeBlob(*media, true);
        m_out.endObject();
    }
    if (open)
        m_out.endArray();
}

// It answers no call of the conversation, which Gemini would refuse.
void ContentEncoder::writeLooseResult(const ToolResultPart &result, Node origin)
{
    m_losses.approximate(origin, "a result without its call is sent as text");
    std::string_view name = result.name.empty() ? m_conversation.toolNameOf(result.callId) : result.name;
    if (name.empty())
        name = result.callId;
    begin(false);
    beginPart();
    m_out.member("text", "Result of " + std::string(name) + (result.isError ? " (error): " : ": ") + textOf(result));
    endPart({});
    for (const Part &part : result.content) {
        if (const MediaPart *media = part.as<MediaPart>())
            writeMedia(*media, false, {}, part.origin);
    }
}

void ContentEncoder::writeThinking(const ThinkingPart &thinking, Node origin)
{
    if (thinking.signer != Dialect::Gemini || thinking.redacted || thinking.encrypted)
        return m_losses.drop(origin, "thinking of another provider is not sent to Gemini");
    if (thinking.text.empty() && thinking.signature.empty())
        return;
    begin(true);
    beginPart();
    m_out.member("text", thinking.text);
    if (!thinking.text.empty())
        m_out.member("thought", true);
    endPart(thinking.signature);
}

} // namespace signalbox::gemini
