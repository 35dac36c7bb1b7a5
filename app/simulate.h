// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"
#include "core/base/result.h"

#include <string>

namespace signalbox {

// Runs the simulation of the command line and gives its figures as JSON. Reads files and no network; takes as long as
// it takes, so not for a thread that anybody waits for.
Result<std::string> simulate(const Options &options);

} // namespace signalbox
