// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/attempt_policy.h"
#include "core/routing/planner.h"
#include "random_tree.h"

#include <QtTest/QTest>

#include <array>

using namespace world;
using Kind = AttemptAction::Kind;

namespace {

struct Counts {
    int64_t requests = 0;
    int64_t attempts = 0;
    int64_t failures = 0;
    int64_t refused = 0;
    int64_t waits = 0;
    int64_t hedges = 0;
    int64_t violations = 0;
    int64_t elsewhere = 0; // attempts where the trees name a target that may not serve
};

// The exchange of one request with faults at random, over replans and hedges.
class Walk
{
public:
    Walk(const Config &config, RoutingState &state, SimRandom &random, Counts &counts)
        : m_config(config), m_state(state), m_random(random), m_counts(counts)
    {
    }

    void exchange(int64_t &nowNs)
    {
        ++m_counts.requests;
        const std::string direct = "p" + std::to_string(m_random.below(providerCount)) + "/m1";
        const std::string routed = "m" + std::to_string(m_random.below(3));
        const std::string project = m_random.below(2) == 0 ? "strict" : "free";
        m_facts.model = m_random.below(5) == 0 || m_config.routes.empty() ? direct : routed;
        m_facts.project = project;
        m_facts.client = "c";
        m_facts.inputTokens = 500;
        m_facts.conversation = m_random.below(2) == 0 ? "chat" : "";
        m_facts.nowNs = nowNs;
        m_facts.wallMs = 1'700'000'000'000 + nowNs / 1'000'000;
        m_state.countRequest(nowNs);
        if (!plan())
            return;
        m_state.commit(m_plan);
        AttemptPolicy policy(m_state, m_random.next());
        AttemptAction action = policy.begin(m_plan, nowNs);
        for (;;) {
            if (action.kind == Kind::Wait) {
                ++m_counts.waits;
                nowNs = action.atNs;
                m_facts.nowNs = nowNs;
                if (!plan())
                    return;
                action = policy.begin(m_plan, nowNs);
            } else if (action.kind == Kind::Try) {
                if (!attempt(policy, action, nowNs))
                    return;
            } else {
                return;
            }
        }
    }

private:
    bool plan()
    {
        auto made = makePlan(m_state, m_facts);
        if (!made) {
            ++m_counts.refused;
            return false;
        }
        m_plan = std::move(*made);
        return true;
    }

    void sent(const AttemptAction &action)
    {
        const PlannedTarget &target = m_plan.targets[action.target];
        ++m_counts.attempts;
        const std::string route(m_plan.route);
        const std::string project(m_facts.project);
        m_counts.violations += mayServe(m_config, route, project, std::string(target.provider)) ? 0 : 1;
        bool others = false;
        for (const ProviderConfig &provider : m_config.providers)
            others = others || !mayServe(m_config, route, project, provider.id);
        m_counts.elsewhere += others ? 1 : 0;
        m_state.health().began({target.provider, target.model, action.credential}, m_facts.nowNs);
    }

    void over(const AttemptAction &action, FailureClass why, int64_t nowNs)
    {
        const PlannedTarget &target = m_plan.targets[action.target];
        AttemptResult result;
        result.failure = why;
        result.durationMs = 5;
        if (why == FailureClass::None)
            result.ttftMs = double(1 + m_random.below(3'000));
        if (why == FailureClass::RateLimited && m_random.below(2) == 0)
            result.retryAfterMs = int64_t(m_random.below(3'000));
        m_state.health().ended({target.provider, target.model, action.credential}, result, nowNs);
        m_counts.failures += why == FailureClass::None ? 0 : 1;
    }

    // False: the exchange is over. Otherwise `action` is what comes next.
    bool attempt(AttemptPolicy &policy, AttemptAction &action, int64_t &nowNs)
    {
        constexpr std::array ends{FailureClass::None,        FailureClass::Connect,    FailureClass::Timeout,
                                  FailureClass::RateLimited, FailureClass::Overloaded, FailureClass::Server,
                                  FailureClass::Quota,       FailureClass::Credential, FailureClass::Conflict};
        sent(action);
        AttemptAction beside;
        if (AttemptPolicy::hedgeDueNs(m_plan, action.target, nowNs)) {
            beside = policy.hedge(m_plan, action.target, nowNs);
            if (beside.kind == Kind::Try) {
                ++m_counts.hedges;
                sent(beside);
            }
        }
        nowNs += 5'000'000;
        m_facts.nowNs = nowNs;
        const FailureClass why = ends[m_random.below(ends.size())];
        over(action, why, nowNs);
        const PlannedTarget &target = m_plan.targets[action.target];
        if (why == FailureClass::None) {
            if (beside.kind == Kind::Try)
                over(beside, FailureClass::Aborted, nowNs);
            if (!m_facts.conversation.empty())
                m_state.settled(m_facts.conversation, m_plan, target, action.credential, 400, nowNs);
            return false;
        }
        action = policy.failed(m_plan, action.target, action.credential, why, nowNs);
        if (beside.kind == Kind::Try) {
            over(beside, FailureClass::Server, nowNs);
            action = policy.failed(m_plan, beside.target, beside.credential, FailureClass::Server, nowNs);
        }
        return true;
    }

    const Config &m_config;
    RoutingState &m_state;
    SimRandom &m_random;
    Counts &m_counts;
    RoutingFacts m_facts;
    Plan m_plan;
};

} // namespace

// No tree, no fault, no retry and no hedge takes a request out of the regions it must stay in.
class TestResidency final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void neverLeavesTheRegion()
    {
        const int64_t trees = qEnvironmentVariableIsSet("SIGNALBOX_LONG_TESTS") ? 1'000'000 : 100'000;
        Counts counts;
        for (int64_t i = 0; i < trees && counts.violations == 0; ++i) {
            SimRandom random(uint64_t(i) + 1);
            const auto config = std::make_shared<const Config>(randomConfig(random));
            RoutingState state(random.next());
            state.attach(std::make_shared<RouteTable>(config, std::make_shared<ModelBook>(nullptr, *config)));
            Walk walk(*config, state, random, counts);
            int64_t nowNs = 1'000'000'000;
            for (int n = 0; n < 6; ++n) {
                walk.exchange(nowNs);
                nowNs += int64_t(random.below(4'000)) * 1'000'000;
                state.tick(nowNs);
            }
            if (counts.violations > 0)
                qWarning("tree %lld", static_cast<long long>(i));
        }
        qInfo("%lld violations in %lld trees: %lld requests, %lld attempts (%lld of them with a forbidden provider at "
              "hand), %lld failures, %lld waits, %lld hedges, %lld refused",
              static_cast<long long>(counts.violations), static_cast<long long>(trees),
              static_cast<long long>(counts.requests), static_cast<long long>(counts.attempts),
              static_cast<long long>(counts.elsewhere), static_cast<long long>(counts.failures),
              static_cast<long long>(counts.waits), static_cast<long long>(counts.hedges),
              static_cast<long long>(counts.refused));
        QCOMPARE(counts.violations, int64_t(0));
        QVERIFY(counts.elsewhere > trees && counts.failures > trees && counts.refused > trees / 10);
        QVERIFY(counts.waits > 0 && counts.hedges > 0);
    }
};

QTEST_APPLESS_MAIN(TestResidency)
#include "tst_residency.moc"
