// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"

namespace signalbox {

// {"id":"team","scope":{"project":"*"},"each":"project","limit":{"usd":50},"period":"month","timeZone":"Europe/Paris",
//  "alertAt":[0.8,1],"onLimit":"downgrade","downgradeTo":"cheap"}
void readBudgetRule(JsonCursor node, BudgetRule &rule);

// That routes to downgrade to are there, ids are unique.
void checkBudgetRules(const Config &config, ProblemLog &log);

// The rules as a JSON list.
std::string writeBudgetRules(const std::vector<BudgetRule> &rules);

// All that limits: the top level's rules and, as "project:ID", the budget inside each project. Those by the day or
// longer that do not say at which shares to tell take the shares of `alerts`.
std::vector<BudgetRule> allBudgetRules(const Config &config);

} // namespace signalbox
