// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/base/token_usage.h"
#include "core/dialect/loss_report.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

struct FoldedReply;

// One provider's reply on its way to the client: bytes in, bytes out, and what they say read in passing. Pure; one per
// attempt. Three kinds: openai_chat::StreamRelay and PassRelay leave the bytes as they are, TranslatingRelay makes new
// ones.
class ReplyRelay
{
public:
    virtual ~ReplyRelay() = default;

    // Streamed: appends to `out` what may go to the client, whole events only. Errors: reply_invalid (what came before
    // it is in `out`), event_too_large.
    virtual Result<void> feed(std::string_view bytes, std::string &out) = 0;
    // The provider ended the stream. Error stream_incomplete: its end mark is missing.
    virtual Result<void> finish(std::string &out) = 0;
    // A whole reply: what the client gets instead of it. Errors: reply_invalid, provider_error (a 200 that hides one).
    virtual Result<std::string> whole(std::string body) = 0;
    // The stream breaks off: appends the client's own error event. false: this relay leaves that to the caller.
    virtual bool fail(const Error &error, std::string &out);

    bool sawContent() const { return m_facts.sawContent; }
    bool isDone() const { return m_facts.done; }                              // the end mark is in `out`
    const std::optional<std::string> &error() const { return m_facts.error; } // the provider's, told in `out`
    const TokenUsage &usage() const { return m_facts.usage; }
    int64_t contentEvents() const { return m_facts.contentEvents; }
    virtual std::vector<LossEntry> losses() const { return {}; }
    // The whole reply in canonical form, after finish() or whole(); nullptr where nobody keeps it.
    virtual const FoldedReply *folded() const { return nullptr; }
    // The same as the client was told it (signatures tagged); nullptr where nobody keeps it.
    virtual const FoldedReply *shown() const { return nullptr; }

protected:
    struct Facts {
        TokenUsage usage;
        std::optional<std::string> error;
        int64_t contentEvents = 0;
        bool sawContent = false;
        bool done = false;
    };
    Facts m_facts;
};

} // namespace signalbox
