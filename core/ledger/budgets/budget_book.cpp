// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/budget_book.h"

#include "core/ledger/budgets/budget_text.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace signalbox {

namespace {

constexpr size_t mostAccounts = 20'000; // of one rule; users name themselves
constexpr size_t mostAlerts = 1'000;    // that nobody has taken
constexpr size_t shownRows = 200;
constexpr int64_t concurrentRetryMs = 1'000;
constexpr char together[] = "(others)"; // the account of those beyond mostAccounts

} // namespace

struct BudgetBook::Account {
    std::string name;
    std::weak_ptr<const Rule> rule;
    PeriodSpan span{INT64_MIN, INT64_MIN};
    int64_t nanoUsd = 0, tokens = 0, requests = 0;
    int64_t reservedNanoUsd = 0, reservedTokens = 0;
    int64_t inFlight = 0; // not bound to a period
    std::set<double> fired;
};

struct BudgetBook::Rule {
    BudgetRule config;
    QTimeZone zone;
    std::optional<int64_t> capNanoUsd;
    PeriodSpan span{INT64_MIN, INT64_MIN};
    std::map<std::string, std::shared_ptr<Account>, std::less<>> accounts;

    explicit Rule(const BudgetRule &rule) : zone(zoneNamed(rule.timeZone)) { take(rule); }
    void take(const BudgetRule &rule)
    {
        config = rule;
        capNanoUsd.reset();
        if (rule.usd)
            capNanoUsd = std::llround(*rule.usd * 1e9);
        std::sort(config.alertAt.begin(), config.alertAt.end());
    }
    bool keepsAccountsOf(const BudgetRule &other) const
    {
        return config.id == other.id && config.scope == other.scope && config.each == other.each &&
               config.period == other.period && config.timeZone == other.timeZone;
    }
    std::array<std::optional<MeterState>, 4> meters(const Account &a, const BudgetAmount &ask, bool counts) const
    {
        std::array<std::optional<MeterState>, 4> states;
        if (capNanoUsd)
            states[0] = MeterState{BudgetMeter::Usd, *capNanoUsd, a.nanoUsd, a.reservedNanoUsd, ask.nanoUsd};
        if (config.tokens)
            states[1] = MeterState{BudgetMeter::Tokens, *config.tokens, a.tokens, a.reservedTokens, ask.tokens};
        if (config.requests && counts)
            states[2] = MeterState{BudgetMeter::Requests, *config.requests, a.requests, 0, 1};
        if (config.concurrent && counts)
            states[3] = MeterState{BudgetMeter::Concurrent, *config.concurrent, a.inFlight, 0, 1};
        return states;
    }
    // Of the limits that fill up: how full the fullest is.
    double share(const Account &a, bool withReserved) const
    {
        double most = 0;
        const auto add = [&most](int64_t used, int64_t cap) {
            most = std::max(most, static_cast<double>(used) / static_cast<double>(cap));
        };
        if (capNanoUsd && *capNanoUsd > 0)
            add(saturatingAdd(a.nanoUsd, withReserved ? a.reservedNanoUsd : 0), *capNanoUsd);
        if (config.tokens)
            add(saturatingAdd(a.tokens, withReserved ? a.reservedTokens : 0), *config.tokens);
        if (config.requests)
            add(a.requests, *config.requests);
        return most;
    }
};

struct BudgetBook::Part { // of a reservation: what one account holds for it
    std::shared_ptr<Account> account;
    int64_t periodStartMs;
    BudgetAmount amount;
    bool counted;
};

BudgetBook::BudgetBook() = default;
BudgetBook::~BudgetBook() = default;

std::set<std::string> BudgetBook::apply(const std::vector<BudgetRule> &rules)
{
    std::set<std::string> fresh;
    std::vector<std::shared_ptr<Rule>> next;
    m_any[0] = m_any[1] = false;
    for (const BudgetRule &rule : rules) {
        const auto old = std::find_if(m_rules.begin(), m_rules.end(),
                                      [&](const auto &known) { return known->keepsAccountsOf(rule); });
        if (old != m_rules.end()) {
            (*old)->take(rule);
            next.push_back(*old);
        } else {
            next.push_back(std::make_shared<Rule>(rule));
            fresh.insert(rule.id);
        }
        m_any[rule.ofTarget()] = true;
    }
    m_rules = std::move(next);
    return fresh;
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

void BudgetBook::seed(const std::vector<BudgetSeed> &seeds, const std::vector<FiredAlert> &fired, int64_t wallMs)
{
    advance(wallMs);
    const auto accountFor = [this](const std::string &id, const std::string &name) -> Account * {
        for (const auto &rule : m_rules) {
            if (rule->config.id != id)
                continue;
            BudgetKeys keys;
            keys.project = keys.client = keys.user = keys.provider = keys.model = keys.credential = name;
            return &accountOf(*rule, keys);
        }
        return nullptr;
    };
    for (const BudgetSeed &seed : seeds) {
        Account *account = accountFor(seed.rule, seed.account);
        if (!account || account->span.startMs != seed.periodStartMs)
            continue;
        account->nanoUsd = saturatingAdd(account->nanoUsd, seed.nanoUsd);
        account->tokens = saturatingAdd(account->tokens, seed.tokens);
        account->requests = saturatingAdd(account->requests, seed.requests);
    }
    for (const FiredAlert &alert : fired) {
        Account *account = accountFor(alert.rule, alert.account);
        if (account && account->span.startMs == alert.periodStartMs)
            account->fired.insert(alert.threshold);
    }
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
        parts.push_back({rule->accounts.find(account.name)->second, account.span.startMs, ask, counts});
        account.rule = rule;
        for (const auto &state : rule->meters(account, ask, counts)) {
            const int64_t taken = state ? saturatingAdd(state->used, state->reserved) : 0;
            if (state && (taken >= state->cap || saturatingAdd(taken, state->asked) > state->cap))
                meet(*rule, account, *state, nowMs, answer);
        }
    }
    if (answer.refusal || parts.empty())
        return answer;
    for (const Part &part : parts) {
        Account &account = *part.account;
        account.reservedNanoUsd = saturatingAdd(account.reservedNanoUsd, ask.nanoUsd);
        account.reservedTokens = saturatingAdd(account.reservedTokens, ask.tokens);
        account.requests += counts;
        account.inFlight += counts;
    }
    answer.ticket = ++m_last;
    m_held.emplace(answer.ticket, std::move(parts));
    return answer;
}

void BudgetBook::settle(BudgetTicketId ticket, const BudgetAmount &real, int64_t wallMs)
{
    const auto held = m_held.find(ticket);
    if (held == m_held.end())
        return;
    const int64_t nowMs = advance(wallMs);
    for (const Part &part : held->second) {
        Account &account = *part.account;
        account.inFlight -= part.counted;
        if (account.span.startMs != part.periodStartMs)
            continue; // its period is over, and so is what was reserved in it
        account.reservedNanoUsd -= part.amount.nanoUsd;
        account.reservedTokens -= part.amount.tokens;
        account.nanoUsd = saturatingAdd(account.nanoUsd, real.nanoUsd);
        account.tokens = saturatingAdd(account.tokens, real.tokens);
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
    for (const Part &part : held->second) {
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
