// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <memory>
#include <string>

namespace signalbox {

// A reply seen from all sides at once: its events as `Log` shows them, their fold, and what a client is sent for them.
template<class Log>
class EncodingSink final : public ReplySink
{
public:
    EncodingSink(const Codec &client, const ReplyOptions &options) : m_encoder(client.replyEncoder(options)) {}
    void take(const ReplyEvent &event) override
    {
        log.take(event);
        folder.take(event);
        failed = failed || std::holds_alternative<Failure>(event);
        m_encoder->take(event, sent);
    }
    void end()
    {
        if (!failed)
            m_encoder->end(sent);
    }

    Log log;
    ReplyFolder folder;
    std::string sent;
    std::string error; // what reading ended with, for who wants to note it
    bool failed = false;

private:
    std::unique_ptr<ReplyEncoder> m_encoder;
};

} // namespace signalbox
