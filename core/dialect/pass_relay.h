// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/reply_relay.h"
#include "core/net/ndjson_reader.h"
#include "core/net/sse_reader.h"

#include <memory>

namespace signalbox {

// Notes what the events of a reply say beside their content.
class FactsSink final : public ReplySink
{
public:
    void take(const ReplyEvent &event) override;

    TokenUsage usage;
    std::optional<Error> failure;
    int64_t contentEvents = 0;
    bool sawContent = false;
    bool finished = false;
};

// Same dialect on both sides: bytes pass as they are, cut at event borders, while the dialect's own decoder reads
// usage, content and errors in passing. Pure; one per attempt.
class PassRelay final : public ReplyRelay
{
public:
    PassRelay(std::unique_ptr<ReplyDecoder> decoder, StreamFraming framing);

    Result<void> feed(std::string_view bytes, std::string &out) override;
    Result<void> finish(std::string &out) override;
    Result<std::string> whole(std::string body) override;

private:
    Result<void> takeEvent(std::string_view raw, std::string &out);
    void readFacts();

    std::unique_ptr<ReplyDecoder> m_decoder;
    FactsSink m_sink;
    StreamFraming m_framing;
    SseReader m_sse;
    NdjsonReader m_lines;
    std::optional<Error> m_broken;
};

} // namespace signalbox
