// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <string>
#include <string_view>

namespace signalbox {

// What a model wrote, out of the bytes of a reply as its client got it: one JSON document, a JSON list, lines of JSON,
// or server-sent events. The first choice alone, without thinking and tool calls. What cannot be read is left out: the
// end of a stream may be cut off. Pure.
std::string completionText(Dialect dialect, std::string_view reply);

} // namespace signalbox
