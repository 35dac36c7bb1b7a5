// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/reasoning.h"

#include <algorithm>
#include <array>

namespace signalbox {

namespace {

struct Step {
    std::string_view effort;
    int64_t tokens;
};

constexpr std::array<Step, 7> steps = {{{"none", 0},
                                        {"minimal", 1024},
                                        {"low", 4096},
                                        {"medium", 10240},
                                        {"high", 24576},
                                        {"xhigh", 32768},
                                        {"max", 65536}}};

constexpr int64_t leastBudget = 1024;
constexpr int64_t mediumBudget = 10240;

} // namespace

int64_t budgetOfEffort(std::string_view effort)
{
    for (const Step &step : steps) {
        if (step.effort == effort)
            return step.tokens;
    }
    return mediumBudget;
}

std::string_view effortOfBudget(int64_t tokens)
{
    for (const Step &step : steps) {
        if (tokens <= step.tokens)
            return step.effort;
    }
    return steps.back().effort;
}

std::optional<bool> wantsThinking(const Reasoning &reasoning)
{
    if (reasoning.enabled)
        return reasoning.enabled;
    if (reasoning.adaptive)
        return true;
    if (!reasoning.effort.empty())
        return reasoning.effort != "none";
    if (reasoning.budgetTokens)
        return *reasoning.budgetTokens != 0;
    return std::nullopt;
}

std::string_view effortOf(const Reasoning &reasoning)
{
    if (wantsThinking(reasoning) == false)
        return "none";
    if (!reasoning.effort.empty())
        return reasoning.effort;
    if (reasoning.budgetTokens && *reasoning.budgetTokens > 0)
        return effortOfBudget(*reasoning.budgetTokens);
    return {};
}

std::optional<int64_t> budgetOf(const Reasoning &reasoning, int64_t maxTokens)
{
    const std::optional<bool> wanted = wantsThinking(reasoning);
    if (!wanted)
        return std::nullopt;
    if (!*wanted)
        return 0;
    int64_t budget = mediumBudget;
    if (reasoning.budgetTokens && *reasoning.budgetTokens > 0)
        budget = *reasoning.budgetTokens;
    else if (!reasoning.effort.empty())
        budget = budgetOfEffort(reasoning.effort);
    return std::max(leastBudget, std::min(budget, maxTokens - 1));
}

} // namespace signalbox
