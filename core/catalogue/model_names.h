// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>
#include <vector>

namespace signalbox {

// Under which names a model may stand in the catalogue, the likeliest first: as it is; without `models/` in front;
// without `:latest` behind; without a date behind (-2025-08-07, -20250929, @20250929). Nothing is guessed beyond that.
// Views into `model`.
std::vector<std::string_view> modelNameForms(std::string_view model);

} // namespace signalbox
