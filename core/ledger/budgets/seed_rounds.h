// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/budget_rule.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace signalbox {

// When the ledger is to be read for rules that a reload brought: at once, and again each time that requests from before
// the reload have ended, until none is left. Pure; gateway thread.
class SeedRounds
{
public:
    struct Ask {
        uint64_t round = 0; // of answered() and failed()
        std::vector<BudgetRule> rules;
        int64_t beforeMs = 0;
    };
    using RunningBefore = std::function<size_t(int64_t ms)>; // requests that began before it and have not ended

    void begin(std::vector<BudgetRule> rules, int64_t beforeMs, int64_t nowMs);
    // At most one at a time; `nowMs` does not go back.
    std::optional<Ask> due(int64_t nowMs, const RunningBefore &running);
    // The rules that are told for good. Nothing: what was read is of rules that are gone, leave it.
    std::optional<std::set<std::string>> answered(uint64_t round);
    void failed(uint64_t round, int64_t nowMs); // it is asked again
    bool isEmpty() const { return m_waiting.empty(); }

private:
    struct Waiting {
        Ask ask;
        int64_t sinceMs = 0;
        int64_t notBeforeMs = 0;
        std::optional<size_t> runningThen; // when it was asked
        bool reading = false;
    };
    std::vector<Waiting> m_waiting;
    uint64_t m_last = 0;
};

} // namespace signalbox
