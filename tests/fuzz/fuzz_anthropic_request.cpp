// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <string_view>

using namespace signalbox;

namespace {

std::string encoded(const Conversation &conversation, bool midSystem)
{
    Quirks quirks;
    quirks.midSystem = midSystem;
    LossReport losses;
    const EncodeRequestOptions options{"claude-sonnet-4-5", quirks};
    const Result<EncodedRequest> request = anthropic::codec().encodeRequest(conversation, options, losses);
    if (!request)
        std::abort();
    losses.resolve(conversation.source->root, false);
    return request->body;
}

} // namespace

// What can be read can be written: as valid JSON, twice the same, and it can be read again.
int fuzzOne(const uint8_t *data, size_t size)
{
    LossReport losses;
    const std::string_view text(reinterpret_cast<const char *>(data), size);
    const Result<Conversation> conversation = anthropic::codec().decodeRequest(text, {"/v1/messages", {}}, losses);
    if (!conversation)
        return 0;
    for (const bool midSystem : {false, true}) {
        const std::string body = encoded(*conversation, midSystem);
        boost::system::error_code failure;
        boost::json::parse_options options;
        options.max_depth = 200;
        boost::json::parse(body, failure, {}, options);
        if (failure || body != encoded(*conversation, midSystem))
            std::abort();
    }
    return 0;
}
