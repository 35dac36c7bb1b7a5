// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <array>
#include <cstdlib>

using namespace signalbox;

namespace {

constexpr std::array thinkingFormats = {
    "openai",    "openrouter", "deepseek", "zai",     "qwen", "together", "qwen-chat-template",
    "anthropic", "gemini",     "baseten",  "mistral", "none"};

Quirks quirksOf(uint8_t choice)
{
    Quirks quirks;
    quirks.thinking = thinkingFormats[choice % thinkingFormats.size()];
    quirks.customTools = (choice & 1U) != 0;
    quirks.replayReasoning = (choice & 2U) != 0;
    quirks.shortToolIds = (choice & 4U) != 0;
    quirks.cacheControl = (choice & 8U) != 0;
    return quirks;
}

} // namespace

// What was decoded is encoded as valid JSON with a result behind each call, and decodes again. The first byte chooses
// the provider's quirks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const Quirks quirks = quirksOf(data[0]);
    const std::string_view body(reinterpret_cast<const char *>(data) + 1, size - 1);
    const Codec &codec = openai_chat::codec();
    LossReport losses;
    const auto conversation = codec.decodeRequest(body, {}, losses);
    if (!conversation)
        return 0;
    const auto request = codec.encodeRequest(*conversation, {"m", quirks}, losses);
    if (!request)
        std::abort();
    losses.resolve(conversation->source->root, false);
    boost::system::error_code code;
    boost::json::parse_options options;
    options.max_depth = 140; // a native part stands deeper in its new place
    const boost::json::value sent = boost::json::parse(request->body, code, {}, options);
    if (code)
        std::abort();
    size_t calls = 0;
    size_t results = 0;
    for (const boost::json::value &message : sent.at("messages").as_array()) {
        if (const boost::json::value *list = message.as_object().if_contains("tool_calls"))
            calls += list->as_array().size();
        results += message.as_object().contains("tool_call_id") ? 1U : 0U;
    }
    if (calls != results)
        std::abort();
    return 0;
}
