// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/net/ndjson_reader.h"

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::ollama {

// Replies of /api/chat and, for those that pass through, of /api/generate.
//
// A line carries its tool calls whole; Ollama counts their index from 0 in each line, older releases say 0 always, and
// ids are often missing. So each call of a list is one of its own, except what only comes again (the same id, or the
// very same calls once more in the line that ends the stream) and arguments that some servers send as text in pieces:
// those are put together by index and name.
class Decoder final : public ReplyDecoder
{
public:
    Decoder();
    Result<void> feed(std::string_view bytes, ReplySink &sink) override;
    Result<void> finish(ReplySink &sink) override;
    Result<void> whole(std::string_view body, ReplySink &sink) override;

private:
    struct Call { // one that was delivered
        std::string id;
        int64_t index = 0;
        std::string name;
        std::string arguments;
    };

    Result<void> result() const;
    void takeLine(std::string_view line);
    void takeObject(const boost::json::value &root);
    void takeReply(ObjectReader &reader);
    void start(ObjectReader &reader);
    void takeMessage(ObjectReader &reader, std::string_view textKey, Node logprobs, bool last);
    void takeText(ReplyPartKind kind, std::string_view text, Node logprobs);
    void takeImages(ObjectReader &reader);
    void takeCall(const boost::json::value &value, bool last);
    void takeArguments(Call call, Node arguments);
    bool isKnown(const Call &call, bool last) const;
    void takeDone(ObjectReader &reader, const Setting<std::string_view> &reason);
    void openPart(PartStart start);
    void closePart();
    void fail(std::string_view message);
    Node fullLogprobs(Node logprobs);

    NdjsonReader m_reader;
    NdjsonReader::OnLine m_onLine;
    std::array<unsigned char, 8192> m_space;
    boost::json::monotonic_resource m_memory;
    boost::json::parser m_parser;
    LossReport m_report;
    TextPool m_pool;
    boost::json::value m_logprobs;

    ReplySink *m_sink = nullptr; // during a call only
    std::optional<Error> m_error;
    bool m_started = false;
    bool m_over = false; // done or failed: nothing more is read
    std::optional<int> m_open;
    ReplyPartKind m_openKind = ReplyPartKind::Text;
    int m_parts = 0;
    std::vector<Call> m_calls;
};

} // namespace signalbox::ollama
