// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/embedding_relay.h"

namespace signalbox {

Result<void> EmbeddingRelay::feed(std::string_view, std::string &)
{
    return Error{"reply_invalid", "The provider streams where one document was asked for.", 502};
}

Result<void> EmbeddingRelay::finish(std::string &)
{
    return {};
}

Result<std::string> EmbeddingRelay::whole(std::string body)
{
    if (!m_provider)
        return body;
    auto reply = m_provider->decodeReply(body);
    if (!reply)
        return m_client ? Result<std::string>(reply.error()) : Result<std::string>(std::move(body));
    m_facts.usage = reply->usage;
    return m_client ? m_client->encodeReply(*reply, *m_request, m_options) : std::move(body);
}

} // namespace signalbox
