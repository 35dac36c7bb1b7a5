// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/config/client_config.h"

#include <vector>

namespace signalbox {

// Keys of clients that end within seven days, within one, or ended within the last. Each is to be told once. Pure.
std::vector<AlertEvent> endingKeys(const std::vector<ClientConfig> &clients, int64_t nowMs);

} // namespace signalbox
