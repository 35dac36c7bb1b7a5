// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/reconciliation/usage_report.h"

#include <map>
#include <string>
#include <utility>

namespace signalbox {

// Adds a report's rows up by day and model.
class ReportBuilder
{
public:
    VendorLine &line(int64_t day, const std::string &model);
    // False: the sum is beyond what can be counted.
    static bool add(std::optional<int64_t> &sum, int64_t value);
    void note(const std::string &text); // once each
    bool empty() const { return m_lines.empty(); }
    VendorReport finish(std::string vendor, std::string format);

private:
    std::map<std::pair<int64_t, std::string>, VendorLine> m_lines;
    std::vector<std::string> m_notes;
};

// Days since 1970 of `2026-11-22`, alone or with a time behind (`T…` or a space). With an offset the moment counts, in
// UTC. Absent: it is no date.
std::optional<int64_t> dayOf(std::string_view text);

// `12.5`, `1e-05`, `-3`: decimal units of money → nano-units, rounded half away from zero. Absent: no number, or too
// large. `scale`: nano-units in one unit.
std::optional<int64_t> decimalNano(std::string_view text, int64_t scale = 1'000'000'000);

} // namespace signalbox
