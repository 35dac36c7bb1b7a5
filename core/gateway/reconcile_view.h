// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/admin_desk.h"

#include <string>

namespace signalbox {

// POST /signalbox/v1/reconcile?provider=…&tolerance=…: the body is a provider's own report; the answer tells where it
// and the ledger differ. For the desk's thread. Errors: field_invalid, report_invalid (400).
Result<DeskAnswer> reconcileAnswer(LedgerReader &ledger, const std::string &query, const std::string &body);

} // namespace signalbox
