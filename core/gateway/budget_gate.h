// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/budgets/budget_book.h"
#include "core/ledger/budgets/budget_seeds.h"
#include "core/ledger/budgets/seed_rounds.h"
#include "core/ledger/records.h"

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

class Clock;
class Ledger;
class LogSink;
class RunningConfig;

// Wall time that does not go back: follows the machine's clock forwards, and when that is set back, runs on at the pace
// of the monotonic one. Otherwise a minute's limit would wait for the clock to come round again.
class SteadyWall
{
public:
    int64_t at(int64_t wallMs, int64_t monotonicNs);

private:
    int64_t m_latestMs = INT64_MIN;
    int64_t m_latestNs = 0;
};

// The gateway's side of budgets: the book with its clock, what alerts become, and what the console sees. Gateway
// thread; outlives every exchange.
class BudgetGate
{
public:
    BudgetGate(Ledger &ledger, LogSink &log, const Clock &clock);

    // Before anything was let in; `seeds`: all that was spent before.
    void begin(const std::vector<BudgetRule> &rules, const BudgetSeeds &seeds);
    // Rules that begin empty are told by `seeds` what was spent until a moment ago, and by seeds() of those that
    // seedsDue() asks for what came since.
    void change(const std::vector<BudgetRule> &rules, const BudgetSeeds &seeds);
    std::optional<SeedRounds::Ask> seedsDue(const SeedRounds::RunningBefore &running);
    void answer(uint64_t round, const Result<BudgetSeeds> &seeds);
    void tick(); // tells of alerts; a few times a second
    void setOnAlert(std::function<void(const BudgetAlert &)> told) { m_onAlert = std::move(told); }

    bool isEmpty() const { return !m_book.asksFor(BudgetStage::Admission) && !m_book.asksFor(BudgetStage::Target); }
    const std::vector<BudgetRow> &rows();                                    // at most a second old
    const std::deque<BudgetAlert> &recentAlerts() const { return m_recent; } // the newest last
    uint64_t alertCount() const { return m_alertCount; }                     // since the start
    BudgetBook &book() { return m_book; }
    int64_t nowMs();

private:
    BudgetBook m_book;
    SeedRounds m_rounds;
    SteadyWall m_wall;
    Ledger &m_ledger;
    LogSink &m_log;
    const Clock &m_clock;
    std::vector<BudgetRow> m_rows;
    int64_t m_rowsAtMs = INT64_MIN;
    std::deque<BudgetAlert> m_recent;
    uint64_t m_alertCount = 0;
    std::function<void(const BudgetAlert &)> m_onAlert;
};

// What is known of a request that is to be let in. Input that was not counted is taken as a token for three bytes,
// which is more than any usual text has; output as what the client asks for at most, else as 2,000. The estimate's
// error is what a cap may be passed by.
struct BudgetFacts {
    std::string_view project, client, user;
    std::string_view provider, model; // of the first target of the plan, for its price
    std::string_view body;
    std::optional<int64_t> inputTokens;
    std::optional<int64_t> maxOutputTokens; // absent: looked for in the body
    int64_t startedMs = INT64_MAX;          // of its row
};

struct BudgetAdmission {
    std::optional<BudgetRefusal> refusal;
    std::vector<std::string> warnings;
    std::string downgradeRoute; // plan again with this route
};

// What one exchange holds of the budgets, over all its attempts; whatever is not settled goes back when it is deleted.
// Lives on the gateway thread, owned by its Exchange.
class ExchangeBudget
{
public:
    ExchangeBudget() = default;
    ~ExchangeBudget();
    ExchangeBudget(const ExchangeBudget &) = delete;
    ExchangeBudget &operator=(const ExchangeBudget &) = delete;

    // Once, before anything is sent. Without rules it costs nothing.
    BudgetAdmission admit(BudgetGate &gate, const RunningConfig &config, const BudgetFacts &facts);
    // Before each attempt; a refusal is of this target, others may still be tried. `attempt`: its number.
    std::optional<BudgetRefusal> begin(int attempt, std::string_view provider, std::string_view model,
                                       std::string_view credential);
    // Once for each attempt that began. What has no price or reported no usage counts as nothing.
    void end(int attempt, const Cost &cost, const TokenUsage &usage);
    void end(const AttemptRecord &record) { end(record.n, record.cost, record.usage); }

private:
    BudgetKeys keys(std::string_view provider = {}, std::string_view model = {}, std::string_view credential = {}) const
    {
        return {m_project, m_client, m_user, provider, model, credential, m_startedMs};
    }
    BudgetAmount estimate(std::string_view provider, std::string_view model) const;

    BudgetGate *m_gate = nullptr; // null: nothing to ask
    const RunningConfig *m_config = nullptr;
    std::string m_project, m_client, m_user;
    int64_t m_startedMs = INT64_MAX;
    TokenUsage m_usage; // estimated
    BudgetAmount m_admitted;
    BudgetTicketId m_admission = 0; // until the first attempt takes it
    bool m_claimed = false;
    struct Held {
        std::vector<BudgetTicketId> toSettle;
        BudgetTicketId extra = 0; // by which the first attempt may cost more than what was admitted
    };
    std::map<int, Held> m_attempts;
};

} // namespace signalbox
