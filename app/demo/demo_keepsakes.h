// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/audit.h"
#include "core/playground/test_case.h"

#include <cstdint>
#include <vector>

namespace signalbox {

// What a console that has been in use for a while would have kept: who changed what in the last days, and test cases of
// the playground (one of them not to pass). Pure.
std::vector<AuditEntry> makeDemoAudit(int64_t nowMs); // the oldest first
std::vector<TestCase> makeDemoCases();

} // namespace signalbox
