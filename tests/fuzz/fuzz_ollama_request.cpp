// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <string_view>

using namespace signalbox;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

std::string encoded(const Conversation &conversation)
{
    const Quirks quirks;
    LossReport losses;
    const auto request = ollama::codec().encodeRequest(conversation, {"m", quirks}, losses);
    losses.resolve(conversation.source->root, false);
    if (!request)
        return {};
    boost::system::error_code failure;
    boost::json::parse_options options;
    options.max_depth = 160;
    boost::json::parse(request->body, failure, {}, options);
    check(!failure);
    return request->body;
}

} // namespace

// What was decoded encodes to valid JSON, the same each time, and that decodes again. The first byte chooses the call.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view body(reinterpret_cast<const char *>(data) + 1, size - 1);
    const char *path = data[0] % 2 ? "/api/generate" : "/api/chat";
    LossReport losses;
    const auto conversation = ollama::codec().decodeRequest(body, {path, {}, false}, losses);
    if (!conversation) {
        check(conversation.error().httpStatus == 400 && !conversation.error().message.empty());
        return 0;
    }
    for (const LossEntry &entry : losses.resolve(conversation->source->root, false))
        check(entry.pointer.starts_with('/'));
    const std::string request = encoded(*conversation);
    check(encoded(*conversation) == request);
    if (request.empty())
        return 0;
    LossReport none;
    const auto again = ollama::codec().decodeRequest(request, {"/api/chat", {}, false}, none);
    check(again || again.error().code == "json_invalid"); // a schema may have been at the limit of depth
    if (again)
        check(!encoded(*again).empty());
    return 0;
}
