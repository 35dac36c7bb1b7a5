// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/reply_relay.h"

#include <memory>

namespace signalbox {

// Another relay's work, and the reply in canonical form beside it: for replies that pass as they are but of which
// something has to be remembered. Pure; one per attempt.
class TapRelay final : public ReplyRelay
{
public:
    TapRelay(std::unique_ptr<ReplyRelay> inner, std::unique_ptr<ReplyDecoder> decoder);

    Result<void> feed(std::string_view bytes, std::string &out) override;
    Result<void> finish(std::string &out) override;
    Result<std::string> whole(std::string body) override;
    bool fail(const Error &error, std::string &out) override { return m_inner->fail(error, out); }
    const FoldedReply *folded() const override { return m_good ? &m_folder.reply() : nullptr; }

private:
    void readFacts();

    std::unique_ptr<ReplyRelay> m_inner;
    std::unique_ptr<ReplyDecoder> m_decoder;
    ReplyFolder m_folder;
    bool m_good = true; // the decoder has understood everything so far
};

} // namespace signalbox
