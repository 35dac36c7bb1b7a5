// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/dialect/reply_relay.h"
#include "core/net/sse_reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_chat {

// A provider's event stream on its way to a client of the same dialect: events pass byte for byte, but only whole ones,
// so that a stream that dies never leaves half an event behind. Usage is read in passing. Pure; one per stream.
class StreamRelay final : public ReplyRelay
{
public:
    // `hideUsage`: the usage chunk was our wish, not the client's, and is kept back.
    explicit StreamRelay(bool hideUsage);

    Result<void> feed(std::string_view bytes, std::string &out) override;
    // Error stream_incomplete: neither [DONE] nor a finish_reason was seen.
    Result<void> finish(std::string &out) override;
    Result<std::string> whole(std::string body) override;

private:
    void take(const SseEvent &event, std::string &out);

    SseReader m_sse;
    std::optional<Error> m_broken;
    bool m_hideUsage;
    bool m_finished = false;
};

} // namespace signalbox::openai_chat
