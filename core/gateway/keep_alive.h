// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <cstdint>
#include <string_view>

namespace signalbox {

// What a client of this dialect takes as "still there" in the middle of its stream; empty: nothing is. NDJSON has no
// comments and a JSON list is cut anywhere, so Ollama's streams and Gemini's lists cannot be kept alive.
std::string_view keepAliveEvent(Dialect dialect, StreamFraming framing);

// Tells when nothing has been sent for a while, without a look at the clock for each write. Pure.
class SilenceWatch
{
public:
    void sent() { m_sent = true; }
    // Called a few times a second. True: it has been silent for so long; the next time counts from now.
    bool due(int64_t nowNs, int64_t afterNs);

private:
    int64_t m_sinceNs = 0;
    bool m_sent = true;
};

} // namespace signalbox
