// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <cstdlib>
#include <string_view>

using namespace signalbox;

// What decodes also encodes, to valid JSON, the same each time, and decodes again; losses have a place in the body.
int fuzzOne(const uint8_t *data, size_t size)
{
    const std::string_view body(reinterpret_cast<const char *>(data), size);
    const Codec &codec = openai_responses::codec();
    LossReport losses;
    const auto conversation = codec.decodeRequest(body, {}, losses);
    if (!conversation)
        return 0;
    const Quirks quirks;
    const EncodeRequestOptions options{conversation->model, quirks};
    const auto encoded = codec.encodeRequest(*conversation, options, losses);
    LossReport again;
    const auto same = codec.encodeRequest(*conversation, options, again);
    if (!encoded || !same || encoded->body != same->body)
        std::abort();
    for (const LossEntry &loss : losses.resolve(conversation->source->root, false)) {
        boost::system::error_code failure;
        if (!conversation->source->root.find_pointer(loss.pointer, failure))
            std::abort();
    }
    boost::system::error_code failure;
    boost::json::parse_options deep;
    deep.max_depth = 256;
    boost::json::parse(encoded->body, failure, {}, deep);
    if (failure)
        std::abort();
    LossReport third;
    if (encoded->body.size() < 65536 && !codec.decodeRequest(encoded->body, {}, third) && body.size() < 4096) {
        // Only depth may stop it: what was nested 128 deep stands deeper after encoding.
        boost::json::parse_options shallow;
        shallow.max_depth = 100;
        boost::json::parse(encoded->body, failure, {}, shallow);
        if (!failure)
            std::abort();
    }
    return 0;
}
