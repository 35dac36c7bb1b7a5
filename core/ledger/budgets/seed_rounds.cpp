// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/seed_rounds.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t betweenMs = 1'000;
constexpr int64_t afterFailureMs = 5'000;
// A clock that was set back makes all that comes look as if it had begun before: what they settle counts either way.
constexpr int64_t longestMs = 3'600'000;

std::set<std::string> idsOf(const std::vector<BudgetRule> &rules)
{
    std::set<std::string> ids;
    for (const BudgetRule &rule : rules)
        ids.insert(rule.id);
    return ids;
}

} // namespace

void SeedRounds::begin(std::vector<BudgetRule> rules, int64_t beforeMs, int64_t nowMs)
{
    const std::set<std::string> ids = idsOf(rules);
    for (Waiting &waiting : m_waiting)
        std::erase_if(waiting.ask.rules, [&ids](const BudgetRule &rule) { return ids.contains(rule.id); });
    std::erase_if(m_waiting, [](const Waiting &waiting) { return waiting.ask.rules.empty(); });
    for (Waiting &waiting : m_waiting) { // what is being read for it has sums of rules that are gone
        if (waiting.reading)
            waiting.runningThen.reset();
        waiting.reading = false;
    }
    m_waiting.push_back({{0, std::move(rules), beforeMs}, nowMs, nowMs, {}, false});
}

std::optional<SeedRounds::Ask> SeedRounds::due(int64_t nowMs, const RunningBefore &running)
{
    std::erase_if(m_waiting, [nowMs](const Waiting &one) { return !one.reading && nowMs - one.sinceMs > longestMs; });
    const bool busy = std::any_of(m_waiting.begin(), m_waiting.end(), [](const Waiting &one) { return one.reading; });
    for (Waiting &waiting : m_waiting) {
        if (busy || nowMs < waiting.notBeforeMs)
            continue;
        const size_t left = running(waiting.ask.beforeMs);
        if (waiting.runningThen && left >= *waiting.runningThen)
            continue; // none has ended since
        waiting.ask.round = ++m_last;
        waiting.runningThen = left;
        waiting.notBeforeMs = nowMs + betweenMs;
        waiting.reading = true;
        return waiting.ask;
    }
    return {};
}

std::optional<std::set<std::string>> SeedRounds::answered(uint64_t round)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [round](const Waiting &one) { return one.reading && one.ask.round == round; });
    if (found == m_waiting.end())
        return {};
    found->reading = false;
    if (*found->runningThen > 0)
        return std::set<std::string>();
    const std::set<std::string> done = idsOf(found->ask.rules);
    m_waiting.erase(found);
    return done;
}

void SeedRounds::failed(uint64_t round, int64_t nowMs)
{
    for (Waiting &waiting : m_waiting) {
        if (!waiting.reading || waiting.ask.round != round)
            continue;
        waiting.reading = false;
        waiting.runningThen.reset();
        waiting.notBeforeMs = nowMs + afterFailureMs;
    }
}

} // namespace signalbox
