// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/codec.h"
#include "core/net/sse_reader.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

class Encoding final : public ReplySink
{
public:
    Encoding()
    {
        ReplyOptions options;
        options.requestId = "fuzz";
        encoder = openai_responses::codec().replyEncoder(options);
    }
    void take(const ReplyEvent &event) override
    {
        if (over)
            std::abort(); // nothing may follow a failure
        over = std::holds_alternative<Failure>(event);
        finished = finished || std::holds_alternative<Finish>(event);
        folder.take(event);
        encoder->take(event, out);
    }
    std::unique_ptr<ReplyEncoder> encoder;
    ReplyFolder folder;
    std::string out;
    bool over = false;
    bool finished = false;
};

std::string streamed(std::string_view text, size_t chunk)
{
    Encoding sink;
    const auto decoder = openai_responses::codec().replyDecoder();
    Result<void> state;
    for (size_t at = 0; at < text.size() && state; at += chunk)
        state = decoder->feed(text.substr(at, chunk), sink);
    if (state)
        state = decoder->finish(sink);
    if (state && !sink.over && !sink.finished)
        std::abort(); // an end without an end mark
    if (!sink.over) {
        if (state)
            sink.encoder->end(sink.out);
        else
            sink.take(Failure{state.error()});
    }
    return sink.out;
}

void checkWire(std::string_view wire)
{
    SseReader reader;
    const auto check = [](const SseEvent &event) {
        boost::system::error_code failure;
        boost::json::parse_options options;
        options.max_depth = 256;
        boost::json::parse(event.data, failure, {}, options);
        if (failure)
            std::abort();
    };
    if (!reader.feed(wire, check) || !reader.finish(check))
        std::abort();
}

} // namespace

// Any chunking gives the same stream for the client, each of its events is JSON, and a whole reply encodes to JSON.
// The first byte chooses the size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t chunk = data[0] % 16 + 1;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    const std::string wire = streamed(text, std::max<size_t>(text.size(), 1));
    if (wire != streamed(text, chunk))
        std::abort();
    checkWire(wire);
    Encoding whole;
    if (openai_responses::codec().replyDecoder()->whole(text, whole)) {
        boost::system::error_code failure;
        boost::json::parse_options options;
        options.max_depth = 256;
        boost::json::parse(openai_responses::codec().encodeReply(whole.folder.reply(), {}), failure, {}, options);
        if (failure)
            std::abort();
    }
    return 0;
}
