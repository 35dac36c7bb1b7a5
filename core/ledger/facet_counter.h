// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/row_walk.h"
#include "core/ledger/spend_range.h"

#include <array>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace signalbox {

// How often each value of a field stands in what a filter lets through: counted a little at a time, newest first, and
// kept up to date with what comes and what slides out of the range. Names of projects, clients, targets and routes
// come from the rollups, exactly and at once, where the filter asks for nothing but such names; a field's own terms are
// left aside there, so that its other values can be chosen beside them.
class FacetCounter
{
public:
    explicit FacetCounter(const RequestFilter &filter) : m_walk(filter) {}
    const RequestFilter &filter() const { return m_walk.filter(); }
    bool canSlideTo(const RequestFilter &filter) const { return m_walk.canSlideTo(filter); }

    Result<void> slideTo(Database &database, int64_t fromMs);
    Result<void> advance(Database &database, int budgetMs);
    Result<FacetReport> report(Database &database, SpendKeys &keys);

private:
    struct Tally {
        int64_t rows = 0;
        std::unordered_map<int64_t, int64_t> keys; // by id
        std::map<std::string, int64_t> statuses, errors, dialects;
        std::array<int64_t, 6> flags{};
    };

    void count(const Statement &row, int64_t sign);
    void restart(int64_t newestRowid, int64_t oldestMs);
    Result<void> refresh(Database &database);
    Result<void> readNames(Database &database);
    const std::string &nameOf(const Statement &row, int column, std::string &own) const;
    bool hasOnlyNames() const;
    Result<void> readRollups(Database &database, SpendKeys &keys);
    void addFromTally(const SpendKeys &keys, FacetReport &report) const;

    RowWalk m_walk;
    Tally m_tally;
    std::unordered_map<int64_t, std::string> m_names;
    int64_t m_newestName = 0;
    int64_t m_newestRowid = -1;
    int64_t m_oldestMs = 0;
    int64_t m_dataVersion = -1;
    std::vector<Facet> m_fromRollups;
    std::pair<int64_t, int64_t> m_rollupsOf{-1, -1}; // data version and start of the range
};

} // namespace signalbox
