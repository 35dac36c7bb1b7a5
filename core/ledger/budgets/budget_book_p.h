// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_book.h"
#include "core/ledger/budgets/budget_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace signalbox {

// The inside of a BudgetBook.

struct BudgetBook::Account {
    struct Sums {
        int64_t nanoUsd = 0, tokens = 0, requests = 0;
    };
    std::string name;
    std::weak_ptr<const Rule> rule;
    PeriodSpan span{INT64_MIN, INT64_MIN};
    int64_t nanoUsd = 0, tokens = 0, requests = 0;
    int64_t reservedNanoUsd = 0, reservedTokens = 0;
    int64_t inFlight = 0; // not bound to a period
    Sums seeded;          // these three are parts of what is used: what the ledger said,
    Sums bridged;         // what requests from before the rule have settled since, which the ledger will say,
    Sums asked;           // and how much of that the reading under way will
    std::set<double> fired;

    void replace(Sums &part, const Sums &by)
    {
        nanoUsd = saturatingAdd(nanoUsd - part.nanoUsd, by.nanoUsd);
        tokens = saturatingAdd(tokens - part.tokens, by.tokens);
        requests = saturatingAdd(requests - part.requests, by.requests);
        part = by;
    }
};

struct BudgetBook::Rule {
    BudgetRule config;
    QTimeZone zone;
    std::optional<int64_t> capNanoUsd;
    PeriodSpan span{INT64_MIN, INT64_MIN};
    std::map<std::string, std::shared_ptr<Account>, std::less<>> accounts;
    int64_t beforeMs;
    bool wantsSeeds = true;

    Rule(const BudgetRule &rule, int64_t before) : zone(zoneNamed(rule.timeZone)), beforeMs(before) { take(rule); }
    void take(const BudgetRule &rule)
    {
        config = rule;
        capNanoUsd.reset();
        if (rule.usd)
            capNanoUsd = std::llround(*rule.usd * 1e9);
        std::sort(config.alertAt.begin(), config.alertAt.end());
    }
    std::array<std::optional<MeterState>, 4> meters(const Account &a, const BudgetAmount &ask, bool counts) const
    {
        std::array<std::optional<MeterState>, 4> states;
        if (capNanoUsd)
            states[0] = MeterState{BudgetMeter::Usd, *capNanoUsd, a.nanoUsd, a.reservedNanoUsd, ask.nanoUsd};
        if (config.tokens)
            states[1] = MeterState{BudgetMeter::Tokens, *config.tokens, a.tokens, a.reservedTokens, ask.tokens};
        if (config.requests && counts)
            states[2] = MeterState{BudgetMeter::Requests, *config.requests, a.requests, 0, 1};
        if (config.concurrent && counts)
            states[3] = MeterState{BudgetMeter::Concurrent, *config.concurrent, a.inFlight, 0, 1};
        return states;
    }
    // Of the limits that fill up: how full the fullest is.
    double share(const Account &a, bool withReserved) const
    {
        double most = 0;
        const auto add = [&most](int64_t used, int64_t cap) {
            most = std::max(most, static_cast<double>(used) / static_cast<double>(cap));
        };
        if (capNanoUsd && *capNanoUsd > 0)
            add(saturatingAdd(a.nanoUsd, withReserved ? a.reservedNanoUsd : 0), *capNanoUsd);
        if (config.tokens)
            add(saturatingAdd(a.tokens, withReserved ? a.reservedTokens : 0), *config.tokens);
        if (config.requests)
            add(a.requests, *config.requests);
        return most;
    }
};

struct BudgetBook::Part { // of a reservation: what one account holds for it
    std::shared_ptr<Account> account;
    int64_t periodStartMs;
    BudgetAmount amount;
    bool counted;
    bool bridged; // its row is in the seeds to come
};

struct BudgetBook::Hold {
    std::vector<Part> parts;
    BudgetAmount ask;
    BudgetStage stage;
    int64_t startedMs;
    std::array<std::string, 6> names; // of BudgetKeys

    BudgetKeys keys() const { return {names[0], names[1], names[2], names[3], names[4], names[5], startedMs}; }
};

} // namespace signalbox
