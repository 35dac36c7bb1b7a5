// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/usage_report.h"

#include "core/reconciliation/report_csv.h"
#include "core/reconciliation/report_json.h"

namespace signalbox {

Result<VendorReport> readUsageReport(std::string_view text)
{
    if (text.size() > largestReport)
        return Error{"report_invalid", "the report is larger than 64 MiB", 413};
    if (text.starts_with("\xef\xbb\xbf"))
        text.remove_prefix(3);
    const size_t first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos)
        return Error{"report_invalid", "the report is empty", 400};
    return text[first] == '{' || text[first] == '[' ? readReportJson(text) : readReportCsv(text);
}

} // namespace signalbox
