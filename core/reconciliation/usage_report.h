// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// One day (of UTC, as vendors count) and model of a provider's own report. Absent: the report does not tell.
struct VendorLine {
    int64_t day = 0; // since 1970
    std::string model;
    std::optional<int64_t> requests;
    std::optional<int64_t> input; // with what was cached where `cachedInput` is absent
    std::optional<int64_t> cachedInput;
    std::optional<int64_t> cacheWrite;
    std::optional<int64_t> output; // reasoning included
    std::optional<int64_t> nanoUsd;

    bool operator==(const VendorLine &) const = default;
};

struct VendorReport {
    std::string vendor;           // openai, anthropic, openrouter
    std::string format;           // for people: "OpenAI usage (JSON)"
    std::vector<VendorLine> lines; // by day and model, one each
    std::vector<std::string> notes;
};

// Reads what providers let one download: OpenAI's usage and costs (API JSON, CSV export), Anthropic's usage and cost
// reports (API JSON, console CSV), OpenRouter's activity (API JSON, CSV export). Strict: error report_invalid (400) with
// the line or the JSON pointer and what is wrong. Pure.
Result<VendorReport> readUsageReport(std::string_view text);

constexpr size_t largestReport = 64U * 1024 * 1024;

} // namespace signalbox
