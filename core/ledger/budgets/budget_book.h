// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/budgets/budget_values.h"
#include "core/ledger/budgets/calendar.h"

#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <vector>

namespace signalbox {

struct MeterState;

// Who may still spend what: reserve an estimate → settle what it really was, or release. Used by one thread (the
// gateway's), so a reservation over all limits that apply is one step and nobody comes between. Pure: no clock, no
// thread, no SQL; it begins with the sums that the ledger has (seed()).
//
// A cap is passed by no more than the sum of (real − estimated) over what was in flight: something is let in only while
// used + reserved + its estimate stay within the cap.
// Time: a request belongs to the period in which it reserved, also when it ends in the next one. The book never goes
// back: a clock set back neither resets early nor counts twice; the period goes on until its end comes again.
// What was reserved when the process was killed is lost by design: it never completed and has no row in the ledger.
class BudgetBook
{
public:
    BudgetBook();
    ~BudgetBook();

    // Takes other rules over. An account whose rule keeps id, scope, `each`, period and zone keeps its sums, also when
    // its caps change. Returns the ids of rules that begin empty and want a seed(). What is held is reserved with them
    // too.
    // `beforeMs`: requests that began before it are in the seeds to come; until then they count as they settle.
    std::set<std::string> apply(const std::vector<BudgetRule> &rules, int64_t beforeMs = INT64_MIN);
    // Sums are being read: what such requests have settled by now is in them.
    void beginSeed(const std::set<std::string> &rules);
    // What was spent before, in place of what the last seeds said. Sums of a period that is not the present one are
    // left out, and those of rules that want none.
    void seed(const std::vector<BudgetSeed> &seeds, const std::vector<FiredAlert> &fired, int64_t wallMs);
    void endSeeds(const std::set<std::string> &rules);

    bool asksFor(BudgetStage stage) const { return m_any[static_cast<size_t>(stage == BudgetStage::Target)]; }
    BudgetAnswer reserve(const BudgetKeys &keys, const BudgetAmount &estimate, BudgetStage stage, int64_t wallMs);
    void settle(BudgetTicketId ticket, const BudgetAmount &real, int64_t wallMs);
    void release(BudgetTicketId ticket); // as if it had never been; also gives the count of requests back

    std::vector<BudgetAlert> takeAlerts();
    std::vector<BudgetRow> rows(int64_t wallMs); // the fullest first, at most 200
    size_t heldCount() const { return m_held.size(); }

private:
    struct Rule;
    struct Account;
    struct Part;
    struct Hold;

    int64_t advance(int64_t wallMs);
    Account &accountOf(Rule &rule, const BudgetKeys &keys);
    void roll(Rule &rule, Account &account, int64_t nowMs) const;
    void forgetIdle(Rule &rule, int64_t nowMs) const;
    void joinHeld(const std::shared_ptr<Rule> &rule);
    static void take(const Part &part);
    void meet(const Rule &rule, Account &account, const MeterState &state, int64_t nowMs, BudgetAnswer &answer);
    void checkAlerts(Account &account, double atLeastShare, int64_t nowMs);

    std::vector<std::shared_ptr<Rule>> m_rules;
    std::unordered_map<BudgetTicketId, std::unique_ptr<Hold>> m_held;
    std::vector<BudgetAlert> m_alerts;
    BudgetTicketId m_last = 0;
    int64_t m_latestMs = INT64_MIN;
    bool m_any[2] = {false, false};
};

} // namespace signalbox
