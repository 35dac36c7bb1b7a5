// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/embeddings.h"
#include "core/dialect/reply_relay.h"

namespace signalbox {

// Replies that are one JSON document: embeddings, translated or not, and counts. Pure; one per attempt.
class EmbeddingRelay final : public ReplyRelay
{
public:
    // The bytes pass; usage is read when `codec` is given.
    explicit EmbeddingRelay(const EmbeddingCodec *codec) : m_provider(codec) {}
    // `request` and what `options` view must outlive this.
    EmbeddingRelay(const EmbeddingCodec *provider, const EmbeddingCodec *client, const EmbeddingRequest *request,
                   ReplyOptions options)
        : m_provider(provider), m_client(client), m_request(request), m_options(std::move(options))
    {
    }

    Result<void> feed(std::string_view bytes, std::string &out) override;
    Result<void> finish(std::string &out) override;
    Result<std::string> whole(std::string body) override;

private:
    const EmbeddingCodec *m_provider;
    const EmbeddingCodec *m_client = nullptr;
    const EmbeddingRequest *m_request = nullptr;
    ReplyOptions m_options;
};

} // namespace signalbox
