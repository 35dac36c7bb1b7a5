// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace signalbox;

namespace {

class Sink final : public ReplySink
{
public:
    explicit Sink(ReplyEncoder &encoder) : m_encoder(encoder) {}
    void take(const ReplyEvent &event) override
    {
        folder.take(event);
        m_encoder.take(event, wire);
    }
    ReplyFolder folder;
    std::string wire;

private:
    ReplyEncoder &m_encoder;
};

struct Run {
    std::string wire;
    std::string outcome;
};

Run run(std::string_view stream, size_t chunk)
{
    ReplyOptions options;
    options.model = "m";
    options.requestId = "id";
    options.framing = StreamFraming::JsonArray;
    const std::unique_ptr<ReplyEncoder> encoder = gemini::codec().replyEncoder(options);
    const std::unique_ptr<ReplyDecoder> decoder = gemini::codec().replyDecoder();
    Sink sink(*encoder);
    Run run;
    for (size_t at = 0; at < stream.size() && run.outcome.empty(); at += chunk) {
        if (const Result<void> fed = decoder->feed(stream.substr(at, chunk), sink); !fed)
            run.outcome = fed.error().code;
    }
    if (run.outcome.empty()) {
        if (const Result<void> finished = decoder->finish(sink); !finished)
            run.outcome = finished.error().code;
        else if (!sink.folder.reply().failure)
            encoder->end(sink.wire);
        boost::system::error_code code;
        boost::json::parse_options parse;
        parse.max_depth = 400;
        if (run.outcome.empty())
            boost::json::parse(sink.wire, code, {}, parse);
        if (code)
            std::abort();
    }
    run.wire = sink.wire;
    return run;
}

} // namespace

// Any chunking gives the same output, and what ended well is valid JSON. The first byte chooses the size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t chunk = data[0] % 16 + 1;
    const std::string_view stream(reinterpret_cast<const char *>(data) + 1, size - 1);
    const Run whole = run(stream, std::max<size_t>(stream.size(), 1));
    const Run pieces = run(stream, chunk);
    if (whole.wire != pieces.wire || whole.outcome != pieces.outcome)
        std::abort();
    ReplyFolder folder;
    (void)gemini::codec().replyDecoder()->whole(stream, folder);
    (void)gemini::codec().readError(500, stream);
    return 0;
}
