// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/quality_figures.h"

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A user's own scores: a header line that names the columns in any order, `model`, `metric` and `score` among them,
// `provider`, `source` and `asOf` if wanted; then a line each. Fields may be quoted (RFC 4180), empty lines are passed
// over. `source` is what figures without one are said to come from. Error quality_invalid: `line 3: score must be a
// number, found "high"`; a file with an error gives nothing. Pure.
Result<std::vector<QualityFigure>> readQualityCsv(std::string_view text, const std::string &source);

} // namespace signalbox
