// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"

#include <optional>

namespace signalbox {

// What the daemon does on the command line instead of serving: catalogues, scores, reports. Returns the program's
// status; absent when the options name none of it. Runs an event loop of its own only to fetch a file.
std::optional<int> runCommand(const Options &options);

} // namespace signalbox
