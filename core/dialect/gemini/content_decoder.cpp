// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/content_decoder.h"

#include "core/dialect/gemini/field_names.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/media.h"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace signalbox::gemini {

namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 5> metaKeys = {"thought", "thoughtSignature", "thought_signature",
                                                      "partMetadata", "part_metadata"};

MediaPart::Kind kindOf(std::string_view mimeType)
{
    if (mimeType.starts_with("image/"))
        return MediaPart::Kind::Image;
    if (mimeType.starts_with("audio/"))
        return MediaPart::Kind::Audio;
    if (mimeType.starts_with("video/"))
        return MediaPart::Kind::Video;
    return MediaPart::Kind::Document;
}

bool isYouTube(std::string_view uri)
{
    return uri.find("youtube.com/") != std::string_view::npos || uri.find("youtu.be/") != std::string_view::npos;
}

// What only Google can read: its Files API and its storage.
bool isGoogleFile(std::string_view uri)
{
    return uri.starts_with("gs://") || uri.starts_with("files/") ||
           uri.starts_with("https://generativelanguage.googleapis.com/");
}

// The part's first member that is its content: what kind of part an unknown one is.
std::string_view typeOf(const json::object &part)
{
    for (const json::key_value_pair &member : part) {
        if (std::find(metaKeys.begin(), metaKeys.end(), std::string_view(member.key())) == metaKeys.end())
            return member.key();
    }
    return {};
}

std::string_view nativeTypeOf(std::string_view key)
{
    if (key == "executable_code")
        return "executableCode";
    if (key == "code_execution_result")
        return "codeExecutionResult";
    return key;
}

} // namespace

void ContentDecoder::readInstruction(Node instruction)
{
    if (!instruction)
        return;
    Message message;
    message.role = Role::System;
    message.origin = instruction;
    if (const json::string *text = instruction->if_string()) {
        message.parts.push_back({TextPart{std::string_view(*text)}, instruction});
    } else if (const json::object *content = instruction->if_object()) {
        ObjectReader reader(*content, m_context);
        reader.ignore("role");
        if (reader.has("text")) // a bare part, which the API takes as well
            readPart(*instruction, message), reader.ignoreRest();
        else
            readParts(reader, message, instruction);
    } else {
        m_context.fail(instruction, "must be a content object or a text");
    }
    if (!message.parts.empty())
        m_messages.push_back(std::move(message));
}

void ContentDecoder::readContents(const json::array &contents)
{
    for (const json::value &content : contents)
        readContent(content);
    fillIds();
}

void ContentDecoder::readContent(const json::value &content)
{
    const json::object *object = content.if_object();
    if (!object)
        return m_context.fail(&content, "must be an object with role and parts");
    ObjectReader reader(*object, m_context);
    Message message;
    message.origin = &content;
    const Setting<std::string_view> role = reader.textSetting("role");
    const std::string_view name = role.value.value_or("user");
    if (name == "model")
        message.role = Role::Assistant;
    else if (name == "system")
        message.role = Role::System;
    else if (name != "user" && name != "function" && !name.empty())
        return m_context.fail(role.origin, "must be user or model");
    readParts(reader, message, &content);
    m_messages.push_back(std::move(message));
}

void ContentDecoder::readParts(ObjectReader &reader, Message &message, Node origin)
{
    const Node parts = reader.take("parts");
    if (!parts)
        return;
    if (parts->is_object())
        return readPart(*parts, message);
    const json::array *list = parts->if_array();
    if (!list)
        return m_context.fail(parts ? parts : origin, "must be a list");
    message.parts.reserve(list->size());
    for (const json::value &part : *list)
        readPart(part, message);
}

void ContentDecoder::readPart(const json::value &value, Message &message)
{
    const json::object *part = value.if_object();
    if (!part)
        return m_context.fail(&value, "must be an object");
    ObjectReader reader(*part, m_context);
    const std::string_view signature = reader.text(spelled(reader, "thoughtSignature", "thought_signature"));
    const bool thought = reader.boolean("thought").value.value_or(false);
    if (const Setting<std::string_view> text = reader.textSetting("text"))
        return addText(*text, thought, signature, &value, message);
    if (const json::object *call = reader.object(spelled(reader, "functionCall", "function_call")))
        return addCall(*call, signature, &value, message);
    if (const json::object *response = reader.object(spelled(reader, "functionResponse", "function_response")))
        return addResult(*response, &value, message);

    const size_t before = message.parts.size();
    if (const json::object *blob = reader.object(spelled(reader, "inlineData", "inline_data")))
        addInlineData(*blob, &value, message.parts);
    else if (const json::object *file = reader.object(spelled(reader, "fileData", "file_data")))
        addFileData(*file, &value, message.parts);
    if (message.parts.size() > before) {
        std::get<MediaPart>(message.parts.back().value).videoMetadata =
            reader.take(spelled(reader, "videoMetadata", "video_metadata"));
        if (!signature.empty())
            message.parts.push_back({ThinkingPart{{}, signature, false, false, Dialect::Gemini}, &value});
        return;
    }
    reader.ignoreRest();
    if (const std::string_view type = typeOf(*part); !type.empty() && !m_context.failed())
        message.parts.push_back({NativePart{Dialect::Gemini, nativeTypeOf(type), &value}, &value});
    else if (!signature.empty())
        addText({}, thought, signature, &value, message);
}

// A signature on plain text stands as a ThinkingPart of the same origin behind it.
void ContentDecoder::addText(std::string_view text, bool thought, std::string_view signature, Node origin,
                             Message &message)
{
    if (thought) {
        if (!text.empty() || !signature.empty())
            message.parts.push_back({ThinkingPart{text, signature, false, false, Dialect::Gemini}, origin});
        return;
    }
    if (!text.empty())
        message.parts.push_back({TextPart{text}, origin});
    if (!signature.empty())
        message.parts.push_back({ThinkingPart{{}, signature, false, false, Dialect::Gemini}, origin});
}

void ContentDecoder::addInlineData(const json::object &blob, Node origin, std::vector<Part> &parts)
{
    ObjectReader reader(blob, m_context);
    MediaPart media;
    media.source.mimeType = reader.text(spelled(reader, "mimeType", "mime_type"));
    media.source.name = reader.text(spelled(reader, "displayName", "display_name"));
    media.source.data = reader.text("data");
    if (media.source.data.empty())
        return m_context.fail(origin, "inlineData needs data");
    if (const std::optional<DataUrl> url = readDataUrl(media.source.data)) {
        media.source.data = url->data;
        if (media.source.mimeType.empty())
            media.source.mimeType = url->mimeType;
    }
    if (media.source.mimeType.empty())
        media.source.mimeType = sniffMimeType(media.source.data);
    media.kind = kindOf(media.source.mimeType);
    parts.push_back({media, origin});
}

void ContentDecoder::addFileData(const json::object &file, Node origin, std::vector<Part> &parts)
{
    ObjectReader reader(file, m_context);
    MediaPart media;
    media.source.mimeType = reader.text(spelled(reader, "mimeType", "mime_type"));
    media.source.name = reader.text(spelled(reader, "displayName", "display_name"));
    const std::string_view uri = reader.text(spelled(reader, "fileUri", "file_uri"));
    if (uri.empty())
        return m_context.fail(origin, "fileData needs fileUri");
    if (const std::optional<DataUrl> url = readDataUrl(uri)) {
        media.source.data = url->data;
        if (media.source.mimeType.empty())
            media.source.mimeType = url->mimeType;
    } else if (isGoogleFile(uri)) {
        media.source.fileId = uri;
    } else {
        media.source.url = uri;
    }
    media.kind = isYouTube(uri) ? MediaPart::Kind::Video : kindOf(media.source.mimeType);
    parts.push_back({media, origin});
}

void ContentDecoder::addCall(const json::object &call, std::string_view signature, Node origin, Message &message)
{
    ObjectReader reader(call, m_context);
    ToolCallPart part;
    part.id = reader.text("id");
    part.name = reader.text("name");
    part.signature = signature;
    if (part.name.empty())
        return m_context.fail(origin, "functionCall needs a name");
    const json::object *arguments = reader.object("args");
    part.arguments = arguments ? m_context.pool.keep(jsonText(*reader.peek("args"))) : std::string_view("{}");
    message.parts.push_back({part, origin});
}

void ContentDecoder::addResult(const json::object &response, Node origin, Message &message)
{
    ObjectReader reader(response, m_context);
    ToolResultPart result;
    result.callId = reader.text("id");
    result.name = reader.text("name");
    if (result.name.empty())
        return m_context.fail(origin, "functionResponse needs a name");
    if (reader.object("response")) {
        result.raw = reader.peek("response");
        addResultText(result.raw, result);
    }
    if (const json::array *parts = reader.array("parts"))
        addResultMedia(*parts, result);
    message.parts.push_back({std::move(result), origin});
}

// {"output": "text"} and {"error": "text"} are the documented forms; anything else is the result as a whole.
void ContentDecoder::addResultText(Node response, ToolResultPart &result)
{
    const json::object &object = response->get_object();
    result.isError = object.size() == 1 && object.contains("error");
    std::string_view text;
    if (object.size() == 1) {
        const json::key_value_pair &only = *object.begin();
        const bool wrapped = only.key() == "output" || only.key() == "result" || only.key() == "error";
        if (const json::string *plain = wrapped ? only.value().if_string() : nullptr)
            text = *plain;
        else if (wrapped)
            text = m_context.pool.keep(jsonText(only.value()));
        else
            text = m_context.pool.keep(jsonText(*response));
    } else {
        text = m_context.pool.keep(jsonText(*response));
    }
    result.content.push_back({TextPart{text}, response});
}

void ContentDecoder::addResultMedia(const json::array &parts, ToolResultPart &result)
{
    for (const json::value &value : parts) {
        const json::object *part = value.if_object();
        if (!part)
            return m_context.fail(&value, "must be an object");
        ObjectReader reader(*part, m_context);
        if (const json::object *blob = reader.object(spelled(reader, "inlineData", "inline_data")))
            addInlineData(*blob, &value, result.content);
        else if (const json::object *file = reader.object(spelled(reader, "fileData", "file_data")))
            addFileData(*file, &value, result.content);
    }
}

void ContentDecoder::fillIds()
{
    std::vector<const ToolCallPart *> waiting;
    int made = 0;
    for (Message &message : m_messages) {
        for (Part &part : message.parts) {
            if (auto *call = std::get_if<ToolCallPart>(&part.value)) {
                if (call->id.empty())
                    call->id = m_context.pool.keep(makeId("call_", "gemini", made++));
                waiting.push_back(call);
            } else if (auto *result = std::get_if<ToolResultPart>(&part.value)) {
                const auto match = std::find_if(waiting.begin(), waiting.end(), [result](const ToolCallPart *one) {
                    return result->callId.empty() ? one->name == result->name : one->id == result->callId;
                });
                if (match == waiting.end())
                    continue;
                result->callId = (*match)->id;
                waiting.erase(match);
            }
        }
    }
}

} // namespace signalbox::gemini
