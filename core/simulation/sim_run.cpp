// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/sim_run.h"

#include "core/catalogue/pricing.h"
#include "core/routing/planner.h"

#include <algorithm>
#include <cmath>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;
using Kind = AttemptAction::Kind;
using Reason = AttemptAction::Reason;

int64_t nsOf(double ms)
{
    return std::llround(ms * double(nsPerMs));
}

double msBetween(int64_t fromNs, int64_t toNs)
{
    return double(toNs - fromNs) / double(nsPerMs);
}

const char *reasonName(Reason reason)
{
    switch (reason) {
    case Reason::Throttled:
        return "all_throttled";
    case Reason::Blocked:
        return "all_targets_unavailable";
    default:
        return "failed";
    }
}

const SimUpstreamModel *described(const std::vector<SimUpstreamModel> &models, const PlannedTarget &target)
{
    const SimUpstreamModel *any = nullptr;
    for (const SimUpstreamModel &model : models) {
        if (model.provider != target.provider)
            continue;
        if (model.model == target.model)
            return &model;
        if (model.model == "*")
            any = &model;
    }
    return any;
}

} // namespace

SimRun::SimRun(RouteTablePtr table, const std::vector<SimUpstreamModel> &upstreams, const SimOptions &options)
    : m_table(std::move(table)), m_models(upstreams), m_options(options), m_random(options.seed), m_state(options.seed)
{
    m_state.attach(m_table);
}

SimReport SimRun::all(Trace &trace)
{
    SimRequest request;
    bool more = trace.next(request);
    while (more || !m_events.empty()) {
        if (more && (m_events.empty() || request.atNs <= m_events.top().atNs)) {
            advance(request.atNs);
            arrive(request);
            more = trace.next(request);
        } else {
            const Event event = m_events.top();
            m_events.pop();
            advance(event.atNs);
            handle(event);
        }
    }
    if (!m_report.slices.empty())
        closeSlice();
    m_report.endMs = m_nowNs / nsPerMs;
    return std::move(m_report);
}

void SimRun::advance(int64_t toNs)
{
    const int64_t tickNs = std::max<int64_t>(nsPerMs, std::chrono::nanoseconds(m_options.tick).count());
    for (; m_nextTickNs <= toNs; m_nextTickNs += tickNs) {
        m_nowNs = std::max(m_nowNs, m_nextTickNs);
        m_state.tick(m_nowNs);
    }
    m_nowNs = std::max(m_nowNs, toNs);
    slice();
}

SimSlice &SimRun::slice()
{
    const int64_t lengthMs = std::max<int64_t>(1, m_options.slice.count());
    while (m_report.slices.empty() || m_nowNs / nsPerMs >= m_report.slices.back().fromMs + lengthMs) {
        if (!m_report.slices.empty())
            closeSlice();
        m_report.slices.push_back({});
        m_report.slices.back().fromMs = int64_t(m_report.slices.size() - 1) * lengthMs;
    }
    return m_report.slices.back();
}

void SimRun::closeSlice()
{
    SimSlice &closed = m_report.slices.back();
    for (const RoutingState::WeightRow &row : m_state.weights())
        closed.weights.push_back(row.effective);
    if (closed.served > 0) {
        const auto most = std::max_element(closed.servedBy.begin(), closed.servedBy.end());
        const auto leader = size_t(most - closed.servedBy.begin());
        m_report.switches += m_leader && *m_leader != leader ? 1 : 0;
        m_leader = leader;
    }
    if (m_options.onSlice)
        m_options.onSlice(m_state, m_nowNs);
}

RoutingFacts SimRun::factsOf(const Exchange &exchange) const
{
    const SimRequest &request = exchange.request;
    RoutingFacts facts;
    facts.model = request.model;
    facts.project = request.project;
    facts.client = request.client;
    facts.user = request.user;
    facts.tags = request.tags;
    facts.contents = request.contents;
    facts.inputTokens = request.inputTokens;
    facts.maxOutputTokens = request.maxOutputTokens;
    facts.conversation = exchange.conversation;
    facts.nowNs = m_nowNs;
    facts.wallMs = m_options.startWallMs + m_nowNs / nsPerMs;
    return facts;
}

void SimRun::arrive(const SimRequest &request)
{
    ++m_report.requests;
    ++slice().requests;
    m_state.countRequest(m_nowNs);
    if (m_free.empty()) {
        m_free.push_back(uint32_t(m_exchanges.size()));
        m_exchanges.push_back(std::make_unique<Exchange>());
    }
    const uint32_t index = m_free.back();
    m_free.pop_back();
    Exchange &exchange = *m_exchanges[index];
    exchange.request = request;
    exchange.conversation.clear();
    if (request.conversation != 0)
        exchange.conversation = std::to_string(request.conversation);
    const int64_t total = std::chrono::nanoseconds(m_table->config().timeouts.exchange).count();
    exchange.contentByNs = request.patienceNs > 0 ? m_nowNs + request.patienceNs : 0;
    exchange.endByNs = total > 0 ? m_nowNs + total : 0;
    const int64_t soonest = exchange.contentByNs > 0 && exchange.endByNs > 0
                                ? std::min(exchange.contentByNs, exchange.endByNs)
                                : std::max(exchange.contentByNs, exchange.endByNs);
    auto plan = makePlan(m_state, factsOf(exchange));
    if (!plan)
        return fail(index, plan.error().code);
    exchange.plan = std::move(*plan);
    m_state.commit(exchange.plan);
    exchange.policy.emplace(m_state, m_random.next(), soonest, exchange.contentByNs);
    act(index, exchange.policy->begin(exchange.plan, m_nowNs), false);
}

void SimRun::handle(const Event &event)
{
    Exchange &exchange = *m_exchanges[event.exchange];
    if (exchange.generation != event.generation)
        return;
    if (event.what == What::Wake)
        return replan(event.exchange);
    const Attempt &attempt = exchange.attempts[event.attempt];
    if (!attempt.running)
        return;
    if (event.what == What::End)
        ended(event.exchange, event.attempt);
    else if (event.what == What::Content)
        content(exchange, event.attempt);
    else if (!exchange.winner)
        act(event.exchange, exchange.policy->hedge(exchange.plan, attempt.target, m_nowNs), true);
}

void SimRun::act(uint32_t index, AttemptAction action, bool beside)
{
    switch (action.kind) {
    case Kind::Try:
        return start(index, action, beside);
    case Kind::Wait:
        ++m_report.waits;
        return push(action.atNs, index, 0, What::Wake);
    case Kind::GiveUp:
        if (action.reason == Reason::Failed || action.reason == Reason::Final) {
            const auto &attempts = m_exchanges[index]->attempts;
            return fail(index, attempts.empty() ? "failed" : failureName(attempts.back().answer.failure));
        }
        return fail(index, reasonName(action.reason));
    case Kind::RunOn:
        break;
    }
}

// What was cut begins otherwise than the turn before: no prompt cache knows it.
SimRequest SimRun::shortened(const SimRequest &request, const Attempt &attempt)
{
    SimRequest made = request;
    made.conversation = 0;
    made.inputTokens = attempt.inputTokens;
    return made;
}

void SimRun::start(uint32_t index, const AttemptAction &action, bool beside)
{
    Exchange &exchange = *m_exchanges[index];
    const PlannedTarget &target = exchange.plan.targets[action.target];
    Way &way = wayTo(target);
    ++m_report.attempts;
    ++slice().attempts;
    ++m_report.targets[way.share].attempts;
    m_report.hedges += beside ? 1 : 0;
    if (!beside && !exchange.attempts.empty() && exchange.attempts.back().way != &way)
        ++m_report.failovers;
    const AttemptTicket ticket = m_state.health().began({target.provider, target.model, action.credential}, m_nowNs);

    const auto number = uint32_t(exchange.attempts.size());
    Attempt &attempt = exchange.attempts.emplace_back();
    attempt.target = action.target;
    attempt.way = &way;
    attempt.credential = action.credential;
    attempt.startedNs = m_nowNs;
    attempt.ticket = ticket;
    attempt.running = true;
    attempt.beside = beside;
    attempt.inputTokens = exchange.request.inputTokens;
    if (target.truncate != PolicyNode::Truncate::Never)
        attempt.inputTokens = std::min(attempt.inputTokens, target.mostInputTokens);
    attempt.answer = attempt.inputTokens < exchange.request.inputTokens
                         ? way.upstream->ask(shortened(exchange.request, attempt), attempt.credential, m_nowNs)
                         : way.upstream->ask(exchange.request, attempt.credential, m_nowNs);
    applyDeadlines(attempt.answer, *way.timeouts, exchange.contentByNs > 0 ? exchange.contentByNs - m_nowNs : 0,
                   exchange.endByNs > 0 ? exchange.endByNs - m_nowNs : 0);
    if (m_options.onAttempt)
        m_options.onAttempt(
            {m_nowNs, target.provider, target.model, attempt.credential, &exchange.request, &attempt.answer});

    const int64_t contentNs =
        attempt.answer.contentMs ? m_nowNs + nsOf(*attempt.answer.contentMs) : std::numeric_limits<int64_t>::max();
    push(m_nowNs + nsOf(attempt.answer.endMs), index, number, What::End);
    const auto hedgeNs = AttemptPolicy::hedgeDueNs(exchange.plan, attempt.target, m_nowNs);
    if (hedgeNs && *hedgeNs < contentNs)
        push(*hedgeNs, index, number, What::Hedge);
    if (attempt.answer.contentMs && (beside || (hedgeNs && *hedgeNs < contentNs)))
        push(contentNs, index, number, What::Content);
}

void SimRun::replan(uint32_t index)
{
    Exchange &exchange = *m_exchanges[index];
    auto plan = makePlan(m_state, factsOf(exchange));
    if (!plan)
        return fail(index, plan.error().code);
    exchange.plan = std::move(*plan);
    act(index, exchange.policy->begin(exchange.plan, m_nowNs), false);
}

// The first to show content has won; the others are called off.
void SimRun::content(Exchange &exchange, uint32_t attempt)
{
    if (exchange.winner)
        return;
    exchange.winner = attempt;
    m_report.hedgesWon += exchange.attempts[attempt].beside ? 1 : 0;
    for (Attempt &other : exchange.attempts) {
        if (!other.running || &other == &exchange.attempts[attempt])
            continue;
        const double ms = msBetween(other.startedNs, m_nowNs);
        book(exchange, other, 0, true); // a provider charges the prompt, whatever became of the reply
        other.answer.endMs = ms;
        other.answer.contentMs.reset();
        leave(exchange, other, FailureClass::Aborted);
    }
}

void SimRun::ended(uint32_t index, uint32_t number)
{
    Exchange &exchange = *m_exchanges[index];
    Attempt &attempt = exchange.attempts[number];
    const SimAnswer &answer = attempt.answer;
    if (answer.contentMs)
        content(exchange, number);
    leave(exchange, attempt, answer.failure);
    if (answer.failure != FailureClass::None) {
        ++m_report.targets[attempt.way->share].failures;
        if (answer.contentMs) {
            book(exchange, attempt, 0.5, true);
            return fail(index, "broken_stream");
        }
        return act(index,
                   exchange.policy->failed(exchange.plan, attempt.target, attempt.credential, answer.failure, m_nowNs),
                   false);
    }
    book(exchange, attempt, 1, false);
    if (!exchange.conversation.empty())
        m_state.settled(exchange.conversation, exchange.plan, exchange.plan.targets[attempt.target], attempt.credential,
                        answer.cachedTokens, m_nowNs);
    SimSlice &now = slice();
    now.servedBy.resize(m_report.targets.size());
    ++now.servedBy[attempt.way->share];
    ++now.served;
    ++m_report.served;
    ++m_report.targets[attempt.way->share].served;
    m_report.cachedTokens += answer.cachedTokens;
    m_report.followUps += exchange.request.turn > 0 ? 1 : 0;
    m_report.followUpsWarm += exchange.request.turn > 0 && answer.cachedTokens > 0 ? 1 : 0;
    m_report.ttft.add(msBetween(exchange.request.atNs, attempt.startedNs) + *answer.contentMs);
    m_report.duration.add(msBetween(exchange.request.atNs, m_nowNs));
    close(index);
}

void SimRun::leave(Exchange &exchange, Attempt &attempt, FailureClass why)
{
    const PlannedTarget &target = exchange.plan.targets[attempt.target];
    AttemptResult result;
    result.failure = why;
    result.ttftMs = attempt.answer.contentMs;
    result.durationMs = attempt.answer.endMs;
    result.retryAfterMs = attempt.answer.retryAfterMs;
    result.quota = attempt.answer.quota;
    result.ticket = attempt.ticket;
    if (why == FailureClass::None)
        result.outputTokens = exchange.request.outputTokens;
    m_state.health().ended({target.provider, target.model, attempt.credential}, result, m_nowNs);
    const bool served = why == FailureClass::None;
    if (attempt.inputTokens < exchange.request.inputTokens)
        attempt.way->upstream->left(shortened(exchange.request, attempt), attempt.credential, served, m_nowNs);
    else
        attempt.way->upstream->left(exchange.request, attempt.credential, served, m_nowNs);
    attempt.running = false;
}

void SimRun::book(const Exchange &exchange, const Attempt &attempt, double outputShare, bool wasted)
{
    TokenUsage usage;
    usage.input = attempt.inputTokens - attempt.answer.cachedTokens;
    usage.cachedInput = attempt.answer.cachedTokens;
    usage.output = std::llround(double(exchange.request.outputTokens) * outputShare);
    const auto cost = costOf(attempt.way->price, usage, !wasted).nanoUsd;
    m_report.unpriced += cost ? 0 : 1;
    m_report.nanoUsd += cost.value_or(0);
    m_report.wastedNanoUsd += wasted ? cost.value_or(0) : 0;
    m_report.targets[attempt.way->share].nanoUsd += cost.value_or(0);
}

void SimRun::fail(uint32_t index, std::string reason)
{
    ++m_report.failed;
    ++slice().failed;
    ++m_report.errors[std::move(reason)];
    m_report.untilError.add(msBetween(m_exchanges[index]->request.atNs, m_nowNs));
    close(index);
}

void SimRun::close(uint32_t index)
{
    Exchange &exchange = *m_exchanges[index];
    ++exchange.generation;
    exchange.attempts.clear();
    exchange.winner.reset();
    exchange.policy.reset();
    m_free.push_back(index);
}

SimRun::Way &SimRun::wayTo(const PlannedTarget &target)
{
    const auto known = m_ways.find(ByNames::Names(target.provider, target.model));
    if (known != m_ways.end())
        return known->second;
    const SimUpstreamModel *model = described(m_models, target);
    SimUpstream *&upstream = m_described[model ? model : nullptr];
    if (!upstream || !model) {
        SimUpstreamModel own = model ? *model : SimUpstreamModel{};
        m_upstreams.push_back(std::make_unique<SimUpstream>(std::move(own), m_random.next()));
        upstream = m_upstreams.back().get();
    }
    Way way;
    way.upstream = upstream;
    const ProviderConfig *provider = m_table->config().provider(target.provider);
    way.timeouts = provider ? &provider->timeouts : &m_table->config().timeouts;
    way.facts = m_table->models().find(target.provider, target.model);
    if (upstream->model().price)
        way.price = &*upstream->model().price;
    else if (way.facts && way.facts->price)
        way.price = &*way.facts->price;
    way.share = uint32_t(m_report.targets.size());
    SimTargetShare share;
    share.provider = target.provider;
    share.model = target.model;
    m_report.targets.push_back(std::move(share));
    return m_ways.emplace(std::pair(std::string(target.provider), std::string(target.model)), std::move(way))
        .first->second;
}

void SimRun::push(int64_t atNs, uint32_t exchange, uint32_t attempt, What what)
{
    m_events.push({atNs, m_pushed++, exchange, m_exchanges[exchange]->generation, attempt, what});
}

} // namespace signalbox
