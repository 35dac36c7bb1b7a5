// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/admin_desk.h"
#include "core/repetition/repetition_meter.h"

#include <string>

namespace signalbox {

// GET /signalbox/v1/answers/repetition: which model repeats itself most, with how many completions that rests on.
// `path`: the file of the figures. For the desk's thread. Error field_invalid (400).
Result<DeskAnswer> repetitionAnswer(const QString &path, const std::string &query, int64_t nowMs, RepetitionScope scope,
                                    RepetitionMeter::Counts counts);

} // namespace signalbox
