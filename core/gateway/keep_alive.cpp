// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/keep_alive.h"

namespace signalbox {

std::string_view keepAliveEvent(Dialect dialect, StreamFraming framing)
{
    if (framing != StreamFraming::Sse || dialect == Dialect::Ollama)
        return {};
    // Anthropic's own clients count its ping event, not comments.
    if (dialect == Dialect::Anthropic)
        return "event: ping\ndata: {\"type\": \"ping\"}\n\n";
    return ": keep-alive\n\n";
}

bool SilenceWatch::due(int64_t nowNs, int64_t afterNs)
{
    if (m_sent) {
        m_sent = false;
        m_sinceNs = nowNs;
        return false;
    }
    if (nowNs - m_sinceNs < afterNs)
        return false;
    m_sinceNs = nowNs;
    return true;
}

} // namespace signalbox
