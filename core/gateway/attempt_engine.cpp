// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/attempt_engine.h"

#include "core/base/clock.h"

#include <QtCore/QTimer>

#include <algorithm>

namespace signalbox {

namespace {

// Never earlier than asked: the moment is when a provider takes requests again.
std::unique_ptr<QTimer> timerAt(int64_t atNs, int64_t nowNs)
{
    auto timer = std::make_unique<QTimer>();
    timer->setSingleShot(true);
    timer->setTimerType(Qt::PreciseTimer);
    const int64_t ms = (std::max<int64_t>(0, atNs - nowNs) + 999'999) / 1'000'000;
    timer->setInterval(std::chrono::milliseconds(ms));
    return timer;
}

} // namespace

AttemptFailure budgetFailure(const BudgetRefusal &refusal)
{
    AttemptFailure failure{refusal.error.code, refusal.error.message, refusal.error.httpStatus};
    failure.retryAfterMs = refusal.retryAfterMs;
    return failure;
}

AttemptEngine::AttemptEngine(Services services, AttemptMaker &maker, EngineListener &listener)
    : m_services(services), m_maker(maker), m_listener(listener)
{
}

AttemptEngine::~AttemptEngine() = default;

void AttemptEngine::start(Plan plan, std::string_view conversation, const ExchangeDeadlines &deadlines, int64_t nowNs)
{
    m_plan = std::move(plan);
    m_conversation = conversation;
    m_policy.emplace(m_services.routing, static_cast<uint64_t>(nowNs), deadlines.soonestNs(), deadlines.patientNs);
    act(m_policy->begin(m_plan, nowNs), nowNs);
}

void AttemptEngine::act(AttemptAction action, int64_t nowNs)
{
    for (;;) {
        const bool again = action.kind == AttemptAction::Kind::Try || action.kind == AttemptAction::Kind::Wait;
        if (again && m_maker.onlyOnce() && !m_runs.empty())
            return giveUp(action, nowNs);
        switch (action.kind) {
        case AttemptAction::Kind::Try:
            if (launch(action.target, action.credential, nowNs))
                return;
            action = m_policy->failed(m_plan, action.target, action.credential, FailureClass::Unsuitable, nowNs);
            continue;
        case AttemptAction::Kind::Wait:
            return waitUntil(action.atNs, nowNs);
        case AttemptAction::Kind::RunOn:
            return;
        case AttemptAction::Kind::GiveUp:
            return giveUp(action, nowNs);
        }
    }
}

bool AttemptEngine::launch(size_t target, const std::string &credential, int64_t nowNs)
{
    const int64_t makingNs = m_services.clock.monotonicNs();
    auto made = m_maker.make(m_plan, m_plan.targets[target], credential, this->made() + 1, nowNs);
    if (!made) {
        // What an upstream said is worth more to the client than why another could not be asked.
        if (!m_lastWasSent)
            m_lastFailure = AttemptFailure{made.error().code, made.error().message, made.error().httpStatus};
        return false;
    }
    made->setup.madeFromNs = makingNs;
    const Attempt::Setup &wanted = made->setup;
    if (const auto refusal = m_services.budget.begin(wanted.n, wanted.providerId, wanted.model, wanted.credential)) {
        if (!m_lastWasSent)
            m_lastFailure = budgetFailure(*refusal);
        return false;
    }
    auto attempt =
        std::make_unique<Attempt>(std::move(made->setup), m_services.clock, static_cast<AttemptListener &>(*this));
    attempt->start(m_services.pool, std::move(made->request));
    if (m_maker.onlyOnce() && attempt->call())
        attempt->call()->writeBody(made->uploadBegin);
    const Attempt::Setup &setup = attempt->setup();
    const int64_t startedNs = attempt->startedNs();
    const AttemptTicket ticket =
        m_services.routing.health().began({setup.providerId, setup.model, setup.credential}, startedNs);
    m_runs.push_back({std::move(attempt), target, ticket, false});
    armHedge(target, startedNs);
    return true;
}

void AttemptEngine::armHedge(size_t target, int64_t startedNs)
{
    const auto due = AttemptPolicy::hedgeDueNs(m_plan, target, startedNs);
    if (!due || m_maker.onlyOnce())
        return;
    m_hedgeTimer = timerAt(*due, startedNs);
    QObject::connect(m_hedgeTimer.get(), &QTimer::timeout, m_hedgeTimer.get(), [this, target] { hedge(target); });
    m_hedgeTimer->start();
}

void AttemptEngine::hedge(size_t target)
{
    m_hedgeTimer.release()->deleteLater(); // it is what calls us
    const auto slow =
        std::find_if(m_runs.begin(), m_runs.end(), [&](const Run &run) { return !run.over && run.target == target; });
    if (m_over || m_winner || slow == m_runs.end() || slow->attempt->ttftMs())
        return;
    const int64_t nowNs = m_services.clock.monotonicNs();
    const AttemptAction action = m_policy->hedge(m_plan, target, nowNs);
    if (action.kind != AttemptAction::Kind::Try || launch(action.target, action.credential, nowNs))
        return;
    // The first one still runs, so nothing else follows from that.
    act(m_policy->failed(m_plan, action.target, action.credential, FailureClass::Unsuitable, nowNs), nowNs);
}

void AttemptEngine::waitUntil(int64_t atNs, int64_t nowNs)
{
    m_hedgeTimer.reset();
    m_timer = timerAt(atNs, nowNs);
    QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [this] { goOn(); });
    m_timer->start();
}

void AttemptEngine::goOn()
{
    m_timer.release()->deleteLater();
    if (m_over)
        return;
    auto plan = m_listener.replan();
    if (!plan) { // the config has changed
        const Error &error = plan.error();
        return m_listener.engineFails(
            m_lastFailure.value_or(AttemptFailure{error.code, error.message, error.httpStatus}));
    }
    m_plan = std::move(*plan);
    const int64_t nowNs = m_services.clock.monotonicNs();
    act(m_policy->begin(m_plan, nowNs), nowNs);
}

void AttemptEngine::giveUp(const AttemptAction &action, int64_t nowNs)
{
    m_hedgeTimer.reset();
    if (m_lastFailure)
        return m_listener.engineFails(*m_lastFailure);
    m_listener.engineFails(nobodyAsked(action, nowNs));
}

AttemptFailure AttemptEngine::nobodyAsked(const AttemptAction &action, int64_t nowNs) const
{
    // A key that cannot be read is the first thing to tell: waiting does not bring it back.
    for (const BlockedTarget &blocked : m_plan.blocked) {
        const ProviderRuntime *provider = m_maker.config().provider(std::string(blocked.provider));
        const auto credential = provider ? m_maker.config().credentialFor(provider->config)
                                         : Result<RunningConfig::Credential>(RunningConfig::Credential{});
        if (!credential && action.atNs == 0)
            return {credential.error().code, credential.error().message, credential.error().httpStatus};
    }
    if (m_plan.blocked.empty() && !m_plan.targets.empty()) {
        const PlannedTarget &target = m_plan.targets.front();
        const ProviderRuntime *provider = m_maker.config().provider(std::string(target.provider));
        if (!provider)
            return {"provider_loop", "Provider '" + std::string(target.provider) + "' points back at this gateway.",
                    508};
        const auto credential = m_maker.config().credentialFor(provider->config);
        if (!credential)
            return {credential.error().code, credential.error().message, credential.error().httpStatus};
    }
    const bool throttled = action.reason == AttemptAction::Reason::Throttled;
    AttemptFailure failure{throttled ? "all_targets_throttled" : "all_targets_unavailable", {}, throttled ? 429 : 503};
    failure.message = throttled ? "Every target of this route is over its rate limit."
                                : "No target of this route can be asked at the moment.";
    if (action.atNs > nowNs) {
        failure.retryAfterMs = (action.atNs - nowNs + 999'999) / 1'000'000;
        failure.message += " Try again in " + std::to_string((*failure.retryAfterMs + 999) / 1000) + " s.";
    }
    return failure;
}

void AttemptEngine::checkDeadlines(int64_t nowNs)
{
    for (size_t i = 0; i < m_runs.size() && !m_over; ++i) { // a failure may start another one
        if (!m_runs[i].over)
            m_runs[i].attempt->checkDeadlines(nowNs);
    }
}

AttemptEngine::Run &AttemptEngine::runOf(const Attempt &attempt)
{
    return *std::find_if(m_runs.begin(), m_runs.end(), [&](const Run &run) { return run.attempt.get() == &attempt; });
}

// The books of one attempt, and what health and routing learn from it.
void AttemptEngine::finish(Run &run, FailureClass failure, bool whole, std::string_view errorClass)
{
    run.over = true;
    const Attempt &attempt = *run.attempt;
    AttemptRecord record = attempt.record();
    if (!errorClass.empty())
        record.errorClass = errorClass;
    attempt.book(whole ? attempt.usage() : attempt.usageAtLeast(), whole, record);
    m_services.budget.end(record);
    const Attempt::Setup &setup = attempt.setup();
    const int64_t endNs = attempt.startedNs() + static_cast<int64_t>(record.durationMs * 1e6);
    AttemptResult result = attempt.resultFor(record, failure);
    result.ticket = run.ticket;
    m_services.routing.health().ended({setup.providerId, setup.model, setup.credential}, result, endNs);
    if (whole && !m_conversation.empty() && m_plan.affinity.count() > 0) {
        const int64_t cached = record.usage.cachedInput.value_or(0) + record.usage.cacheWrite.value_or(0);
        m_services.routing.settled(m_conversation, m_plan, m_plan.targets[run.target], setup.credential, cached, endNs);
    }
    m_records.push_back(std::move(record));
}

void AttemptEngine::choose(Attempt &attempt)
{
    m_winner = &attempt;
    m_hedgeTimer.reset();
    for (Run &run : m_runs) {
        if (run.over || run.attempt.get() == &attempt)
            continue;
        finish(run, FailureClass::Aborted, false, "hedge_lost");
        run.attempt->cancel();
    }
}

void AttemptEngine::settle(bool whole, std::string_view errorClass)
{
    m_over = true;
    m_timer.reset();
    m_hedgeTimer.reset();
    for (Run &run : m_runs) {
        if (run.over)
            continue;
        const bool won = whole && run.attempt.get() == m_winner;
        finish(run, won ? FailureClass::None : FailureClass::Aborted, won, won ? std::string_view() : errorClass);
        if (!won)
            run.attempt->cancel();
    }
}

std::vector<AttemptRecord> AttemptEngine::takeRecords()
{
    std::sort(m_records.begin(), m_records.end(),
              [](const AttemptRecord &a, const AttemptRecord &b) { return a.n < b.n; });
    return std::move(m_records);
}

std::vector<const Attempt *> AttemptEngine::attempts() const
{
    std::vector<const Attempt *> list;
    for (const Run &run : m_runs)
        list.push_back(run.attempt.get());
    return list;
}

const Attempt *AttemptEngine::shown() const
{
    return m_winner || m_runs.empty() ? m_winner : m_runs.back().attempt.get();
}

void AttemptEngine::pauseReading()
{
    if (m_winner)
        m_winner->pause();
}

void AttemptEngine::resumeReading()
{
    if (m_winner)
        m_winner->resume();
}

HttpCall *AttemptEngine::upload()
{
    return m_runs.empty() || m_runs.back().over ? nullptr : m_runs.back().attempt->call();
}

void AttemptEngine::attemptWhole(Attempt &attempt, const HttpResponseHead &head, std::string body)
{
    if (m_over)
        return;
    choose(attempt);
    m_listener.engineWhole(head, std::move(body));
}

void AttemptEngine::attemptBegins(Attempt &attempt, const HttpResponseHead &head, bool events)
{
    if (m_over)
        return;
    const Attempt::Setup &setup = attempt.setup();
    const int64_t seenNs = attempt.startedNs() + static_cast<int64_t>(attempt.ttftMs().value_or(0) * 1e6);
    m_services.routing.health().answered({setup.providerId, setup.model, setup.credential}, seenNs);
    choose(attempt);
    m_listener.engineBegins(head, events);
}

void AttemptEngine::attemptBytes(Attempt &, std::string_view bytes, bool last)
{
    m_listener.engineBytes(bytes, last);
}

void AttemptEngine::attemptEnds(Attempt &)
{
    m_listener.engineEnds();
}

void AttemptEngine::attemptFails(Attempt &attempt, AttemptFailure failure)
{
    Run &run = runOf(attempt);
    const size_t target = run.target;
    if (!run.over) // a stream that was booked at its end mark may still break
        finish(run, failure.failure, false, {});
    if (&attempt == m_winner)
        return m_listener.engineBreaks(failure);
    attempt.cancel();
    if (m_over)
        return;
    const FailureClass why = failure.failure;
    m_lastFailure = std::move(failure);
    m_lastWasSent = true;
    const int64_t nowNs = m_services.clock.monotonicNs();
    act(m_policy->failed(m_plan, target, attempt.setup().credential, why, nowNs), nowNs);
}

void AttemptEngine::attemptWritable(Attempt &)
{
    m_listener.engineWritable();
}

} // namespace signalbox
