// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/reconciliation/usage_report.h"

namespace signalbox {

// CSV as the vendors' consoles export it, known by its head line. Error report_invalid with the line.
Result<VendorReport> readReportCsv(std::string_view text);

} // namespace signalbox
