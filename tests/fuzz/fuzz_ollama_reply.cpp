// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

using namespace signalbox;

namespace {

void check(bool holds)
{
    if (!holds)
        std::abort();
}

// Encodes for a client and watches the order of the events.
class Client final : public ReplySink
{
public:
    Client() : m_encoder(ollama::codec().replyEncoder(options())) {}
    void take(const ReplyEvent &event) override
    {
        check(!m_over);
        if (const auto *start = std::get_if<PartStart>(&event)) {
            check(start->part == m_parts++ && m_open < 0);
            m_open = start->part;
        } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
            check(delta->part == m_open);
        } else if (const auto *end = std::get_if<PartEnd>(&event)) {
            check(end->part == m_open);
            m_open = -1;
        } else if (std::holds_alternative<Finish>(event)) {
            check(m_open < 0);
            m_over = true;
        } else if (std::holds_alternative<Failure>(event)) {
            m_over = true;
        }
        m_encoder->take(event, m_out);
    }
    std::string finished()
    {
        m_encoder->end(m_out);
        return std::move(m_out);
    }

private:
    static ReplyOptions options()
    {
        ReplyOptions options;
        options.model = "m";
        options.requestId = "id";
        return options;
    }
    std::unique_ptr<ReplyEncoder> m_encoder;
    std::string m_out;
    int m_parts = 0;
    int m_open = -1;
    bool m_over = false;
};

std::string relayed(std::string_view stream, size_t chunk)
{
    Client client;
    const auto decoder = ollama::codec().replyDecoder();
    Result<void> result;
    for (size_t at = 0; result && at < stream.size(); at += chunk)
        result = decoder->feed(stream.substr(at, chunk), client);
    if (result)
        result = decoder->finish(client);
    std::string out = client.finished();
    for (size_t begin = 0; begin < out.size();) {
        const size_t end = out.find('\n', begin);
        check(end != std::string::npos);
        boost::system::error_code failure;
        boost::json::parse_options options;
        options.max_depth = 160;
        boost::json::parse(std::string_view(out).substr(begin, end - begin), failure, {}, options);
        check(!failure);
        begin = end + 1;
    }
    return out + (result ? std::string() : result.error().code);
}

} // namespace

// Any chunking gives the same lines, all of them valid. The first byte chooses the size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const size_t chunk = data[0] % 16 + 1;
    const std::string_view stream(reinterpret_cast<const char *>(data) + 1, size - 1);
    check(relayed(stream, std::max<size_t>(stream.size(), 1)) == relayed(stream, chunk));
    Client client;
    const auto decoder = ollama::codec().replyDecoder();
    static_cast<void>(decoder->whole(stream, client));
    ollama::codec().readError(500, stream);
    static_cast<void>(ollama::embeddingCodec().decodeReply(stream));
    return 0;
}
