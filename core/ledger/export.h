// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <functional>
#include <string_view>

namespace signalbox {

class Database;

enum class ExportFormat { Csv, JsonLines };

// Takes a piece of the file, whole lines; false ends the export (the disk is full, somebody cancelled).
using ExportSink = std::function<bool(std::string_view)>;

// The requests that a filter lets through, oldest first, one line each, without bodies: every column of table
// `request` under its name. Streamed: memory does not grow with the rows. CSV as RFC 4180 with a head line; what is not
// known is an empty field there and null in JSON, never 0. Money is in whole nano-dollars. How many lines.
Result<int64_t> exportRequests(Database &database, const RequestFilter &filter, ExportFormat format,
                               const ExportSink &sink);

// A spend report: one line for each group and bucket, with its start in milliseconds.
std::string exportSpend(const SpendReport &report, SpendDimension by, ExportFormat format);

} // namespace signalbox
