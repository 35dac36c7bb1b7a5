// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/openai_chat/reply_reader.h"
#include "core/net/sse_reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// A provider's event stream on its way to a client of the same dialect: events pass byte for byte, but only whole ones,
// so that a stream that dies never leaves half an event behind. Usage is read in passing. Pure; one per stream.
class StreamRelay
{
public:
    // `hideUsage`: the usage chunk was our wish, not the client's, and is kept back.
    explicit StreamRelay(bool hideUsage);

    // Appends to `out` what may go to the client. Errors: reply_invalid (an event that is not JSON; what came before it
    // is in `out`), event_too_large.
    Result<void> feed(std::string_view bytes, std::string &out);
    // The provider ended the stream. Error stream_incomplete: neither [DONE] nor a finish_reason was seen.
    Result<void> finish(std::string &out);

    bool sawContent() const { return m_sawContent; }
    bool isDone() const { return m_done; }                              // [DONE] has been appended to `out`
    const std::optional<std::string> &error() const { return m_error; } // the provider's error event has been appended
    const TokenUsage &usage() const { return m_usage; }
    int64_t contentEvents() const { return m_contentEvents; }

private:
    void take(const SseEvent &event, std::string &out);

    SseReader m_sse;
    ReplyReader m_reader;
    TokenUsage m_usage;
    std::optional<std::string> m_error;
    std::optional<Error> m_broken;
    int64_t m_contentEvents = 0;
    bool m_hideUsage;
    bool m_sawContent = false;
    bool m_finished = false;
    bool m_done = false;
};

} // namespace signalbox::openai_chat
