// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_values.h"

#include "core/base/glob.h"

namespace signalbox {

std::string_view budgetKey(const BudgetKeys &keys, std::string_view name)
{
    return name == "project"      ? keys.project
           : name == "client"     ? keys.client
           : name == "user"       ? keys.user
           : name == "provider"   ? keys.provider
           : name == "model"      ? keys.model
           : name == "credential" ? keys.credential
                                  : std::string_view();
}

bool budgetScopeHolds(const BudgetScope &scope, const BudgetKeys &keys)
{
    const auto holds = [](const std::string &glob, std::string_view value) {
        return glob.empty() || globMatch(glob, value);
    };
    return holds(scope.project, keys.project) && holds(scope.client, keys.client) && holds(scope.user, keys.user) &&
           holds(scope.provider, keys.provider) && holds(scope.model, keys.model) &&
           holds(scope.credential, keys.credential);
}

bool keepsAccounts(const BudgetRule &before, const BudgetRule &now)
{
    return before.id == now.id && before.scope == now.scope && before.each == now.each && before.period == now.period &&
           before.timeZone == now.timeZone;
}

int64_t saturatingAdd(int64_t a, int64_t b)
{
    int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : INT64_MIN;
    return sum;
}

} // namespace signalbox
