// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/ledger/weight_store.h"

#include <cstdint>
#include <vector>

namespace signalbox {

// Made-up shares of the config's weighted nodes: by the hour for 90 days, by the minute for the last one, in the order
// of their moments. Shares sway a little, and now and then one target is slow and loses most of its for some hours.
// Pure; the same seed and time give the same points.
std::vector<WeightPoint> makeDemoWeights(const Config &config, int64_t nowMs, uint32_t seed);

} // namespace signalbox
