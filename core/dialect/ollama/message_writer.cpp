// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/message_writer.h"

#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <QtCore/QByteArray>
#include <QtCore/QUtf8StringView>

#include <algorithm>

namespace signalbox::ollama {

namespace {

namespace json = boost::json;

constexpr std::string_view billingMark = "x-anthropic-billing-header:";

bool isPlainText(std::string_view mimeType)
{
    return mimeType.starts_with("text/") || mimeType == "application/json" || mimeType == "application/xml" ||
           mimeType == "application/yaml";
}

// The text behind base64, when it is UTF-8 without NUL.
std::optional<std::string> decodedText(std::string_view base64)
{
    const auto decoded =
        QByteArray::fromBase64Encoding(QByteArray::fromRawData(base64.data(), static_cast<qsizetype>(base64.size())),
                                       QByteArray::Base64Encoding | QByteArray::AbortOnBase64DecodingErrors);
    if (!decoded || decoded.decoded.contains('\0') || !QUtf8StringView(decoded.decoded).isValidUtf8())
        return std::nullopt;
    return decoded.decoded.toStdString();
}

std::string_view roleName(Role role)
{
    switch (role) {
    case Role::System:
    case Role::Developer:
        return "system";
    case Role::Assistant:
        return "assistant";
    case Role::User:
        break;
    }
    return "user";
}

std::string_view mediaName(MediaPart::Kind kind)
{
    switch (kind) {
    case MediaPart::Kind::Audio:
        return "Ollama's API takes no audio";
    case MediaPart::Kind::Video:
        return "Ollama's API takes no video";
    default:
        return "Ollama's API takes no documents but plain text";
    }
}

// Ollama reads a schema into its own types and refuses the whole request over a property that is only true or false.
void writeSchema(JsonWriter &writer, const json::value &schema, Node origin, LossReport &losses)
{
    const json::object *object = schema.if_object();
    if (!object) {
        losses.approximate(origin, "Ollama needs an object for each property's schema");
        writer.beginObject();
        return writer.endObject();
    }
    writer.beginObject();
    for (const json::key_value_pair &member : *object) {
        writer.key(member.key());
        const json::object *properties = member.key() == "properties" ? member.value().if_object() : nullptr;
        if (!properties) {
            writer.value(member.value());
            continue;
        }
        writer.beginObject();
        for (const json::key_value_pair &property : *properties) {
            writer.key(property.key());
            writeSchema(writer, property.value(), &property.value(), losses);
        }
        writer.endObject();
    }
    writer.endObject();
}

} // namespace

bool MessageWriter::writeMessages()
{
    m_writer.key("messages");
    m_writer.beginArray();
    for (const Message &message : m_conversation.messages)
        writeMessage(message);
    flushResultImages();
    m_writer.endArray();
    return m_wroteAny;
}

// Results of tools first: they must stand right behind their call.
void MessageWriter::writeMessage(const Message &message)
{
    if (message.role == Role::Developer)
        m_losses.rename(message.origin, "the developer role is sent as system");
    if (!message.name.empty())
        m_losses.drop(placeOf(message.origin, "name"), "Ollama's messages have no name of the speaker");
    if (!message.phase.empty())
        m_losses.drop(placeOf(message.origin, "phase"), "Ollama's messages have no phase");
    Gathered gathered;
    for (const Part &part : message.parts) {
        if (part.cache)
            m_losses.drop(part.cache->origin, "Ollama caches prompts by itself");
        if (const ToolResultPart *result = part.as<ToolResultPart>())
            writeResult(part, *result);
        else
            gather(message, part, gathered);
    }
    if (gathered.empty())
        return;
    flushResultImages();
    write(roleName(message.role), gathered);
}

void MessageWriter::gather(const Message &message, const Part &part, Gathered &gathered)
{
    if (part.as<TextPart>())
        return gatherText(message, part, gathered);
    if (const MediaPart *media = part.as<MediaPart>())
        return gatherMedia(part, *media, gathered);
    if (const ToolCallPart *call = part.as<ToolCallPart>())
        return gatherCall(part, *call, gathered);
    if (const ThinkingPart *thinking = part.as<ThinkingPart>())
        return gatherThinking(part, *thinking, gathered);
    if (const RefusalPart *refusal = part.as<RefusalPart>()) {
        m_losses.approximate(part.origin, "a refusal is sent as text");
        if (!refusal->text.empty())
            gathered.content.push_back(refusal->text);
        return;
    }
    if (part.as<NativePart>())
        return m_losses.drop(part.origin, "only the API that made this block understands it");
    if (part.as<ToolResultPart>())
        m_losses.drop(part.origin, "a tool result cannot stand inside another");
}

void MessageWriter::gatherText(const Message &message, const Part &part, Gathered &gathered)
{
    const TextPart &text = *part.as<TextPart>();
    const bool instructions = message.role == Role::System || message.role == Role::Developer;
    if (instructions && text.text.starts_with(billingMark))
        return m_losses.drop(part.origin, "billing data of Claude Code is for Anthropic only");
    for (const Citation &citation : text.citations)
        m_losses.drop(citation.origin ? citation.origin : part.origin, "Ollama's messages carry no citations");
    if (!text.text.empty())
        gathered.content.push_back(text.text);
}

void MessageWriter::gatherThinking(const Part &part, const ThinkingPart &thinking, Gathered &gathered)
{
    const size_t before = gathered.thinking.size();
    if (!thinking.text.empty())
        gathered.thinking.push_back(thinking.text);
    for (const std::string_view summary : thinking.summary) {
        if (thinking.text.empty() && !summary.empty())
            gathered.thinking.push_back(summary);
    }
    if (gathered.thinking.size() == before)
        return m_losses.drop(part.origin, "thinking that only its own provider can read");
    if (!thinking.signature.empty())
        m_losses.approximate(part.origin, "thinking is sent as text, without the signature of its provider");
    else if (thinking.text.empty())
        m_losses.approximate(part.origin, "the summary is sent as the thinking");
}

void MessageWriter::gatherCall(const Part &part, const ToolCallPart &call, Gathered &gathered)
{
    if (!call.nameSpace.empty())
        m_losses.approximate(part.origin, "Ollama's tools have no namespaces");
    if (!call.signature.empty())
        m_losses.drop(part.origin, "the signature of a call is for its own provider only");
    gathered.calls.push_back(&part);
}

// The call's arguments as the object that Ollama needs.
std::string MessageWriter::argumentsOf(const Part &part)
{
    const ToolCallPart &call = *part.as<ToolCallPart>();
    if (call.custom) {
        m_losses.approximate(part.origin, "free text of a tool call is sent as the argument \"input\"");
        std::string wrapped;
        JsonWriter writer(wrapped);
        writer.beginObject();
        writer.member("input", call.arguments);
        writer.endObject();
        return wrapped;
    }
    ArgumentsObject arguments = argumentsObject(call.arguments);
    if (!arguments.fits)
        m_losses.approximate(part.origin, "arguments that are no JSON object are sent as the argument \"input\"");
    return std::move(arguments.json);
}

void MessageWriter::gatherMedia(const Part &part, const MediaPart &media, Gathered &gathered)
{
    if (media.kind == MediaPart::Kind::Document)
        return gatherDocument(part, media, gathered);
    if (media.kind != MediaPart::Kind::Image)
        return m_losses.drop(part.origin, mediaName(media.kind));
    if (media.source.data.empty())
        return m_losses.drop(part.origin, media.source.url.empty() ? "a file that only its own provider can read"
                                                                   : "Ollama takes images as bytes only, not by URL");
    if (!media.detail.empty())
        m_losses.drop(part.origin, "Ollama's images have no level of detail");
    gathered.images.push_back(media.source.data);
}

void MessageWriter::gatherDocument(const Part &part, const MediaPart &media, Gathered &gathered)
{
    std::string_view text = media.plainText;
    if (text.empty() && isPlainText(media.source.mimeType)) {
        if (auto decoded = decodedText(media.source.data))
            text = m_pool.keep(std::move(*decoded));
    }
    if (text.empty())
        return m_losses.drop(part.origin, mediaName(media.kind));
    m_losses.approximate(part.origin, "the document is sent as text");
    if (!media.source.name.empty())
        gathered.content.push_back(m_pool.keep(std::string(media.source.name).append(":")));
    gathered.content.push_back(text);
}

void MessageWriter::writeResult(const Part &part, const ToolResultPart &result)
{
    Gathered gathered;
    const Message asUser{};
    if (result.isError) {
        m_losses.approximate(part.origin, "Ollama has no mark for failed tools; the text says it");
        gathered.content.emplace_back("The tool failed:");
    }
    for (const Part &inner : result.content) {
        if (inner.cache)
            m_losses.drop(inner.cache->origin, "Ollama caches prompts by itself");
        gather(asUser, inner, gathered);
    }
    // Most models' templates look for images in the user's messages only.
    if (!gathered.images.empty())
        m_losses.approximate(part.origin, "an image of a tool result is sent as a message of the user behind it");
    m_resultImages.insert(m_resultImages.end(), gathered.images.begin(), gathered.images.end());
    const std::string_view name = result.name.empty() ? m_conversation.toolNameOf(result.callId) : result.name;
    m_writer.beginObject();
    m_writer.member("role", "tool");
    writeJoined("content", gathered.content, "\n");
    m_writer.memberUnlessEmpty("tool_name", name);
    m_writer.memberUnlessEmpty("tool_call_id", result.callId);
    m_writer.endObject();
    count(name);
    m_wroteAny = true;
}

void MessageWriter::flushResultImages()
{
    if (m_resultImages.empty())
        return;
    Gathered gathered;
    gathered.content.emplace_back("From the result of the tool:");
    gathered.images.swap(m_resultImages);
    write("user", gathered);
}

void MessageWriter::write(std::string_view role, const Gathered &gathered)
{
    m_writer.beginObject();
    m_writer.member("role", role);
    // Texts of one assistant turn are pieces of one answer, cut where it cites; others are blocks.
    writeJoined("content", gathered.content, role == "assistant" ? "" : "\n");
    if (!gathered.thinking.empty())
        writeJoined("thinking", gathered.thinking, "\n");
    if (!gathered.images.empty())
        writeImages(gathered.images);
    if (!gathered.calls.empty())
        writeCalls(gathered.calls);
    m_writer.endObject();
    m_wroteAny = true;
}

void MessageWriter::writeJoined(std::string_view key, const std::vector<std::string_view> &texts,
                                std::string_view between)
{
    m_writer.key(key);
    m_writer.textBegin();
    for (size_t i = 0; i < texts.size(); ++i) {
        if (i > 0)
            m_writer.textPart(between);
        m_writer.textPart(texts[i]);
        count(texts[i]);
    }
    m_writer.textEnd();
}

void MessageWriter::writeImages(const std::vector<std::string_view> &images)
{
    m_writer.key("images");
    m_writer.beginArray();
    for (const std::string_view image : images)
        m_writer.text(image);
    m_writer.endArray();
    m_size.images += static_cast<int64_t>(images.size());
}

void MessageWriter::writeCalls(const std::vector<const Part *> &calls)
{
    m_writer.key("tool_calls");
    m_writer.beginArray();
    int index = 0;
    for (const Part *part : calls) {
        const ToolCallPart &call = *part->as<ToolCallPart>();
        m_writer.beginObject();
        m_writer.memberUnlessEmpty("id", call.id);
        m_writer.key("function");
        m_writer.beginObject();
        m_writer.member("index", index++);
        m_writer.member("name", call.name);
        const std::string arguments = argumentsOf(*part);
        m_writer.memberRaw("arguments", arguments);
        m_writer.endObject();
        m_writer.endObject();
        count(call.name);
        count(arguments);
    }
    m_writer.endArray();
}

void MessageWriter::writeTools(const std::vector<std::string_view> &allowed)
{
    const size_t before = m_writer.out().size();
    bool any = false;
    for (const Tool &tool : m_conversation.tools) {
        if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), tool.name) == allowed.end()) {
            m_losses.drop(tool.origin, "not among the tools that may be called");
            continue;
        }
        if (!noteTool(tool))
            continue;
        if (!any) {
            m_writer.key("tools");
            m_writer.beginArray();
            any = true;
        }
        writeTool(tool);
    }
    if (any)
        m_writer.endArray();
    m_size.textBytes += static_cast<int64_t>(m_writer.out().size() - before);
}

// Whether Ollama can have the tool at all.
bool MessageWriter::noteTool(const Tool &tool)
{
    if (tool.cache)
        m_losses.drop(tool.cache->origin, "Ollama caches prompts by itself");
    if (tool.kind == Tool::Kind::Native) {
        m_losses.drop(tool.origin, "a tool that runs at its own provider");
        return false;
    }
    if (tool.strict && *tool.strict)
        m_losses.drop(tool.strict.origin, "Ollama does not hold arguments to their schema");
    if (!tool.nameSpaceDescription.empty())
        m_losses.drop(tool.nameSpaceOrigin, "Ollama has no groups of tools");
    if (tool.deferLoading && *tool.deferLoading)
        m_losses.drop(tool.deferLoading.origin, "Ollama gets all tools at once");
    if (!tool.nameSpace.empty())
        m_losses.approximate(tool.origin, "Ollama's tools have no namespaces");
    if (tool.kind == Tool::Kind::Custom)
        m_losses.approximate(tool.origin, "a tool for free text is declared with one argument \"input\"");
    if (tool.format)
        m_losses.drop(tool.format, "Ollama's tools have no grammar");
    return true;
}

void MessageWriter::writeTool(const Tool &tool)
{
    m_writer.beginObject();
    m_writer.member("type", "function");
    m_writer.key("function");
    m_writer.beginObject();
    m_writer.member("name", tool.name);
    m_writer.memberUnlessEmpty("description", tool.description);
    m_writer.key("parameters");
    writeParameters(tool);
    m_writer.endObject();
    m_writer.endObject();
}

void MessageWriter::writeParameters(const Tool &tool)
{
    if (tool.kind == Tool::Kind::Custom)
        return m_writer.raw(R"({"type":"object","properties":{"input":{"type":"string"}},"required":["input"]})");
    if (!tool.schema)
        return m_writer.raw(R"({"type":"object","properties":{}})");
    const size_t before = m_losses.size();
    writeSchema(m_writer, *tool.schema, tool.schema, m_losses);
    // A schema that was converted on the way in is no place in the request.
    if (m_losses.size() > before && pointerOf(m_conversation.source->root, tool.schema).empty())
        m_losses.approximate(tool.origin, "Ollama needs an object for each property's schema");
}

} // namespace signalbox::ollama
