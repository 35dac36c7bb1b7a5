// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/request_counter.h"

#include "core/tokens/media_rules.h"
#include "core/tokens/request_hash.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace signalbox {

namespace {

constexpr int64_t openAiPerMessage = 3 + 1; // and its role
constexpr int64_t openAiPerName = 1;
constexpr int64_t openAiReply = 3;
constexpr int64_t otherPerMessage = 4;
constexpr int64_t perToolCall = 8; // its id and marks; nobody publishes it
constexpr int64_t anthropicTools = 346;
constexpr int64_t anthropicToolsDemanded = 313;
constexpr size_t bytesPerEncryptedToken = 6; // of base64; what an encrypted block holds nobody can tell
constexpr size_t sliceBytes = 1024;

// Up to a border between characters.
size_t borderAt(std::string_view text, size_t at)
{
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0U) == 0x80)
        ++at;
    return std::min(at, text.size());
}

std::string_view withoutPeriod(std::string_view text)
{
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string_view memberText(const boost::json::object &object, std::string_view key)
{
    const boost::json::value *value = object.if_contains(key);
    return value && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

} // namespace

int64_t RequestTokens::total(const TokenFamily &family) const
{
    return std::llround(static_cast<double>(text) * family.factor) + other;
}

RequestTokens &RequestTokens::operator+=(const RequestTokens &more)
{
    text += more.text;
    other += more.other;
    guessed = guessed || more.guessed;
    bytesRead += more.bytesRead;
    return *this;
}

Bpe &RequestCounter::bpe()
{
    const bool large = m_family.vocabulary == VocabularyId::O200k;
    std::unique_ptr<Bpe> &one = large ? m_o200k : m_cl100k;
    if (!one)
        one = std::make_unique<Bpe>(Vocabulary::of(m_family.vocabulary));
    return *one;
}

void RequestCounter::begin(const TokenFamily &family, size_t bytes)
{
    m_family = family;
    m_stride = bytes > mostText ? (bytes + mostText - 1) / mostText : 1;
}

void RequestCounter::addText(RequestTokens &sum, std::string_view text)
{
    if (m_stride == 1 || text.size() <= 2 * sliceBytes) {
        sum.text += bpe().count(text);
        sum.bytesRead += text.size();
        return;
    }
    size_t read = 0;
    int64_t tokens = 0;
    for (size_t at = 0; at < text.size(); at += sliceBytes * m_stride) {
        const size_t from = borderAt(text, at);
        const std::string_view slice =
            text.substr(from, borderAt(text, std::min(text.size(), from + sliceBytes)) - from);
        tokens += bpe().count(slice);
        read += slice.size();
    }
    sum.text += std::llround(static_cast<double>(tokens) * static_cast<double>(text.size()) /
                             static_cast<double>(std::max<size_t>(read, 1)));
    sum.bytesRead += read;
    sum.guessed = true;
}

void RequestCounter::addJson(RequestTokens &sum, const boost::json::value &value)
{
    addText(sum, boost::json::serialize(value));
    sum.guessed = true;
}

void RequestCounter::addMedia(RequestTokens &sum, const MediaPart &media)
{
    if (!media.plainText.empty())
        return addText(sum, media.plainText);
    MediaBytes bytes;
    bytes.base64 = media.source.data;
    bytes.detail = media.detail;
    switch (media.kind) {
    case MediaPart::Kind::Image:
        bytes.kind = MediaKind::Image;
        break;
    case MediaPart::Kind::Audio:
        bytes.kind = MediaKind::Audio;
        break;
    case MediaPart::Kind::Video:
        bytes.kind = MediaKind::Video;
        break;
    case MediaPart::Kind::Document:
        bytes.kind = MediaKind::Document;
        break;
    }
    const MediaTokens tokens = mediaTokens(m_family, bytes);
    sum.other += tokens.tokens;
    sum.guessed = sum.guessed || tokens.guessed;
}

void RequestCounter::addPart(RequestTokens &sum, const Part &part)
{
    if (const auto *text = part.as<TextPart>())
        return addText(sum, text->text);
    if (const auto *media = part.as<MediaPart>())
        return addMedia(sum, *media);
    if (const auto *refusal = part.as<RefusalPart>())
        return addText(sum, refusal->text);
    if (const auto *result = part.as<ToolResultPart>()) {
        sum.other += m_family.vendor == TokenVendor::OpenAi ? openAiPerMessage : otherPerMessage;
        for (const Part &inner : result->content)
            addPart(sum, inner);
        return;
    }
    sum.guessed = true;
    if (const auto *call = part.as<ToolCallPart>()) {
        addText(sum, call->name);
        addText(sum, call->arguments);
        sum.other += perToolCall;
    } else if (const auto *thinking = part.as<ThinkingPart>()) {
        addText(sum, thinking->text);
        if (thinking->redacted || thinking->encrypted)
            sum.other += static_cast<int64_t>(thinking->signature.size() / bytesPerEncryptedToken);
    } else if (const auto *native = part.as<NativePart>(); native && native->value) {
        addJson(sum, *native->value);
    }
}

RequestTokens RequestCounter::messageTokens(const Message &message)
{
    RequestTokens sum;
    const bool openAi = m_family.vendor == TokenVendor::OpenAi;
    const bool onlyResults =
        !message.parts.empty() && std::all_of(message.parts.begin(), message.parts.end(),
                                              [](const Part &part) { return part.as<ToolResultPart>() != nullptr; });
    if (!onlyResults) // each result is a message of its own
        sum.other += openAi ? openAiPerMessage : otherPerMessage;
    if (!message.name.empty()) {
        addText(sum, message.name);
        sum.other += openAi ? openAiPerName : 0;
    }
    for (const Part &part : message.parts)
        addPart(sum, part);
    return sum;
}

// The cookbook's rule knows one level of properties; what is deeper counts as its JSON text.
void RequestCounter::addOpenAiFunction(RequestTokens &sum, const Tool &tool)
{
    sum.other += m_family.vocabulary == VocabularyId::O200k ? 7 : 10;
    m_scratch = std::string(tool.name) + ":" + std::string(withoutPeriod(tool.description));
    addText(sum, m_scratch);
    if (!tool.schema || !tool.schema->is_object())
        return;
    const boost::json::value *properties = tool.schema->get_object().if_contains("properties");
    if (!properties || !properties->is_object() || properties->get_object().empty())
        return;
    sum.other += 3;
    for (const boost::json::key_value_pair &property : properties->get_object()) {
        sum.other += 3;
        if (!property.value().is_object())
            continue;
        const boost::json::object &facts = property.value().get_object();
        if (const boost::json::value *values = facts.if_contains("enum"); values && values->is_array()) {
            sum.other -= 3;
            for (const boost::json::value &value : values->get_array()) {
                sum.other += 3;
                if (value.is_string())
                    addText(sum, std::string_view(value.get_string()));
            }
        }
        const std::string_view type = memberText(facts, "type");
        m_scratch = std::string(property.key()) + ":" + std::string(type) + ":" +
                    std::string(withoutPeriod(memberText(facts, "description")));
        addText(sum, m_scratch);
        for (const char *deeper : {"properties", "items", "anyOf", "oneOf", "allOf"}) {
            if (const boost::json::value *inner = facts.if_contains(deeper))
                addJson(sum, *inner);
        }
    }
}

RequestTokens RequestCounter::toolTokens(const Conversation &conversation)
{
    RequestTokens sum;
    const bool openAi = m_family.vendor == TokenVendor::OpenAi;
    bool functions = false;
    for (const Tool &tool : conversation.tools) {
        if (openAi && tool.kind == Tool::Kind::Function) {
            addOpenAiFunction(sum, tool);
            functions = true;
            continue;
        }
        sum.other += perToolCall;
        addText(sum, tool.name);
        addText(sum, tool.description);
        for (const Node node : {tool.schema, tool.format, tool.native}) {
            if (node)
                addJson(sum, *node);
        }
    }
    if (functions)
        sum.other += 12;
    if (m_family.vendor == TokenVendor::Anthropic && !conversation.tools.empty()) {
        const auto &choice = conversation.settings.toolChoice;
        const bool demanded =
            choice && (choice->mode == ToolChoice::Mode::Required || choice->mode == ToolChoice::Mode::Named);
        sum.other += demanded ? anthropicToolsDemanded : anthropicTools;
    }
    const auto &output = conversation.settings.output;
    if (output && output->schema)
        addJson(sum, *output->schema);
    return sum;
}

RequestTokens RequestCounter::memoTools(const Conversation &conversation, uint64_t seed)
{
    const auto &output = conversation.settings.output;
    if (conversation.tools.empty() && !(output && output->schema))
        return {};
    const uint64_t key = hashTools(seed, conversation);
    if (const RequestTokens *known = m_memo.find(key))
        return *known;
    RequestTokens sum = toolTokens(conversation);
    RequestTokens kept = sum;
    kept.bytesRead = 0;
    m_memo.put(key, kept);
    return sum;
}

RequestTokens RequestCounter::count(const Conversation &conversation, const TokenFamily &family)
{
    const std::vector<Message> &messages = conversation.messages;
    std::vector<uint64_t> hashes;
    hashes.reserve(messages.size());
    const uint64_t seed = familySeed(family);
    for (const Message &message : messages)
        hashes.push_back(hashMessage(hashes.empty() ? seed : hashes.back(), message));

    RequestTokens sum;
    size_t known = messages.size();
    while (known > 0) {
        if (const RequestTokens *prefix = m_memo.find(hashes[known - 1])) {
            sum = *prefix;
            break;
        }
        --known;
    }
    size_t bytes = 0;
    for (size_t i = known; i < messages.size(); ++i)
        bytes += textBytes(messages[i]);
    begin(family, bytes);
    const size_t instructions = conversation.leadingInstructions();
    for (size_t i = known; i < messages.size(); ++i) {
        sum += messageTokens(messages[i]);
        // What other requests will begin with: the instructions, all that was said, and all but the last.
        if (i + 1 == instructions || i + 2 >= messages.size()) {
            RequestTokens kept = sum;
            kept.bytesRead = 0;
            m_memo.put(hashes[i], kept);
        }
    }
    m_stride = 1;
    sum += memoTools(conversation, seed);
    sum.other += family.vendor == TokenVendor::OpenAi ? openAiReply : 0;
    return sum;
}

RequestTokens RequestCounter::countText(std::string_view text, const TokenFamily &family)
{
    begin(family, text.size());
    RequestTokens sum;
    addText(sum, text);
    return sum;
}

} // namespace signalbox
