// SPDX-License-Identifier: GPL-3.0-or-later
// How rules that a reload brings come to know what was spent before, and what runs already.
#include "core/ledger/budgets/budget_book_p.h"

namespace signalbox {

// What runs already is told to a rule that is new; its cap knows of it from the start.
void BudgetBook::joinHeld(const std::shared_ptr<Rule> &rule)
{
    for (const auto &[ticket, hold] : m_held) {
        const BudgetKeys keys = hold->keys();
        if (rule->config.ofTarget() != (hold->stage == BudgetStage::Target) ||
            !budgetScopeHolds(rule->config.scope, keys))
            continue;
        Account &account = accountOf(*rule, keys);
        account.rule = rule;
        hold->parts.push_back({rule->accounts.find(account.name)->second, account.span.startMs, hold->ask,
                               hold->stage != BudgetStage::Again, hold->startedMs < rule->beforeMs});
        take(hold->parts.back());
    }
}

void BudgetBook::beginSeed(const std::set<std::string> &rules)
{
    for (const auto &rule : m_rules) {
        if (!rules.contains(rule->config.id))
            continue;
        for (const auto &[name, account] : rule->accounts)
            account->asked = account->bridged;
    }
}

void BudgetBook::endSeeds(const std::set<std::string> &rules)
{
    for (const auto &rule : m_rules)
        rule->wantsSeeds = rule->wantsSeeds && !rules.contains(rule->config.id);
}

void BudgetBook::seed(const std::vector<BudgetSeed> &seeds, const std::vector<FiredAlert> &fired, int64_t wallMs)
{
    advance(wallMs);
    std::set<std::string_view> told;
    for (const BudgetSeed &seed : seeds)
        told.insert(seed.rule);
    for (const auto &rule : m_rules) {
        if (!rule->wantsSeeds || !told.contains(rule->config.id))
            continue;
        for (const auto &[name, account] : rule->accounts) {
            roll(*rule, *account, m_latestMs);
            const Account::Sums &in = account->asked;
            const Account::Sums left{account->bridged.nanoUsd - in.nanoUsd, account->bridged.tokens - in.tokens,
                                     account->bridged.requests - in.requests};
            account->replace(account->bridged, left);
            account->asked = {};
        }
    }
    const auto accountFor = [this](const std::string &id, const std::string &name) -> Account * {
        for (const auto &rule : m_rules) {
            if (rule->config.id != id || !rule->wantsSeeds)
                continue;
            BudgetKeys keys;
            keys.project = keys.client = keys.user = keys.provider = keys.model = keys.credential = name;
            return &accountOf(*rule, keys);
        }
        return nullptr;
    };
    std::map<Account *, Account::Sums> sums; // one for many where there are too many names
    for (const BudgetSeed &seed : seeds) {
        Account *account = accountFor(seed.rule, seed.account);
        if (!account || account->span.startMs != seed.periodStartMs)
            continue;
        Account::Sums &all = sums[account];
        all.nanoUsd = saturatingAdd(all.nanoUsd, seed.nanoUsd);
        all.tokens = saturatingAdd(all.tokens, seed.tokens);
        all.requests = saturatingAdd(all.requests, seed.requests);
    }
    for (const auto &[account, all] : sums)
        account->replace(account->seeded, all);
    for (const FiredAlert &alert : fired) {
        Account *account = accountFor(alert.rule, alert.account);
        if (account && account->span.startMs == alert.periodStartMs)
            account->fired.insert(alert.threshold);
    }
}

} // namespace signalbox
