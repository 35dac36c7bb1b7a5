// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/admin_desk.h"

#include <cstdint>
#include <string>

namespace signalbox {

// GET /signalbox/v1/audit?range=30d&kind=config&text=…&limit=500&before=ID&format=json|csv: newest first. For the
// desk's thread. Errors: field_invalid (400).
Result<DeskAnswer> auditAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs);

} // namespace signalbox
