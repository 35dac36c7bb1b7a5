// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/usage_report.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>

// Any bytes: a report that is accepted has its lines in order, one for each day and model, with no count below zero; one
// that is refused says where.
int fuzzOne(const uint8_t *data, size_t size)
{
    using namespace signalbox;
    const auto report = readUsageReport({reinterpret_cast<const char *>(data), size});
    bool sound = report || (report.error().code == "report_invalid" && !report.error().message.empty());
    for (size_t i = 0; report && i < report->lines.size(); ++i) {
        const VendorLine &line = report->lines[i];
        for (const auto &count : {line.requests, line.input, line.cachedInput, line.cacheWrite, line.output})
            sound = sound && count.value_or(0) >= 0;
        if (i > 0) {
            const VendorLine &before = report->lines[i - 1];
            sound = sound && (before.day < line.day || (before.day == line.day && before.model < line.model));
        }
    }
    if (!sound) {
        std::fprintf(stderr, "not as a report must be\n");
        std::abort();
    }
    return 0;
}
