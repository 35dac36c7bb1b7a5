// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <string>
#include <string_view>

namespace signalbox {

// Text ⇄ Config. Pure; callable from any thread.
// Errors: code "config_invalid", message `/routes/0/to/weighted/1/weight: must be above 0` (RFC 6901 pointer, what
// is wrong, the nearest known key for an unknown one); for broken JSON `line 3, column 7: …`.
Result<Config> readConfig(std::string_view json);

// Writes only what differs from the defaults, in a stable order, indented by two spaces; readConfig() reads it back
// to an equal value.
std::string writeConfig(const Config &config);

// Durations as text: 250ms, 2s, 15m, 1h. Above 0.
Result<Millis> parseDuration(std::string_view text);
std::string formatDuration(Millis duration);

} // namespace signalbox
