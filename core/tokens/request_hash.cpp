// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/request_hash.h"

#include <boost/json.hpp>

#include <algorithm>
#include <bit>

namespace signalbox {

namespace {

// Of long base64 the head, which has the size of an image, and the tail.
constexpr size_t mediaHead = 4096;
constexpr size_t mediaTail = 64;

uint64_t join(uint64_t seed, uint64_t value)
{
    seed = (seed ^ value) * 0x9e3779b97f4a7c15ULL;
    return seed ^ (seed >> 32U);
}

uint64_t join(uint64_t seed, std::string_view text)
{
    return join(seed, tokenHash(text));
}

uint64_t join(uint64_t seed, const boost::json::value &value)
{
    seed = join(seed, static_cast<uint64_t>(value.kind()));
    if (value.is_string())
        return join(seed, std::string_view(value.get_string()));
    if (value.is_array()) {
        for (const boost::json::value &item : value.get_array())
            seed = join(seed, item);
    } else if (value.is_object()) {
        for (const boost::json::key_value_pair &member : value.get_object())
            seed = join(join(seed, std::string_view(member.key())), member.value());
    } else if (value.is_bool()) {
        seed = join(seed, uint64_t{value.get_bool()});
    } else if (value.is_double()) {
        seed = join(seed, std::bit_cast<uint64_t>(value.get_double()));
    } else if (value.is_int64()) {
        seed = join(seed, static_cast<uint64_t>(value.get_int64()));
    } else if (value.is_uint64()) {
        seed = join(seed, value.get_uint64());
    }
    return seed;
}

uint64_t joinPart(uint64_t seed, const Part &part)
{
    seed = join(seed, part.value.index());
    if (const auto *text = part.as<TextPart>())
        return join(seed, text->text);
    if (const auto *call = part.as<ToolCallPart>())
        return join(join(seed, call->name), call->arguments);
    if (const auto *thinking = part.as<ThinkingPart>())
        return join(join(seed, thinking->text), thinking->signature.size());
    if (const auto *refusal = part.as<RefusalPart>())
        return join(seed, refusal->text);
    if (const auto *native = part.as<NativePart>())
        return native->value ? join(seed, *native->value) : seed;
    if (const auto *media = part.as<MediaPart>()) {
        const std::string_view data = media->source.data;
        seed = join(join(seed, static_cast<uint64_t>(media->kind)), data.size());
        seed = join(join(seed, data.substr(0, mediaHead)), data.substr(data.size() - std::min(data.size(), mediaTail)));
        return join(join(seed, media->detail), media->plainText);
    }
    if (const auto *result = part.as<ToolResultPart>()) {
        for (const Part &inner : result->content)
            seed = joinPart(seed, inner);
    }
    return seed;
}

size_t partBytes(const Part &part)
{
    if (const auto *text = part.as<TextPart>())
        return text->text.size();
    if (const auto *call = part.as<ToolCallPart>())
        return call->arguments.size();
    if (const auto *thinking = part.as<ThinkingPart>())
        return thinking->text.size();
    if (const auto *media = part.as<MediaPart>())
        return media->plainText.size();
    size_t bytes = 0;
    if (const auto *result = part.as<ToolResultPart>()) {
        for (const Part &inner : result->content)
            bytes += partBytes(inner);
    }
    return bytes;
}

} // namespace

uint64_t familySeed(const TokenFamily &family)
{
    uint64_t seed = join(static_cast<uint64_t>(family.vocabulary) + 1, static_cast<uint64_t>(family.vendor));
    seed = join(seed, static_cast<uint64_t>(family.image.kind) << 48U |
                          static_cast<uint64_t>(family.image.base) << 24U | static_cast<uint64_t>(family.image.each));
    return join(seed, std::bit_cast<uint64_t>(family.image.factor));
}

uint64_t hashMessage(uint64_t seed, const Message &message)
{
    seed = join(join(seed, static_cast<uint64_t>(message.role)), message.name);
    seed = join(seed, message.parts.size());
    for (const Part &part : message.parts)
        seed = joinPart(seed, part);
    return seed;
}

uint64_t hashTools(uint64_t seed, const Conversation &conversation)
{
    seed = join(seed, std::string_view("tools"));
    for (const Tool &tool : conversation.tools) {
        seed = join(join(join(seed, static_cast<uint64_t>(tool.kind)), tool.name), tool.description);
        for (const Node node : {tool.schema, tool.format, tool.native}) {
            if (node)
                seed = join(seed, *node);
        }
    }
    const auto &choice = conversation.settings.toolChoice;
    seed = join(seed, choice ? static_cast<uint64_t>(choice->mode) + 1 : 0);
    const auto &output = conversation.settings.output;
    return output && output->schema ? join(seed, *output->schema) : seed;
}

size_t textBytes(const Message &message)
{
    size_t bytes = 0;
    for (const Part &part : message.parts)
        bytes += partBytes(part);
    return bytes;
}

} // namespace signalbox
