// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

namespace signalbox {

// UUID version 7 (RFC 9562 section 5.7): sorts by the time it was made. Within one thread ids never go back,
// even when the wall clock does. Callable from any thread.
std::string makeUuid7(int64_t wallMs);

// W3C trace context ids (lower-case hex): 32 and 16 characters, never all zero.
std::string makeTraceId();
std::string makeSpanId();

} // namespace signalbox
