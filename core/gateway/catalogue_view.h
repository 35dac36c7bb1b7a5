// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/model_book.h"
#include "core/tokens/calibration.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace signalbox {

// GET /signalbox/v1/catalogue: how old the catalogue is and where it comes from; with ?model=PROVIDER/MODEL (a
// configured provider) all that is known of that model, each fact with source and date, and how its token counts
// were seen to differ from ours. Pure. Errors: field_invalid
// (400), model_not_found (404).
Result<std::string> catalogueBody(const ModelBook &book, std::string_view query, int64_t wallMs,
                                  const Calibration *calibration = nullptr);

} // namespace signalbox
