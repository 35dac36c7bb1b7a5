// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace signalbox {

// SELECTs that give compact rows the columns of `request`, `attempt` and `loss`; the row is x.row in each. Views are
// made of them, so a change of their columns is a migration.
std::string requestSql();      // may be followed by WHERE
std::string attemptInRowSql(); // ends with a condition: AND may follow
std::string attemptOwnSql();   // may be followed by WHERE
std::string lossSql();         // may be followed by WHERE

} // namespace signalbox
