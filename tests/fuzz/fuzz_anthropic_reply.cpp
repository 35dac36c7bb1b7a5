// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

using namespace signalbox;

namespace {

class EncodingSink final : public ReplySink
{
public:
    EncodingSink() : m_encoder(anthropic::codec().replyEncoder({"model", "request"})) {}
    void take(const ReplyEvent &event) override
    {
        folder.take(event);
        m_encoder->take(event, out);
    }
    std::string out;
    ReplyFolder folder;

private:
    std::unique_ptr<ReplyEncoder> m_encoder;
};

std::string run(std::string_view text, size_t chunk)
{
    EncodingSink sink;
    const std::unique_ptr<ReplyDecoder> decoder = anthropic::codec().replyDecoder();
    Result<void> fed;
    for (size_t at = 0; at < text.size() && fed; at += chunk)
        fed = decoder->feed(text.substr(at, chunk), sink);
    const Result<void> finished = fed ? decoder->finish(sink) : fed;
    const std::string body = anthropic::codec().encodeReply(sink.folder.reply(), {"model", "request"});
    boost::system::error_code failure;
    boost::json::parse_options options;
    options.max_depth = 200;
    boost::json::parse(body, failure, {}, options);
    if (failure)
        std::abort();
    return sink.out + body + (finished ? "" : finished.error().code);
}

} // namespace

// Any chunking gives the same reply, and the whole reply is valid JSON. The first byte chooses the size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    if (run(text, std::max<size_t>(text.size(), 1)) != run(text, data[0] % 16 + 1))
        std::abort();
    EncodingSink sink;
    (void)anthropic::codec().replyDecoder()->whole(text, sink);
    return 0;
}
