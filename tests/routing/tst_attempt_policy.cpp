// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/attempt_policy.h"
#include "core/routing/route_table.h"

#include <QtTest/QTest>

using namespace signalbox;
using Kind = AttemptAction::Kind;
using Reason = AttemptAction::Reason;

namespace {

constexpr int64_t ms = 1'000'000;
constexpr int64_t start = 1'000 * ms;

ConfigPtr someConfig(RetryConfig retry)
{
    auto config = std::make_shared<Config>();
    config->retry = retry;
    for (const char *id : {"a", "b", "c"}) {
        ProviderConfig provider;
        provider.id = id;
        provider.credentials = {{"k1", "env:A", 1}, {"k2", "env:B", 1}};
        config->providers.push_back(provider);
    }
    return config;
}

struct Walk {
    explicit Walk(RetryConfig retry = {}, int64_t deadlineNs = 0, int64_t patientUntilNs = 0)
        : policy(state, 7, deadlineNs, patientUntilNs)
    {
        const ConfigPtr config = someConfig(retry);
        state.attach(std::make_shared<RouteTable>(config, std::make_shared<ModelBook>(nullptr, *config)));
        plan.table = state.table();
    }
    void add(const char *provider, FailureSet on = usualFallback)
    {
        PlannedTarget target;
        target.provider = provider;
        target.model = "m";
        target.on = on;
        plan.targets.push_back(target);
    }
    void block(const char *provider, Block why, int64_t untilNs)
    {
        plan.blocked.push_back({provider, "m", {why, untilNs}});
    }

    RoutingState state;
    Plan plan;
    AttemptPolicy policy;
};

} // namespace

class TestAttemptPolicy final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void failureLeadsOn_data()
    {
        QTest::addColumn<int>("failure");
        QTest::addColumn<bool>("otherKey");
        QTest::addColumn<bool>("final");
        const auto row = [](FailureClass failure, bool otherKey, bool final) {
            QTest::newRow(failureName(failure)) << int(failure) << otherKey << final;
        };
        row(FailureClass::Connect, false, false);
        row(FailureClass::Timeout, false, false);
        row(FailureClass::RequestTimeout, false, false);
        row(FailureClass::Conflict, false, false);
        row(FailureClass::RateLimited, true, false);
        row(FailureClass::Quota, true, false);
        row(FailureClass::Credential, true, false);
        row(FailureClass::Overloaded, false, false);
        row(FailureClass::Server, false, false);
        row(FailureClass::Unsuitable, false, false);
        row(FailureClass::Client, false, true);
        row(FailureClass::Aborted, false, true);
    }

    void failureLeadsOn()
    {
        QFETCH(int, failure);
        QFETCH(bool, otherKey);
        QFETCH(bool, final);
        Walk walk;
        walk.add("a");
        walk.add("b");
        const AttemptAction first = walk.policy.begin(walk.plan, start);
        QCOMPARE(first.kind, Kind::Try);
        QCOMPARE(first.target, size_t(0));
        AttemptAction next = walk.policy.failed(walk.plan, 0, first.credential, FailureClass(failure), start);
        if (final) {
            QCOMPARE(next.kind, Kind::GiveUp);
            QCOMPARE(next.reason, Reason::Final);
            return;
        }
        QCOMPARE(next.kind, Kind::Try);
        QCOMPARE(next.target, size_t(otherKey ? 0 : 1));
        if (!otherKey)
            return;
        QVERIFY(next.credential != first.credential);
        next = walk.policy.failed(walk.plan, 0, next.credential, FailureClass(failure), start);
        QCOMPARE(next.kind, Kind::Try);
        QCOMPARE(next.target, size_t(1));
    }

    void staysWithinTheAttempts()
    {
        RetryConfig retry;
        retry.attempts = 3;
        Walk walk(retry);
        for (const char *provider : {"a", "b", "c"})
            walk.add(provider);
        AttemptAction action = walk.policy.begin(walk.plan, start);
        for (int n = 1; n < 3; ++n) {
            QCOMPARE(action.kind, Kind::Try);
            action = walk.policy.failed(walk.plan, action.target, action.credential, FailureClass::RateLimited, start);
        }
        QCOMPARE(walk.policy.attempts(), 3);
        action = walk.policy.failed(walk.plan, action.target, action.credential, FailureClass::RateLimited, start);
        QCOMPARE(action.kind, Kind::GiveUp);
        QCOMPARE(action.reason, Reason::Failed);
    }

    // Nobody can take what is asked: there is nothing to wait for, and nothing was sent.
    void unsuitableEverywhere()
    {
        Walk walk;
        walk.add("a");
        walk.add("b", {});
        AttemptAction action = walk.policy.begin(walk.plan, start);
        action = walk.policy.failed(walk.plan, 0, action.credential, FailureClass::Unsuitable, start);
        QCOMPARE(action.target, size_t(1));
        action = walk.policy.failed(walk.plan, 1, action.credential, FailureClass::Unsuitable, start);
        QCOMPARE(action.kind, Kind::GiveUp);
        QCOMPARE(action.reason, Reason::Failed);
        QCOMPARE(walk.policy.attempts(), 0);
    }

    void allBlocked_data()
    {
        QTest::addColumn<int>("block");
        QTest::addColumn<int>("inMs");       // 0: waiting does not help
        QTest::addColumn<int>("deadlineMs"); // negative: the client said that it waits so long
        QTest::addColumn<bool>("waits");
        QTest::addColumn<int>("reason");
        QTest::newRow("soon") << int(Block::CoolDown) << 500 << 0 << true << int(Reason::None);
        QTest::newRow("soon, breaker") << int(Block::Breaker) << 500 << 2'000 << true << int(Reason::None);
        QTest::newRow("too far") << int(Block::CoolDown) << 10'001 << 0 << false << int(Reason::Throttled);
        QTest::newRow("too far, breaker") << int(Block::Breaker) << 10'001 << 0 << false << int(Reason::Blocked);
        QTest::newRow("after the deadline") << int(Block::CoolDown) << 500 << 400 << false << int(Reason::Throttled);
        QTest::newRow("far, but in time") << int(Block::CoolDown) << 60'000 << -90'000 << true << int(Reason::None);
        QTest::newRow("far, breaker") << int(Block::Breaker) << 60'000 << -90'000 << true << int(Reason::None);
        QTest::newRow("too late") << int(Block::CoolDown) << 60'000 << -59'000 << false << int(Reason::Throttled);
        QTest::newRow("never") << int(Block::OutOfCredit) << 0 << 0 << false << int(Reason::Blocked);
    }

    void allBlocked()
    {
        QFETCH(int, block);
        QFETCH(int, inMs);
        QFETCH(int, deadlineMs);
        QFETCH(bool, waits);
        QFETCH(int, reason);
        const int64_t deadline = deadlineMs == 0 ? 0 : start + std::abs(deadlineMs) * ms;
        Walk walk({}, deadline, deadlineMs < 0 ? deadline : 0);
        const int64_t until = inMs > 0 ? start + inMs * ms : 0;
        walk.block("a", Block(block), until);
        if (inMs > 0)
            walk.block("b", Block(block), until + 60'000 * ms);
        const AttemptAction action = walk.policy.begin(walk.plan, start);
        QCOMPARE(action.kind, waits ? Kind::Wait : Kind::GiveUp);
        QCOMPARE(action.reason, Reason(reason));
        if (waits) {
            QVERIFY2(action.atNs >= until, "never before the announced time");
            QVERIFY(action.atNs <= until + 250 * ms);
        } else {
            QCOMPARE(action.atNs, until);
        }
        QCOMPARE(walk.policy.attempts(), 0);
    }

    // Exchanges that wait for the same moment come back one after the other, more and more spread.
    void waitsAreSpreadAndEnd()
    {
        Walk walk;
        AttemptPolicy one(walk.state, 1);
        AttemptPolicy two(walk.state, 2);
        walk.block("a", Block::CoolDown, start + 1'000 * ms);
        const int64_t first = one.begin(walk.plan, start).atNs;
        QVERIFY(first != two.begin(walk.plan, start).atNs);
        int waits = 1;
        while (one.begin(walk.plan, start).kind == Kind::Wait)
            ++waits;
        QCOMPARE(waits, RetryConfig{}.attempts);
    }

    // Nowhere else to go: the same target again after the backoff, as long as the budget has something left.
    void soleTargetIsTriedAgain()
    {
        Walk walk;
        walk.add("a");
        AttemptAction action = walk.policy.begin(walk.plan, start);
        action = walk.policy.failed(walk.plan, 0, action.credential, FailureClass::Server, start);
        QCOMPARE(action.kind, Kind::Wait);
        QVERIFY(action.atNs >= start + 125 * ms && action.atNs <= start + 250 * ms);
        action = walk.policy.begin(walk.plan, action.atNs);
        QCOMPARE(action.kind, Kind::Try);

        AttemptPolicy next(walk.state, 1);
        action = next.begin(walk.plan, start);
        action = next.failed(walk.plan, 0, action.credential, FailureClass::Server, start);
        QCOMPARE(action.kind, Kind::GiveUp);
        QCOMPARE(action.reason, Reason::Failed);
        for (int i = 0; i < 20; ++i) // each earns a tenth of a retry
            walk.state.countRequest(start);
        AttemptPolicy later(walk.state, 1);
        action = later.begin(walk.plan, start);
        action = later.failed(walk.plan, 0, action.credential, FailureClass::Server, start);
        QCOMPARE(action.kind, Kind::Wait);
    }

    // A key that was refused stays refused: no second try of its target.
    void refusedKeysAreNotRepeated()
    {
        Walk walk;
        walk.add("a");
        AttemptAction action = walk.policy.begin(walk.plan, start);
        action = walk.policy.failed(walk.plan, 0, action.credential, FailureClass::Credential, start);
        QCOMPARE(action.kind, Kind::Try);
        action = walk.policy.failed(walk.plan, 0, action.credential, FailureClass::Credential, start);
        QCOMPARE(action.kind, Kind::GiveUp);
    }

    void hedgeIsDueAfterItsTime()
    {
        Walk walk;
        walk.add("a");
        walk.add("b");
        QVERIFY(!AttemptPolicy::hedgeDueNs(walk.plan, 0, start));
        walk.plan.targets[1].hedgeAfterMs = 800;
        QCOMPARE(AttemptPolicy::hedgeDueNs(walk.plan, 0, start).value(), start + 800 * ms);
        QVERIFY(!AttemptPolicy::hedgeDueNs(walk.plan, 1, start));
    }
};

QTEST_APPLESS_MAIN(TestAttemptPolicy)
#include "tst_attempt_policy.moc"
