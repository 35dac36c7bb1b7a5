// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

// `prices` and `models` of the config. The keys of a price are those of the catalogue and of kept prices as well.
void readPrice(JsonCursor node, PriceConfig &price);
void readModel(JsonCursor node, ModelConfig &model);

// Everything of a price but its `model`; other keys are left to the caller.
void readPriceKeys(JsonCursor &node, PriceConfig &price);
void readModalities(JsonCursor &node, std::string_view key, std::vector<std::string> &kinds);

} // namespace signalbox
