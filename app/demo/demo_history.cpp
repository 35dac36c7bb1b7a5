// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_history.h"

#include "app/demo/demo_random.h"
#include "app/demo/simulated_provider.h"
#include "core/base/glob.h"
#include "core/base/ids.h"
#include "core/catalogue/model_book.h"
#include "core/catalogue/price_json.h"
#include "core/ledger/phase_times.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <utility>

namespace signalbox {

namespace {

// Quiet hours ago, busier towards now, so that the curve runs into what the live traffic does.
double relativeRate(double hoursAgo)
{
    return (0.06 + std::exp(-hoursAgo / 1.1)) * (1 + 0.3 * std::sin(2 * std::numbers::pi * hoursAgo / 0.8));
}

std::vector<int64_t> arrivals(DemoRandom &random, int64_t nowMs, int rows, double hours)
{
    std::vector<int64_t> times;
    times.reserve(size_t(rows));
    while (int(times.size()) < rows) { // rejection under the curve, whose peak is below 1.4
        const double hoursAgo = random.uniform() * hours;
        if (random.uniform() * 1.4 < relativeRate(hoursAgo))
            times.push_back(nowMs - 3000 - int64_t(hoursAgo * 3'600'000));
    }
    std::sort(times.begin(), times.end());
    return times;
}

const RouteConfig *routeOf(const Config &config, const std::string &model)
{
    for (const RouteConfig &route : config.routes) {
        if (globMatch(route.match.model, model))
            return &route;
    }
    return nullptr;
}

class Historian
{
public:
    Historian(const DemoSetup &setup, DemoRandom &random)
        : m_setup(setup), m_random(random), m_models(nullptr, setup.config), m_profiles(demoProfiles())
    {
        for (size_t i = 0; i < m_profiles.size(); ++i)
            m_slowPhase.push_back(m_random.uniform());
    }

    RequestRecord requestAt(int64_t atMs)
    {
        const DemoClient &client = pickClient();
        const double spot = m_random.uniform();
        RequestRecord row;
        row.id = makeUuid7(atMs);
        row.startedAtMs = atMs;
        row.project = client.project;
        row.client = client.id;
        row.dialect = "openai-chat";
        row.requestedModel = client.models[size_t(spot * spot * double(client.models.size()))];
        m_embeddings = row.requestedModel.find("embed") != std::string::npos;
        row.stream = !m_embeddings && m_random.chance(client.project == "pipelines" ? 0.3 : 0.85);
        row.overheadUs = int64_t(m_random.logNormal(320, 0.35));
        row.traceId = makeTraceId();
        row.spanId = makeSpanId();
        if (const RouteConfig *route = routeOf(m_setup.config, row.requestedModel)) {
            row.route = route->id;
            tryTargets(row, route->to);
        }
        row.phases = packPhases(phasesOfRow(row));
        return row;
    }

private:
    // The gateway's own time, shared out as it usually is.
    PhaseTimes phasesOfRow(const RequestRecord &row) const
    {
        const int64_t own = row.overheadUs;
        PhaseTimes times{own / 6, own / 4, own * 2 / 5, {}};
        for (const AttemptRecord &attempt : row.attempts) {
            const int64_t from = (attempt.startedAtMs - row.startedAtMs) * 1'000 + times.plannedUs;
            PhaseTimes::Attempt timed{from, from + own / 4, -1, false};
            if (attempt.ttfbMs && attempt.status < 400)
                timed.firstTokenUs = timed.startedUs + int64_t(*attempt.ttfbMs * 1'000);
            times.attempts.push_back(timed);
        }
        return times;
    }

    const DemoClient &pickClient()
    {
        double sum = 0;
        for (const DemoClient &client : m_setup.traffic)
            sum += client.weight;
        double at = m_random.uniform() * sum;
        for (const DemoClient &client : m_setup.traffic) {
            at -= client.weight;
            if (at < 0)
                return client;
        }
        return m_setup.traffic.back();
    }

    // In the order of the file, whatever chooses between them.
    static void collectTargets(const PolicyNode &node, std::vector<PolicyNode> &targets)
    {
        if (node.kind == PolicyNode::Kind::Target)
            targets.push_back(node);
        for (const PolicyNode &child : node.children)
            collectTargets(child, targets);
    }

    void tryTargets(RequestRecord &row, const PolicyNode &node)
    {
        std::vector<PolicyNode> targets;
        collectTargets(node, targets);
        double offsetMs = 0;
        for (const PolicyNode &target : targets) {
            attempt(row, target, offsetMs);
            if (row.status < 400 || row.status == 499)
                break;
        }
        row.durationMs = offsetMs + double(row.overheadUs) / 1000;
    }

    void attempt(RequestRecord &row, const PolicyNode &target, double &offsetMs)
    {
        AttemptRecord attempt;
        attempt.n = int(row.attempts.size()) + 1;
        attempt.provider = target.provider;
        attempt.model = target.model == "*" ? row.requestedModel : target.model;
        attempt.startedAtMs = row.startedAtMs + int64_t(offsetMs);
        attempt.connectMs = m_random.chance(0.9) ? 0 : m_random.between(0.3, 1.2);
        decide(row, attempt);
        offsetMs += attempt.durationMs;

        row.provider = attempt.provider;
        row.model = attempt.model;
        row.status = attempt.status;
        row.usage = attempt.usage;
        row.cost = attempt.cost;
        row.error.clear();
        if (attempt.status == 429)
            row.error = "http_429: Rate limit reached for this simulated account.";
        else if (attempt.status >= 500)
            row.error = "http_500: The simulated provider had an internal error.";
        else if (attempt.status == 499)
            row.error = "client_closed: the client closed the connection before the reply was complete";
        if (attempt.status < 400 && row.stream)
            row.ttftMs = offsetMs - attempt.durationMs + attempt.ttfbMs.value_or(0) + double(row.overheadUs) / 1000;
        row.attempts.push_back(std::move(attempt));
    }

    void decide(const RequestRecord &row, AttemptRecord &attempt)
    {
        const SimulatedProfile &profile = profileOf(attempt.provider);
        const double pace = paceAt(profile, row.startedAtMs);
        attempt.status = 200;
        if (m_random.chance(pace > 1 ? profile.limitedShare * 4 : profile.limitedShare * 0.6))
            attempt.status = 429;
        else if (m_random.chance(profile.failedShare))
            attempt.status = 500;
        if (attempt.status != 200) {
            attempt.ttfbMs = m_random.between(40, 48);
            attempt.durationMs = *attempt.ttfbMs + 0.2;
            attempt.errorClass = "http_" + std::to_string(attempt.status);
            if (attempt.status == 429)
                attempt.retryAfterMs = 1000 * (1 + m_random.below(4));
            return;
        }
        const int64_t prompt = int64_t(m_random.logNormal(m_embeddings ? 40 : 210, 0.5)) + 12;
        const int64_t cached = prompt > 96 && m_random.chance(0.55) ? prompt * 3 / 4 / 32 * 32 : 0;
        const int words = int(m_random.logNormal(70, 0.6)) + 4;
        attempt.usage.input = prompt - cached;
        attempt.usage.cachedInput = cached;
        attempt.usage.output = m_embeddings ? 0 : words * 3 / 2;
        attempt.usage.reasoning = 0;
        attempt.cost = m_models.costOf(attempt.provider, attempt.model, attempt.usage, true);

        const double firstMs = m_random.logNormal(profile.ttftMedianMs, profile.ttftSigma) * pace;
        const double restMs =
            m_embeddings ? 0 : words * 1000.0 / profile.tokensPerSecond * m_random.between(0.85, 1.2) * pace;
        attempt.ttfbMs = row.stream ? firstMs : firstMs + restMs;
        attempt.durationMs = firstMs + restMs;
        if (row.stream && m_random.chance(0.015))
            cutShort(attempt, firstMs);
    }

    // The client hung up in the middle: what came until then is known, the rest is not.
    void cutShort(AttemptRecord &attempt, double firstMs)
    {
        const double share = m_random.between(0.1, 0.8);
        attempt.status = 499;
        attempt.errorClass = "client_closed";
        attempt.durationMs = firstMs + (attempt.durationMs - firstMs) * share;
        attempt.usage.output = int64_t(double(attempt.usage.output.value_or(0)) * share);
        attempt.cost = m_models.costOf(attempt.provider, attempt.model, attempt.usage, true);
        attempt.cost.state = CostState::AtLeast;
    }

    const SimulatedProfile &profileOf(const std::string &id) const
    {
        for (const SimulatedProfile &profile : m_profiles) {
            if (profile.id == id)
                return profile;
        }
        return m_profiles.front();
    }

    double paceAt(const SimulatedProfile &profile, int64_t atMs) const
    {
        const size_t index = size_t(&profile - m_profiles.data());
        const double cycles = double(atMs) / 1000.0 / double(profile.slowEvery.count() * 2) + m_slowPhase[index];
        const double share = double(profile.slowFor.count()) / double(profile.slowEvery.count() * 2);
        return cycles - std::floor(cycles) < share ? profile.slowFactor : 1.0;
    }

    const DemoSetup &m_setup;
    DemoRandom &m_random;
    ModelBook m_models;
    std::vector<SimulatedProfile> m_profiles;
    std::vector<double> m_slowPhase;
    bool m_embeddings = false;
};

} // namespace

std::vector<RequestRecord> makeDemoHistory(const DemoSetup &setup, int64_t nowMs, uint32_t seed, int rows, double hours)
{
    DemoRandom random(seed);
    const std::vector<int64_t> times = arrivals(random, nowMs, rows, hours);
    Historian historian(setup, random);
    std::vector<RequestRecord> history;
    history.reserve(times.size());
    for (const int64_t at : times)
        history.push_back(historian.requestAt(at));
    return history;
}

std::vector<PriceNote> demoPriceNotes(const DemoSetup &setup, const std::vector<RequestRecord> &rows)
{
    const ModelBook models(nullptr, setup.config);
    std::set<std::string> known;
    std::vector<PriceNote> notes;
    for (const RequestRecord &row : rows) {
        const ModelFactsPtr facts = models.find(row.provider, row.model);
        if (facts && facts->price && known.insert(facts->price->id).second)
            notes.push_back({facts->price->id, priceToJson(*facts->price), rows.front().startedAtMs});
    }
    return notes;
}

} // namespace signalbox
