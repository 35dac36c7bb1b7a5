// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace signalbox {

// Parses strict JSON, order kept. Errors: code "config_invalid"; `line 3, column 7: …` for broken text, and
// `/pointer: …` for an object that has a key twice (Boost.JSON alone would keep the last one in silence).
Result<boost::json::value> parseStrictJson(std::string_view text);

// RFC 6901: `~` is `~0`, `/` is `~1`.
std::string childPointer(const std::string &pointer, std::string_view key);

} // namespace signalbox
