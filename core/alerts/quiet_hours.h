// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/alerts_config.h"

namespace signalbox {

// Whether a moment is inside; by the clock on the wall of its zone, whatever the clocks do. Pure.
bool isQuiet(const QuietHours &quiet, int64_t wallMs);

} // namespace signalbox
