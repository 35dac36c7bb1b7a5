// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

namespace signalbox::test {

// A record whose every field differs from the default; `i` varies status, target, times and tokens.
RequestRecord sampleRecord(int64_t i, int64_t startedAtMs);

} // namespace signalbox::test
