// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"
#include "tests/fuzz/fuzz_one.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>

using namespace signalbox;

namespace {

// Checks the order of the events and writes them for a Chat client.
class Checker final : public ReplySink
{
public:
    Checker() : m_encoder(openai_chat::codec().replyEncoder({"asked", "req", 1})) {}

    void take(const ReplyEvent &event) override
    {
        if (failed)
            std::abort();
        if (std::holds_alternative<MessageStart>(event) && started)
            std::abort();
        if (const auto *start = std::get_if<PartStart>(&event)) {
            if (!started || start->part != m_next++ || !m_open.insert(start->part).second)
                std::abort();
        } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
            if (m_open.count(delta->part) == 0)
                std::abort();
        } else if (const auto *end = std::get_if<PartEnd>(&event)) {
            if (m_open.erase(end->part) != 1)
                std::abort();
        } else if (const auto *finish = std::get_if<Finish>(&event)) {
            if (!m_finished.insert(finish->choice).second)
                std::abort();
        }
        started = started || std::holds_alternative<MessageStart>(event);
        failed = failed || std::holds_alternative<Failure>(event);
        m_folder.take(event);
        m_encoder->take(event, sent);
    }
    const FoldedReply &reply() const { return m_folder.reply(); }

    std::string sent;
    bool started = false;
    bool failed = false;

private:
    std::unique_ptr<ReplyEncoder> m_encoder;
    ReplyFolder m_folder;
    std::set<int> m_open;
    std::set<int> m_finished;
    int m_next = 0;
};

std::string streamed(std::string_view text, size_t chunk)
{
    Checker checker;
    const auto decoder = openai_chat::codec().replyDecoder();
    std::string error;
    for (size_t at = 0; at < text.size() && error.empty(); at += chunk) {
        if (const auto fed = decoder->feed(text.substr(at, chunk), checker); !fed)
            error = fed.error().code;
    }
    if (error.empty()) {
        if (const auto ended = decoder->finish(checker); !ended)
            error = ended.error().code;
    }
    return checker.sent + '\n' + error;
}

} // namespace

// Any chunking gives the same output; whole replies read and written again stay valid JSON. The first byte chooses the
// size of the chunks.
int fuzzOne(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const std::string_view text(reinterpret_cast<const char *>(data) + 1, size - 1);
    const size_t chunk = data[0] % 16 + 1;
    if (streamed(text, std::max<size_t>(text.size(), 1)) != streamed(text, chunk))
        std::abort();
    Checker checker;
    if (!openai_chat::codec().replyDecoder()->whole(text, checker))
        return 0;
    const std::string body = openai_chat::codec().encodeReply(checker.reply(), {"asked", "req", 1});
    boost::system::error_code code;
    boost::json::parse_options options;
    options.max_depth = 140;
    boost::json::parse(body, code, {}, options);
    if (code)
        std::abort();
    return 0;
}
