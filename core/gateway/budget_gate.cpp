// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/budget_gate.h"

#include "core/base/clock.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/running_config.h"
#include "core/ledger/ledger.h"

#include <algorithm>
#include <charconv>

namespace signalbox {

namespace {

constexpr size_t keptAlerts = 50;
constexpr int64_t rowsEveryMs = 1'000;
constexpr int64_t bytesPerToken = 3;
constexpr int64_t usualOutput = 2'000;
constexpr int64_t mostTokens = 10'000'000; // of one request; an absurd number must not overflow its price

// What a client allows for its answer, in any dialect. A key cannot stand inside a JSON text without escaped quotes, so
// plain search finds members only.
std::optional<int64_t> maxTokensIn(std::string_view body)
{
    std::optional<int64_t> most;
    for (const std::string_view key : {R"("max_tokens")", R"("max_completion_tokens")", R"("max_output_tokens")",
                                       R"("maxOutputTokens")", R"("num_predict")"}) {
        for (size_t at = body.find(key); at != std::string_view::npos; at = body.find(key, at)) {
            at = body.find_first_not_of(" \t\r\n:", at + key.size());
            int64_t value = 0;
            if (at == std::string_view::npos)
                break;
            if (std::from_chars(body.data() + at, body.data() + body.size(), value).ec == std::errc() && value > 0)
                most = std::max(most.value_or(0), value);
        }
    }
    return most;
}

int64_t tokensOf(const TokenUsage &usage)
{
    return usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0) +
           usage.output.value_or(0);
}

} // namespace

int64_t SteadyWall::at(int64_t wallMs, int64_t monotonicNs)
{
    constexpr int64_t nsPerMs = 1'000'000;
    const bool first = m_latestMs == INT64_MIN;
    const int64_t passed = first ? 0 : std::max<int64_t>(0, (monotonicNs - m_latestNs) / nsPerMs);
    m_latestMs = first ? wallMs : std::max(wallMs, m_latestMs + passed);
    m_latestNs = first ? monotonicNs : m_latestNs + passed * nsPerMs;
    return m_latestMs;
}

BudgetGate::BudgetGate(Ledger &ledger, LogSink &log, const Clock &clock) : m_ledger(ledger), m_log(log), m_clock(clock)
{
}

int64_t BudgetGate::nowMs()
{
    return m_wall.at(m_clock.wallMs(), m_clock.monotonicNs());
}

void BudgetGate::begin(const std::vector<BudgetRule> &rules, const BudgetSeeds &seeds)
{
    const std::set<std::string> all = m_book.apply(rules);
    m_book.seed(seeds.seeds, seeds.fired, nowMs());
    m_book.endSeeds(all);
    m_rowsAtMs = INT64_MIN;
}

void BudgetGate::change(const std::vector<BudgetRule> &rules, const BudgetSeeds &seeds)
{
    const int64_t beforeMs = m_clock.wallMs() + 1; // as rows have it; those of this millisecond may have begun
    const std::set<std::string> fresh = m_book.apply(rules, beforeMs);
    m_rowsAtMs = INT64_MIN;
    if (fresh.empty())
        return;
    m_book.seed(seeds.seeds, seeds.fired, nowMs());
    std::vector<BudgetRule> wanted;
    std::copy_if(rules.begin(), rules.end(), std::back_inserter(wanted),
                 [&](const BudgetRule &rule) { return fresh.contains(rule.id); });
    m_rounds.begin(std::move(wanted), beforeMs, nowMs());
}

std::optional<SeedRounds::Ask> BudgetGate::seedsDue(const SeedRounds::RunningBefore &running)
{
    if (m_rounds.isEmpty())
        return {};
    auto ask = m_rounds.due(nowMs(), running);
    if (!ask)
        return ask;
    std::set<std::string> ids;
    for (const BudgetRule &rule : ask->rules)
        ids.insert(rule.id);
    m_book.beginSeed(ids);
    m_ledger.flush(); // what has ended is to be in what is read
    return ask;
}

void BudgetGate::answer(uint64_t round, const Result<BudgetSeeds> &seeds)
{
    if (!seeds) {
        m_log.note("error", "budgets", "what new budgets have used is not known yet: " + seeds.error().message);
        return m_rounds.failed(round, nowMs());
    }
    const auto done = m_rounds.answered(round);
    if (!done)
        return;
    m_book.seed(seeds->seeds, seeds->fired, nowMs());
    m_book.endSeeds(*done);
    m_rowsAtMs = INT64_MIN;
}

void BudgetGate::tick()
{
    std::vector<BudgetAlert> alerts = m_book.takeAlerts();
    if (alerts.empty())
        return;
    for (const BudgetAlert &alert : alerts) {
        m_log.note(alert.threshold >= 1 ? "error" : "warn", "budget_alert", alert.text);
        m_recent.push_back(alert);
        if (m_onAlert)
            m_onAlert(alert);
    }
    m_alertCount += alerts.size();
    while (m_recent.size() > keptAlerts)
        m_recent.pop_front();
    m_ledger.noteAlerts(std::move(alerts));
}

const std::vector<BudgetRow> &BudgetGate::rows()
{
    const int64_t now = nowMs();
    if (!isEmpty() && (m_rowsAtMs == INT64_MIN || now - m_rowsAtMs >= rowsEveryMs)) {
        m_rows = m_book.rows(now);
        m_rowsAtMs = now;
    } else if (isEmpty()) {
        m_rows.clear();
    }
    return m_rows;
}

ExchangeBudget::~ExchangeBudget()
{
    if (!m_gate)
        return;
    for (const auto &[attempt, held] : m_attempts) {
        for (const BudgetTicketId ticket : held.toSettle)
            m_gate->book().release(ticket);
        m_gate->book().release(held.extra);
    }
    m_gate->book().release(m_admission);
}

BudgetAmount ExchangeBudget::estimate(std::string_view provider, std::string_view model) const
{
    const Cost cost = m_config->models().costOf(provider, model, m_usage, true);
    return {cost.nanoUsd.value_or(0), tokensOf(m_usage)};
}

BudgetAdmission ExchangeBudget::admit(BudgetGate &gate, const RunningConfig &config, const BudgetFacts &facts)
{
    if (gate.isEmpty())
        return {};
    m_gate = &gate;
    m_config = &config;
    m_project = facts.project;
    m_client = facts.client;
    m_user = facts.user;
    m_startedMs = facts.startedMs;
    const auto bytes = static_cast<int64_t>(facts.body.size());
    const auto output = facts.maxOutputTokens ? facts.maxOutputTokens : maxTokensIn(facts.body);
    m_usage.input =
        std::clamp<int64_t>(facts.inputTokens.value_or((bytes + bytesPerToken - 1) / bytesPerToken), 0, mostTokens);
    m_usage.output = std::clamp<int64_t>(output.value_or(usualOutput), 0, mostTokens);
    m_admitted = estimate(facts.provider, facts.model);
    BudgetAnswer answer = gate.book().reserve(keys(), m_admitted, BudgetStage::Admission, gate.nowMs());
    m_admission = answer.ticket;
    return {std::move(answer.refusal), std::move(answer.warnings), std::move(answer.downgradeRoute)};
}

std::optional<BudgetRefusal> ExchangeBudget::begin(int attempt, std::string_view provider, std::string_view model,
                                                   std::string_view credential)
{
    if (!m_gate)
        return {};
    const BudgetAmount ask = estimate(provider, model);
    const std::string target = std::string(provider) + '/' + std::string(model);
    const std::string key = std::string(provider) + '/' + std::string(credential);
    BudgetBook &book = m_gate->book();
    const int64_t now = m_gate->nowMs();
    const BudgetKeys asked = keys(provider, target, key);
    BudgetAnswer ofTarget = book.reserve(asked, ask, BudgetStage::Target, now);
    if (ofTarget.refusal)
        return ofTarget.refusal;
    // The first attempt has what was admitted; what goes beyond that, and every further one, comes on top.
    BudgetAmount more = ask;
    if (!m_claimed)
        more = {std::max<int64_t>(0, ask.nanoUsd - m_admitted.nanoUsd), 0};
    BudgetTicketId extra = 0;
    if (m_claimed || more.nanoUsd > 0) {
        BudgetAnswer again = book.reserve(asked, more, BudgetStage::Again, now);
        if (again.refusal) {
            book.release(ofTarget.ticket);
            return again.refusal;
        }
        extra = again.ticket;
    }
    if (m_claimed)
        m_attempts[attempt] = {{ofTarget.ticket, extra}, 0};
    else
        m_attempts[attempt] = {{ofTarget.ticket, std::exchange(m_admission, 0)}, extra};
    m_claimed = true;
    return {};
}

void ExchangeBudget::end(int attempt, const Cost &cost, const TokenUsage &usage)
{
    const auto held = m_attempts.find(attempt);
    if (!m_gate || held == m_attempts.end())
        return;
    for (const BudgetTicketId ticket : held->second.toSettle)
        m_gate->book().settle(ticket, {cost.nanoUsd.value_or(0), tokensOf(usage)}, m_gate->nowMs());
    m_gate->book().release(held->second.extra);
    m_attempts.erase(held);
}

} // namespace signalbox
