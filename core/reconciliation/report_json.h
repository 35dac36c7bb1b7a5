// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/reconciliation/usage_report.h"

namespace signalbox {

// The pages of a usage API: one object with `data`, or a list of them. Error report_invalid with a JSON pointer.
Result<VendorReport> readReportJson(std::string_view text);

} // namespace signalbox
