// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/console_request.h"
#include "core/ledger/records.h"

#include <QtCore/QStringList>

namespace signalbox {

// A kept request as one of the console, and its answer as a record to compare with. Pure.

// Why it cannot be sent again; empty: it can.
QString whyNoReplay(const RequestRecord &record);
// What is not as it was sent: how much was masked before it was kept; empty: nothing.
QString replayNote(const RequestRecord &record);
// `target`: PROVIDER/MODEL, or empty: the routes decide anew. Call only where whyNoReplay() is empty.
ConsoleRequest replayOf(const RequestRecord &record, const std::string &target);
// Every target that a route of the config names, each once, in their order: what a replay may be sent to.
QStringList replayTargets(const Config &config);
// What is known of the answer without the ledger: its words as a reply of the original's dialect.
RequestRecord recordOf(const ConsoleResult &result, const RequestRecord &original);

} // namespace signalbox
