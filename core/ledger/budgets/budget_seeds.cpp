// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_seeds.h"

#include "core/ledger/budgets/calendar.h"
#include "core/ledger/spend_range.h"

#include <map>

namespace signalbox {

namespace {

using Accounts = std::map<std::pair<std::string, std::string>, BudgetSeed>; // rule, account

// Adds the sums of a key to every rule of the period that it concerns.
void addKey(const SpendKey &key, const SpendSums &sums, int64_t startMs, const std::vector<const BudgetRule *> &rules,
            Accounts &accounts)
{
    const auto &v = key.values;
    const std::string model = v[SpendKey::Provider] + '/' + v[SpendKey::Model];
    const std::string credential = v[SpendKey::Provider] + '/' + v[SpendKey::Credential];
    const BudgetKeys keys{
        v[SpendKey::Project], v[SpendKey::Client], v[SpendKey::User], v[SpendKey::Provider], model, credential};
    for (const BudgetRule *rule : rules) {
        if (!budgetScopeHolds(rule->scope, keys))
            continue;
        const std::string account = rule->each.empty() ? std::string() : std::string(budgetKey(keys, rule->each));
        BudgetSeed &seed =
            accounts.try_emplace({rule->id, account}, BudgetSeed{rule->id, account, startMs, 0, 0, 0}).first->second;
        seed.nanoUsd = saturatingAdd(seed.nanoUsd, sums.nanoUsd);
        seed.tokens = saturatingAdd(seed.tokens, sums.tokens());
        seed.requests += sums.requests;
    }
}

Result<void> addFired(Database &database, int64_t startMs, std::vector<FiredAlert> &fired)
{
    auto statement = database.prepare("SELECT rule, account, threshold FROM budget_alert WHERE period_start = ?");
    if (!statement)
        return statement.error();
    statement->bind(1, startMs);
    return forEachRow(*statement, [&](const Statement &row) {
        fired.push_back({row.text(0), row.text(1), row.real(2), startMs});
    });
}

} // namespace

Result<BudgetSeeds> readBudgetSeeds(const QString &databasePath, const std::vector<BudgetRule> &rules, int64_t nowMs,
                                    int64_t untilMs)
{
    BudgetSeeds result;
    if (rules.empty())
        return result;
    auto database = Database::open(databasePath, Database::Mode::ReadOnly);
    if (!database)
        return database.error();
    if (const auto begun = database->exec("BEGIN"); !begun) // one snapshot for all that follows
        return begun.error();
    SpendKeys keys;
    if (const auto known = keys.refresh(*database); !known)
        return known.error();
    std::map<int64_t, std::vector<const BudgetRule *>> byStart;
    for (const BudgetRule &rule : rules)
        byStart[periodAt(rule.period, nowMs, zoneNamed(rule.timeZone)).startMs].push_back(&rule);
    for (const auto &[startMs, concerned] : byStart) {
        Accounts accounts;
        const auto read =
            forEachSpend(*database, keys, startMs, untilMs,
                         [&, start = startMs, &of = concerned](const SpendKey &key, const SpendSums &sums) {
                             addKey(key, sums, start, of, accounts);
                         });
        if (!read)
            return read.error();
        for (auto &[name, seed] : accounts)
            result.seeds.push_back(std::move(seed));
        if (const auto done = addFired(*database, startMs, result.fired); !done)
            return done.error();
    }
    return result;
}

} // namespace signalbox
