// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_book.h"

#include "core/ledger/budgets/budget_book_p.h"
#include "core/ledger/budgets/budget_text.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr size_t mostAccounts = 20'000; // of one rule; users name themselves
constexpr size_t mostAlerts = 1'000;    // that nobody has taken
constexpr size_t shownRows = 200;
constexpr int64_t concurrentRetryMs = 1'000;
constexpr char together[] = "(others)"; // the account of those beyond mostAccounts

} // namespace

BudgetBook::BudgetBook() = default;
BudgetBook::~BudgetBook() = default;

std::set<std::string> BudgetBook::apply(const std::vector<BudgetRule> &rules, int64_t beforeMs)
{
    std::set<std::string> fresh;
    std::vector<std::shared_ptr<Rule>> made;
    std::vector<std::shared_ptr<Rule>> next;
    m_any[0] = m_any[1] = false;
    for (const BudgetRule &rule : rules) {
        const auto old = std::find_if(m_rules.begin(), m_rules.end(),
                                      [&](const auto &known) { return keepsAccounts(known->config, rule); });
        if (old != m_rules.end()) {
            (*old)->take(rule);
            next.push_back(*old);
        } else {
            next.push_back(std::make_shared<Rule>(rule, beforeMs));
            made.push_back(next.back());
            fresh.insert(rule.id);
        }
        m_any[rule.ofTarget()] = true;
    }
    m_rules = std::move(next);
    for (const auto &rule : made)
        joinHeld(rule);
    return fresh;
}

void BudgetBook::take(const Part &part)
{
    Account &account = *part.account;
    account.reservedNanoUsd = saturatingAdd(account.reservedNanoUsd, part.amount.nanoUsd);
    account.reservedTokens = saturatingAdd(account.reservedTokens, part.amount.tokens);
    account.requests += part.counted;
    account.inFlight += part.counted;
}

int64_t BudgetBook::advance(int64_t wallMs)
{
    m_latestMs = std::max(m_latestMs, wallMs);
    return m_latestMs;
}

void BudgetBook::roll(Rule &rule, Account &account, int64_t nowMs) const
{
    if (rule.span.startMs == INT64_MIN || nowMs >= rule.span.endMs)
        rule.span = periodAt(rule.config.period, nowMs, rule.zone);
    if (account.span == rule.span)
        return;
    account.span = rule.span;
    account.nanoUsd = account.tokens = account.requests = 0;
    account.reservedNanoUsd = account.reservedTokens = 0;
    account.seeded = account.bridged = account.asked = {};
    account.fired.clear();
}

// Accounts without a request in flight whose period is over.
void BudgetBook::forgetIdle(Rule &rule, int64_t nowMs) const
{
    std::erase_if(rule.accounts, [&](const auto &entry) {
        const Account &account = *entry.second;
        return entry.second.use_count() == 1 && account.inFlight == 0 && account.span.endMs <= nowMs;
    });
}

BudgetBook::Account &BudgetBook::accountOf(Rule &rule, const BudgetKeys &keys)
{
    std::string_view name = rule.config.each.empty() ? std::string_view() : budgetKey(keys, rule.config.each);
    auto found = rule.accounts.find(name);
    if (found == rule.accounts.end() && rule.accounts.size() >= mostAccounts) {
        forgetIdle(rule, m_latestMs);
        if (rule.accounts.size() >= mostAccounts) {
            name = together;
            found = rule.accounts.find(name);
        }
    }
    if (found == rule.accounts.end()) {
        found = rule.accounts.emplace(std::string(name), std::make_shared<Account>()).first;
        found->second->name = name;
    }
    roll(rule, *found->second, m_latestMs);
    return *found->second;
}

// A request met a limit. Of several that block, the client is told of the one that it has to wait for longest.
void BudgetBook::meet(const Rule &rule, Account &account, const MeterState &state, int64_t nowMs, BudgetAnswer &answer)
{
    std::string text = limitText(rule.config.id, account.name, rule.config.period, state, account.span.endMs);
    if (state.meter != BudgetMeter::Concurrent)
        checkAlerts(account, 1, nowMs);
    if (rule.config.onLimit != OnLimit::Block) {
        if (rule.config.onLimit == OnLimit::Downgrade && answer.downgradeRoute.empty())
            answer.downgradeRoute = rule.config.downgradeTo;
        answer.warnings.push_back(std::move(text));
        return;
    }
    std::optional<int64_t> waitMs;
    if (state.meter == BudgetMeter::Concurrent)
        waitMs = concurrentRetryMs;
    else if (account.span.endMs != INT64_MAX)
        waitMs = account.span.endMs - nowMs;
    if (answer.refusal && waitMs.value_or(INT64_MAX) <= answer.refusal->retryAfterMs.value_or(INT64_MAX))
        return;
    answer.refusal =
        BudgetRefusal{limitError(state.meter, rule.config.period, std::move(text)), rule.config.id, waitMs};
}

BudgetAnswer BudgetBook::reserve(const BudgetKeys &keys, const BudgetAmount &estimate, BudgetStage stage,
                                 int64_t wallMs)
{
    const int64_t nowMs = advance(wallMs);
    const bool counts = stage != BudgetStage::Again;
    const BudgetAmount ask{std::max<int64_t>(0, estimate.nanoUsd), std::max<int64_t>(0, estimate.tokens)};
    BudgetAnswer answer;
    std::vector<Part> parts;
    for (const auto &rule : m_rules) {
        if (rule->config.ofTarget() != (stage == BudgetStage::Target) || !budgetScopeHolds(rule->config.scope, keys))
            continue;
        Account &account = accountOf(*rule, keys);
        parts.push_back({rule->accounts.find(account.name)->second, account.span.startMs, ask, counts,
                         keys.startedMs < rule->beforeMs});
        account.rule = rule;
        for (const auto &state : rule->meters(account, ask, counts)) {
            const int64_t taken = state ? saturatingAdd(state->used, state->reserved) : 0;
            if (state && (taken >= state->cap || saturatingAdd(taken, state->asked) > state->cap))
                meet(*rule, account, *state, nowMs, answer);
        }
    }
    if (answer.refusal || parts.empty())
        return answer;
    for (const Part &part : parts)
        take(part);
    answer.ticket = ++m_last;
    m_held.emplace(answer.ticket,
                   std::make_unique<Hold>(
                       Hold{std::move(parts),
                            ask,
                            stage,
                            keys.startedMs,
                            {std::string(keys.project), std::string(keys.client), std::string(keys.user),
                             std::string(keys.provider), std::string(keys.model), std::string(keys.credential)}}));
    return answer;
}

void BudgetBook::settle(BudgetTicketId ticket, const BudgetAmount &real, int64_t wallMs)
{
    const auto held = m_held.find(ticket);
    if (held == m_held.end())
        return;
    const int64_t nowMs = advance(wallMs);
    for (const Part &part : held->second->parts) {
        Account &account = *part.account;
        account.inFlight -= part.counted;
        if (account.span.startMs != part.periodStartMs)
            continue; // its period is over, and so is what was reserved in it
        account.reservedNanoUsd -= part.amount.nanoUsd;
        account.reservedTokens -= part.amount.tokens;
        account.nanoUsd = saturatingAdd(account.nanoUsd, real.nanoUsd);
        account.tokens = saturatingAdd(account.tokens, real.tokens);
        if (part.bridged) {
            account.bridged.nanoUsd = saturatingAdd(account.bridged.nanoUsd, real.nanoUsd);
            account.bridged.tokens = saturatingAdd(account.bridged.tokens, real.tokens);
            account.bridged.requests += part.counted;
        }
        if (nowMs < account.span.endMs)
            checkAlerts(account, 0, nowMs);
    }
    m_held.erase(held);
}

void BudgetBook::release(BudgetTicketId ticket)
{
    const auto held = m_held.find(ticket);
    if (held == m_held.end())
        return;
    for (const Part &part : held->second->parts) {
        Account &account = *part.account;
        account.inFlight -= part.counted;
        if (account.span.startMs != part.periodStartMs)
            continue;
        account.reservedNanoUsd -= part.amount.nanoUsd;
        account.reservedTokens -= part.amount.tokens;
        account.requests -= part.counted;
    }
    m_held.erase(held);
}

// `atLeastShare`: 1 when a request met the limit, which then counts as reached though its last bit is unused.
void BudgetBook::checkAlerts(Account &account, double atLeastShare, int64_t nowMs)
{
    const auto rule = account.rule.lock();
    if (!rule || rule->config.alertAt.empty())
        return;
    const double share = std::max(rule->share(account, false), atLeastShare);
    for (const double threshold : rule->config.alertAt) {
        if (share < threshold || !account.fired.insert(threshold).second || m_alerts.size() >= mostAlerts)
            continue;
        BudgetAlert alert{rule->config.id,      account.name,       threshold, share,
                          account.span.startMs, account.span.endMs, nowMs,     {}};
        alert.text = "Budget '" + rule->config.id + "'" + (account.name.empty() ? "" : " of '" + account.name + "'") +
                     " has reached " + std::to_string(std::lround(share * 100)) + " % of its limit";
        if (rule->capNanoUsd)
            alert.text += ": $" + usdText(account.nanoUsd) + " of $" + usdText(*rule->capNanoUsd);
        m_alerts.push_back(std::move(alert));
    }
}

std::vector<BudgetAlert> BudgetBook::takeAlerts()
{
    return std::exchange(m_alerts, {});
}

std::vector<BudgetRow> BudgetBook::rows(int64_t wallMs)
{
    const int64_t nowMs = advance(wallMs);
    std::vector<BudgetRow> rows;
    for (const auto &rule : m_rules) {
        if (rule->config.each.empty())
            accountOf(*rule, {}); // shown from the start
        for (const auto &[name, account] : rule->accounts) {
            roll(*rule, *account, nowMs);
            BudgetRow row{rule->config.id,
                          name,
                          rule->config.period,
                          rule->config.onLimit,
                          account->span.startMs,
                          account->span.endMs,
                          rule->capNanoUsd,
                          rule->config.tokens,
                          rule->config.requests,
                          rule->config.concurrent,
                          account->nanoUsd,
                          account->tokens,
                          account->requests,
                          account->reservedNanoUsd,
                          account->reservedTokens,
                          account->inFlight,
                          rule->share(*account, true)};
            if (rule->config.concurrent)
                row.share = std::max(row.share, static_cast<double>(account->inFlight) /
                                                    static_cast<double>(*rule->config.concurrent));
            rows.push_back(std::move(row));
        }
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto &a, const auto &b) { return a.share > b.share; });
    if (rows.size() > shownRows)
        rows.resize(shownRows);
    return rows;
}

} // namespace signalbox
