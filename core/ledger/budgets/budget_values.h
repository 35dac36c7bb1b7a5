// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/budget_rule.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Values of the BudgetBook.

struct BudgetKeys { // of one request; the last three only once a target is chosen
    std::string_view project;
    std::string_view client;
    std::string_view user;
    std::string_view provider;
    std::string_view model;        // provider/model
    std::string_view credential;   // provider/credential
    int64_t startedMs = INT64_MAX; // of the request's row; not a key
};

struct BudgetAmount {
    int64_t nanoUsd = 0;
    int64_t tokens = 0;
    bool operator==(const BudgetAmount &) const = default;
};

// Which rules are asked. Admission: those by project, client and user, once for a request. Again: the same for a
// further attempt of that request, whose money comes on top while the request itself is counted already. Target: those
// that name a provider, model or credential, for each attempt.
enum class BudgetStage { Admission, Again, Target };

using BudgetTicketId = uint64_t; // 0: nothing is held

struct BudgetRefusal {
    Error error; // budget_exceeded (402 for money, 429 for tokens of a day or longer), rate_limited or
                 // concurrency_limited (429)
    std::string rule;
    std::optional<int64_t> retryAfterMs; // absent: not by waiting
};

struct BudgetAnswer {
    BudgetTicketId ticket = 0;
    std::optional<BudgetRefusal> refusal;
    std::vector<std::string> warnings; // of limits that are passed but do not block
    std::string downgradeRoute;        // the first that applies; the request is let in and counted

    bool allowed() const { return !refusal; }
};

struct BudgetAlert { // a threshold was reached, once for each threshold, account and period
    std::string rule;
    std::string account; // value of `each`; empty: the rule has one account
    double threshold = 0;
    double share = 0; // of the limit, at the moment
    int64_t periodStartMs = 0;
    int64_t periodEndMs = 0;
    int64_t atMs = 0;
    std::string text; // for a person
    bool operator==(const BudgetAlert &) const = default;
};

struct FiredAlert { // as the ledger remembers it
    std::string rule;
    std::string account;
    double threshold = 0;
    int64_t periodStartMs = 0;
    bool operator==(const FiredAlert &) const = default;
};

struct BudgetSeed {
    std::string rule;
    std::string account;
    int64_t periodStartMs = 0;
    int64_t nanoUsd = 0;
    int64_t tokens = 0;
    int64_t requests = 0;
    bool operator==(const BudgetSeed &) const = default;
};

struct BudgetRow { // for the console
    std::string rule;
    std::string account;
    BudgetPeriod period = BudgetPeriod::Month;
    OnLimit onLimit = OnLimit::Block;
    int64_t periodStartMs = 0;
    int64_t periodEndMs = 0; // INT64_MAX: never
    std::optional<int64_t> capNanoUsd, capTokens, capRequests, capConcurrent;
    int64_t nanoUsd = 0, tokens = 0, requests = 0;
    int64_t reservedNanoUsd = 0, reservedTokens = 0;
    int64_t inFlight = 0;
    double share = 0; // of the tightest limit, reservations included
};

// The value of one of the six names; empty when there is none.
std::string_view budgetKey(const BudgetKeys &keys, std::string_view name);
bool budgetScopeHolds(const BudgetScope &scope, const BudgetKeys &keys);
// A rule that replaces another goes on with its accounts: only caps and what happens at them differ.
bool keepsAccounts(const BudgetRule &before, const BudgetRule &now);

int64_t saturatingAdd(int64_t a, int64_t b);

} // namespace signalbox
