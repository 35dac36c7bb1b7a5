// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

// One entry of `budgets` in `gateway.json`: what may be spent by whom in which time. Values only; core/ledger/budgets
// gives them their meaning.

enum class BudgetPeriod { Minute, Hour, Day, Week, Month, Total };
const char *budgetPeriodName(BudgetPeriod period);

enum class OnLimit { Block, Warn, Downgrade };
const char *onLimitName(OnLimit action);

struct BudgetScope { // globs; empty: any
    std::string project;
    std::string client;
    std::string user;
    std::string provider;
    std::string model;      // over provider/model
    std::string credential; // over provider/credential

    // Known only once a target is chosen: such a rule is asked for each attempt, not once for the request.
    bool ofTarget() const { return !provider.empty() || !model.empty() || !credential.empty(); }
    bool operator==(const BudgetScope &) const = default;
};

struct BudgetRule {
    std::string id;
    BudgetScope scope;
    std::string each;              // a name of the scope: every value has an account of its own; empty: one together
    std::optional<double> usd;     // at least one of these four
    std::optional<int64_t> tokens; // all classes together
    std::optional<int64_t> requests;
    std::optional<int64_t> concurrent; // at the same time; has no period
    BudgetPeriod period = BudgetPeriod::Month;
    std::string timeZone;        // IANA name, for day, week and month; empty: the machine's
    std::vector<double> alertAt; // shares of the limit
    OnLimit onLimit = OnLimit::Block;
    std::string downgradeTo; // a route's id

    // A rule `each` of which is a target's name is of the target, too.
    bool ofTarget() const { return scope.ofTarget() || each == "provider" || each == "model" || each == "credential"; }
    bool operator==(const BudgetRule &) const = default;
};

} // namespace signalbox
