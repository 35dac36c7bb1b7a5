// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/facts_gatherer.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <functional>
#include <vector>

namespace signalbox {

namespace {

namespace ondemand = simdjson::ondemand;

template<size_t N>
bool isOneOf(const std::array<std::string_view, N> &names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

// What holds the text that a model reads, in all five dialects.
constexpr std::array<std::string_view, 8> instructionKeys = {
    "system", "instructions", "systemInstruction", "system_instruction", "prompt", "tools", "functions", "suffix"};
constexpr std::array<std::string_view, 3> turnKeys = {"messages", "input", "contents"};
// Media and what nobody reads as text.
constexpr std::array<std::string_view, 6> payloadKeys = {"data",      "file_data",        "bytes",
                                                         "signature", "thoughtSignature", "encrypted_content"};

std::optional<Content> contentOfType(std::string_view type)
{
    if (type == "image" || type == "image_url" || type == "input_image")
        return Content::Image;
    if (type == "input_audio" || type == "audio" || type == "audio_url")
        return Content::Audio;
    if (type == "video" || type == "video_url" || type == "input_video")
        return Content::Video;
    if (type == "file" || type == "input_file" || type == "document")
        return Content::Document;
    return std::nullopt;
}

std::optional<Content> contentOfMime(std::string_view mime)
{
    if (mime.starts_with("image/"))
        return Content::Image;
    if (mime.starts_with("audio/"))
        return Content::Audio;
    if (mime.starts_with("video/"))
        return Content::Video;
    if (mime == "application/pdf")
        return Content::Document;
    return std::nullopt;
}

class ShapeReader
{
public:
    RequestShape read(std::string_view body)
    {
        thread_local std::vector<char> padded;
        thread_local ondemand::parser parser;
        constexpr size_t keptAtMost = 1UL << 20;
        padded.resize(body.size() + simdjson::SIMDJSON_PADDING);
        std::copy(body.begin(), body.end(), padded.begin());
        std::fill(padded.begin() + static_cast<std::ptrdiff_t>(body.size()), padded.end(), ' ');
        ondemand::document document;
        ondemand::object object;
        if (!parser.iterate(padded.data(), body.size(), padded.size()).get(document) &&
            !document.get_object().get(object))
            (void)readTop(object);
        if (padded.size() > keptAtMost) {
            padded = {};
            parser = {};
        }
        m_shape.beginning = m_turnSeen ? std::max<uint64_t>(1, m_hash) : 0;
        return std::move(m_shape);
    }

private:
    bool readTop(ondemand::object &object)
    {
        for (auto entry : object) {
            std::string_view key;
            ondemand::value value;
            if (entry.unescaped_key().get(key) || entry.value().get(value))
                return false;
            if (!readField(key, value))
                return false;
        }
        return true;
    }

    bool readField(std::string_view key, ondemand::value value)
    {
        if (isOneOf(turnKeys, key))
            return readTurns(value);
        if (isOneOf(instructionKeys, key)) {
            const bool tools = key == "tools" || key == "functions";
            const int64_t before = m_shape.textBytes;
            m_hashing = true;
            m_countKeys = tools;
            const bool walked = walk(value, key, 0);
            m_countKeys = false;
            if (tools && m_shape.textBytes > before)
                m_shape.contents.add(Content::Tools);
            m_turnSeen = m_turnSeen || key == "prompt";
            return walked;
        }
        if (key == "images")
            return walk(value, key, 0);
        return readSetting(key, value);
    }

    // The first user turn ends what identifies the conversation.
    bool readTurns(ondemand::value value)
    {
        ondemand::json_type type;
        if (value.type().get(type))
            return false;
        m_hashing = !m_turnSeen;
        if (type != ondemand::json_type::array) {
            m_turnSeen = true;
            return walk(value, "text", 0);
        }
        ondemand::array turns;
        if (value.get_array().get(turns))
            return false;
        for (auto turn : turns) {
            ondemand::value one;
            if (turn.get(one))
                return false;
            m_hashing = !m_turnSeen;
            m_isUserTurn = false;
            if (!walk(one, {}, 0))
                return false;
            m_turnSeen = m_turnSeen || m_isUserTurn;
            m_shape.textBytes += 12; // role and separators
        }
        return true;
    }

    bool walk(ondemand::value value, std::string_view key, int depth)
    {
        constexpr int deepest = 64;
        ondemand::json_type type;
        if (depth > deepest || value.type().get(type))
            return false;
        if (type == ondemand::json_type::string) {
            takeString(key, value.raw_json_token());
            return true;
        }
        if (type == ondemand::json_type::array) {
            ondemand::array items;
            if (value.get_array().get(items))
                return false;
            for (auto item : items) {
                ondemand::value one;
                if (item.get(one) || !walk(one, key, depth + 1))
                    return false;
            }
            return true;
        }
        return type != ondemand::json_type::object || walkObject(value, depth);
    }

    bool walkObject(ondemand::value value, int depth)
    {
        ondemand::object object;
        if (value.get_object().get(object))
            return false;
        for (auto entry : object) {
            std::string_view key; // in the parser's own memory, which outlives the walk
            ondemand::value inner;
            if (entry.unescaped_key().get(key) || entry.value().get(inner))
                return false;
            if (key == "cache_control")
                continue;
            if (m_countKeys)
                m_shape.textBytes += static_cast<int64_t>(key.size()) + 4;
            if (!walk(inner, key, depth + 1))
                return false;
        }
        return true;
    }

    static std::string_view unquoted(std::string_view token)
    {
        const size_t begin = token.find('"');
        const size_t end = token.rfind('"');
        return begin == std::string_view::npos || end <= begin ? token : token.substr(begin + 1, end - begin - 1);
    }

    void takeString(std::string_view key, std::string_view token)
    {
        const std::string_view text = unquoted(token);
        if (m_hashing)
            m_hash = m_hash * 0x9e3779b97f4a7c15ULL + std::hash<std::string_view>()(text);
        if (key == "role") {
            m_isUserTurn = m_isUserTurn || text == "user";
            return;
        }
        const bool media = key == "images";
        const auto content = media                                     ? std::optional(Content::Image)
                             : m_countKeys                             ? std::nullopt
                             : key == "type"                           ? contentOfType(text)
                             : key == "mimeType" || key == "mime_type" ? contentOfMime(text)
                                                                       : std::nullopt;
        if (content) {
            m_shape.contents.add(*content);
            ++m_shape.mediaItems;
        }
        if (!media && !isOneOf(payloadKeys, key) && !text.starts_with("data:"))
            m_shape.textBytes += static_cast<int64_t>(text.size());
    }

    bool readSetting(std::string_view key, ondemand::value value)
    {
        if (key == "max_tokens" || key == "max_completion_tokens" || key == "max_output_tokens") {
            takeLimit(value);
        } else if (key == "prompt_cache_key") {
            std::string_view text;
            if (!value.get_string().get(text))
                m_shape.cacheKey = text.substr(0, 256);
        } else if (key == "think") {
            bool wanted = false;
            if (value.get_bool().get(wanted) || wanted) // or a level in words
                m_shape.contents.add(Content::Thinking);
        } else if (key == "reasoning_effort") {
            std::string_view text;
            if (!value.get_string().get(text) && text != "none")
                m_shape.contents.add(Content::Thinking);
        } else if (key == "response_format" || key == "text" || key == "output_format" || key == "output_config" ||
                   key == "format" || key == "generationConfig" || key == "generation_config" || key == "options" ||
                   key == "thinking" || key == "reasoning") {
            return readSettings(key, value);
        }
        return true;
    }

    void takeLimit(ondemand::value value)
    {
        int64_t limit = 0;
        if (!value.get_int64().get(limit) && limit > 0)
            m_shape.maxOutputTokens = limit;
    }

    // An object of settings: what stands in it, one level down.
    bool readSettings(std::string_view parent, ondemand::value value)
    {
        ondemand::json_type type;
        if (value.type().get(type))
            return false;
        if (type != ondemand::json_type::object)
            return true;
        if (parent == "format") // Ollama: the schema itself
            m_shape.contents.add(Content::Schema);
        ondemand::object object;
        if (value.get_object().get(object))
            return false;
        for (auto entry : object) {
            std::string_view key;
            std::string_view text;
            ondemand::value inner;
            if (entry.unescaped_key().get(key) || entry.value().get(inner))
                return false;
            if (key == "type" && !inner.get_string().get(text)) {
                if (text == "json_schema")
                    m_shape.contents.add(Content::Schema);
                if (parent == "thinking" && text != "disabled")
                    m_shape.contents.add(Content::Thinking);
            } else if (key == "responseSchema" || key == "responseJsonSchema" || key == "response_schema" ||
                       key == "response_json_schema") {
                m_shape.contents.add(Content::Schema);
            } else if (key == "thinkingConfig" || key == "thinking_config" ||
                       (key == "effort" && parent == "reasoning")) {
                m_shape.contents.add(Content::Thinking);
            } else if (key == "maxOutputTokens" || key == "max_output_tokens" || key == "num_predict") {
                takeLimit(inner);
            } else if (key == "format" && (parent == "text" || parent == "output_config")) {
                if (!readSettings("text.format", inner))
                    return false;
            }
        }
        return true;
    }

    RequestShape m_shape;
    uint64_t m_hash = 0;
    bool m_hashing = false;
    bool m_countKeys = false;
    bool m_isUserTurn = false;
    bool m_turnSeen = false;
};

} // namespace

RequestShape readRequestShape(std::string_view body)
{
    return ShapeReader().read(body);
}

std::string_view sessionOf(const HttpRequestHead &head)
{
    for (const char *name : {"x-claude-code-session-id", "x-session-id", "session-id", "x-session-affinity"}) {
        const std::string_view value = head.headers.get(name);
        if (!value.empty())
            return value.substr(0, 128);
    }
    return {};
}

RoutingFacts gatherFacts(const FactsSource &source, RouteTable::Needs needs, std::string &conversation)
{
    RoutingFacts facts;
    facts.model = source.model;
    facts.project = source.project;
    facts.client = source.client;
    facts.user = source.user;
    facts.tags = source.head.headers.get("x-signalbox-tag");
    if (needs.header)
        facts.header = [head = &source.head](std::string_view name) { return head->headers.get(name); };
    const bool keyFromBody = needs.conversation && source.session.empty();
    const bool look = needs.contents || needs.tokens || keyFromBody;
    if (look && !source.body.empty()) {
        const RequestShape shape = readRequestShape(source.body);
        facts.contents = shape.contents;
        facts.inputTokens = shape.tokens();
        facts.maxOutputTokens = shape.maxOutputTokens;
        if (keyFromBody && !shape.cacheKey.empty())
            conversation = std::string(source.client) + "/key/" + shape.cacheKey;
        else if (keyFromBody && shape.beginning != 0)
            conversation = std::string(source.client) + "/" + std::to_string(shape.beginning);
    }
    if (needs.conversation && !source.session.empty())
        conversation = std::string(source.client) + "/session/" + std::string(source.session);
    facts.conversation = conversation;
    return facts;
}

} // namespace signalbox
