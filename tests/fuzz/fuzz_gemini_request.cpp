// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

// The body, after checking that it is JSON; empty when the request was refused.
std::string encode(const Conversation &conversation, std::string_view model, const Quirks &quirks)
{
    LossReport losses;
    const Result<EncodedRequest> encoded =
        gemini::codec().encodeRequest(conversation, EncodeRequestOptions{model, quirks}, losses);
    if (!encoded)
        return {};
    boost::system::error_code code;
    boost::json::parse_options options;
    options.max_depth = 400;
    boost::json::parse(encoded->body, code, {}, options);
    if (code)
        std::abort();
    losses.resolve(conversation.source->root, false, conversation.source->copies);
    return encoded->body;
}

} // namespace

// What was decoded can be encoded, as valid JSON, the same each time; and what was encoded can be decoded again.
int fuzzOne(const uint8_t *data, size_t size)
{
    const std::string_view body(reinterpret_cast<const char *>(data), size);
    DecodeRequestOptions options;
    options.model = "gemini-3-flash";
    LossReport losses;
    const Result<Conversation> conversation = gemini::codec().decodeRequest(body, options, losses);
    if (!conversation)
        return 0;
    losses.resolve(conversation->source->root, false, conversation->source->copies);
    const Quirks quirks;
    Quirks narrow;
    narrow.jsonSchemaTools = false;
    narrow.fileUrls = false;
    const std::string first = encode(*conversation, "gemini-3-flash", quirks);
    if (first != encode(*conversation, "gemini-3-flash", quirks))
        std::abort();
    encode(*conversation, "gemini-2.0-flash", narrow);
    LossReport again;
    if (!first.empty() && !gemini::codec().decodeRequest(first, options, again))
        std::abort();
    return 0;
}
