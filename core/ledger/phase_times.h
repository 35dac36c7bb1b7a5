// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/request_details.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// When the phases of a request were over: kept for every request, whatever the policy for bodies says, in about a dozen
// bytes (RequestRecord::phases). Microseconds count from the first byte of the request; -1: unknown.
struct PhaseTimes {
    struct Attempt {             // in the order in which they were made
        int64_t madeFromUs = -1; // preparing or translating begins
        int64_t startedUs = -1;  // handed to the connection
        int64_t firstTokenUs = -1;
        bool translated = false;

        bool operator==(const Attempt &) const = default;
    };

    int64_t receivedUs = -1; // the whole request is here
    int64_t parsedUs = -1;
    int64_t plannedUs = -1; // facts, plan and budgets
    std::vector<Attempt> attempts;

    const Attempt *attempt(int n) const; // from 1
    bool operator==(const PhaseTimes &) const = default;
};

// Each moment as what it lies behind the one before it. Empty when nothing is known.
std::string packPhases(const PhaseTimes &times);
std::optional<PhaseTimes> unpackPhases(std::string_view packed);   // nothing: damaged, or none were kept
std::optional<PhaseTimes> phasesOf(const RequestDetails &details); // nothing: it was noted before it had them
// From the row, else from what was kept with its bodies.
std::optional<PhaseTimes> phasesOf(const RequestRecord &record);

} // namespace signalbox
