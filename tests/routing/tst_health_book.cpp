// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/health/health_state.h"
#include "health_world.h"

#include <QtTest/QTest>

#include <limits>
#include <random>
#include <set>

using namespace signalbox;

namespace {

struct Running {
    std::string provider, model, credential;
    int64_t beganNs = 0;
    AttemptKey key() const { return {provider, model, credential}; }
};

int inFlightOfTargets(const HealthBook &book, int64_t now)
{
    int sum = 0;
    for (const auto &row : book.targetRows(now))
        sum += row.figures.inFlight;
    return sum;
}

} // namespace

class TestHealthBook final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figures()
    {
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p", {HealthWorld::key("k")})};
        world.apply();
        const AttemptKey key{"p", "m", "k"};
        TargetHealth *target = world.book.target("p", "m");
        QCOMPARE(world.book.target("p", "m"), target);
        QVERIFY(!world.book.target("nobody", "m"));
        QVERIFY(!world.book.find("p", "unknown"));
        QCOMPARE(world.book.figures(*target, world.now).attempts, 0.0);
        QVERIFY(!world.book.ttftPercentileMs(*target, 0.95, world.now));
        for (int i = 1; i <= 100; ++i) {
            AttemptResult result = HealthWorld::result(FailureClass::None, 10.0 * i + 1000);
            result.ttftMs = 10.0 * i;
            result.outputTokens = 50;
            world.book.began(key, world.now);
            world.book.ended(key, result, world.now);
        }
        world.book.began(key, world.now);
        const TargetFigures told = world.book.figures(*target, world.now);
        QVERIFY(std::abs(told.attempts - 100) < 0.01);
        QCOMPARE(told.inFlight, 1);
        QVERIFY(std::abs(*told.ttftP50Ms - 500) <= 10);
        QVERIFY(std::abs(*told.ttftP95Ms - 950) <= 19);
        QVERIFY(std::abs(*told.ttftP99Ms - 990) <= 19.8);
        QVERIFY(std::abs(*told.durationP90Ms - 1900) <= 38);
        QVERIFY(std::abs(*told.tokensPerSecond - 50) <= 1);
        QVERIFY(std::abs(told.outputTokensPerSecond / told.requestsPerSecond - 50) < 0.01);
        QCOMPARE(world.book.ttftPercentileMs(*target, 0.9, world.now), told.ttftP90Ms);
        const auto rows = world.book.providerRows(world.now);
        QCOMPARE(rows.front().figures.ttftP95Ms, told.ttftP95Ms);
        QCOMPARE(rows.front().credentials.front().figures.durationP50Ms, told.durationP50Ms);
        // Fades out of sight.
        world.pass(3600);
        QCOMPARE(world.book.figures(*target, world.now).attempts, 0.0);
        QVERIFY(!world.book.figures(*target, world.now).ttftP50Ms);
        QCOMPARE(world.book.figures(*target, world.now).inFlight, 1);
    }

    void failuresByClass()
    {
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p")};
        world.apply();
        world.attempts(3, {"p", "m", ""}, FailureClass::Timeout);
        world.attempts(2, {"p", "m", ""}, FailureClass::Client);
        const auto row = world.book.targetRows(world.now).front();
        QCOMPARE(row.failures.size(), size_t(2));
        QCOMPARE(row.failures[0].first, FailureClass::Timeout);
        QVERIFY(std::abs(row.failures[0].second - 3) < 0.1);
        QCOMPARE(row.failures[1].first, FailureClass::Client);
        QCOMPARE(row.figures.errorRate, 1.0);
    }

    void configureKeepsWhatStays()
    {
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p"), HealthWorld::provider("q")};
        world.apply();
        world.attempts(8, {"p", "m", ""}, FailureClass::Server);
        world.attempts(8, {"q", "m", ""}, FailureClass::Server);
        const double attempts = world.book.figures(*world.book.target("p", "m"), world.now).attempts;
        world.config.providers.pop_back();
        world.config.breaker.halfLife = Millis(5000);
        world.apply();
        QVERIFY(!world.at("p", "m").available());
        QVERIFY(std::abs(world.book.figures(*world.book.target("p", "m"), world.now).attempts - attempts) < 0.01);
        QVERIFY(!world.book.target("q", "m"));
        QCOMPARE(world.book.targetRows(world.now).size(), size_t(1));
        world.config.providers.push_back(HealthWorld::provider("q"));
        world.apply();
        QVERIFY(world.at("q", "m").available());
    }

    void wildcardTargetsAreBounded()
    {
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p"), HealthWorld::provider("q")};
        RouteConfig route;
        route.to.provider = "p";
        route.to.model = "named";
        world.config.routes = {route};
        world.apply();
        const TargetHealth *named = world.book.target("p", "named");
        world.book.began({"q", "running", ""}, world.now);
        for (int i = 0; i < 20000; ++i) {
            const std::string model = "m" + std::to_string(i);
            world.attempt({i % 2 ? "p" : "q", model, ""}, HealthWorld::result(FailureClass::None, 1));
            world.book.target("p", "often asked");
        }
        const auto rows = world.book.targetRows(world.now);
        QCOMPARE(rows.size(), size_t(4096 + 1));
        std::set<std::string> models;
        for (const auto &row : rows)
            models.insert(row.model);
        for (const char *model : {"named", "running", "often asked", "m19999", "m16000"})
            QVERIFY2(models.count(model), model);
        QVERIFY(!models.count("m100"));
        QCOMPARE(world.book.target("p", "named"), named);
        world.book.ended({"q", "running", ""}, HealthWorld::result(FailureClass::None, 1), world.now);
        QCOMPARE(inFlightOfTargets(world.book, world.now), 0);
    }

    void memoryOfATarget()
    {
        // Three histograms and all else; what a provider and its keys keep is of the same size each.
        QVERIFY(sizeof(DecayingHistogram) <= 2048);
        QVERIFY(sizeof(TargetHealth) + 3 * sizeof(DecayingHistogram) + sizeof(DecayingRate) <= 16 * 1024);
        qInfo("bytes: target %zu, histogram %zu, rate %zu", sizeof(TargetHealth), sizeof(DecayingHistogram),
              sizeof(DecayingRate));
    }

    void clocksThatJump_data()
    {
        QTest::addColumn<qint64>("step");
        QTest::newRow("stands still") << qint64(0);
        QTest::newRow("goes back") << qint64(-900) * 1000000000;
        QTest::newRow("a day ahead") << qint64(86400) * 1000000000;
        QTest::newRow("a century ahead") << qint64(3155760000) * 1000000000;
    }

    void clocksThatJump()
    {
        QFETCH(qint64, step);
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p", {HealthWorld::key("k")})};
        world.apply();
        world.now = 1000 * int64_t(1000000000);
        const AttemptKey key{"p", "m", "k"};
        for (int i = 0; i < 40; ++i) {
            world.book.began(key, world.now);
            if (i == 20)
                world.now += step;
            AttemptResult result = HealthWorld::result(i % 2 ? FailureClass::None : FailureClass::Timeout, 100);
            result.ttftMs = 100;
            world.book.ended(key, result, world.now);
            const TargetFigures figures = world.book.figures(*world.book.target("p", "m"), world.now);
            QVERIFY(std::isfinite(figures.attempts) && figures.attempts >= 0 && figures.attempts <= 41);
            QVERIFY(figures.errorRate >= 0 && figures.errorRate <= 1);
            QVERIFY(figures.ttftP50Ms && std::abs(*figures.ttftP50Ms - 100) < 2);
            QCOMPARE(figures.inFlight, 0);
        }
        // Whatever it was, minutes later all is well again.
        world.pass(1800);
        QVERIFY(world.at("p", "m").available());
    }

    void randomEventsKeepTheBalance_data()
    {
        QTest::addColumn<uint>("seed");
        for (uint seed = 1; seed <= 12; ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }

    void randomEventsKeepTheBalance()
    {
        QFETCH(uint, seed);
        std::mt19937_64 dice(seed);
        const auto below = [&](size_t limit) { return static_cast<size_t>(dice() % limit); };
        HealthWorld world(seed);
        world.config.providers = {HealthWorld::provider("p", {HealthWorld::key("x"), HealthWorld::key("y", 3)}),
                                  HealthWorld::provider("q"), HealthWorld::provider("r", {HealthWorld::key("z")})};
        world.apply();
        std::vector<Running> running;
        for (int step = 0; step < 20000; ++step) {
            world.now += static_cast<int64_t>(below(500000000));
            if (below(2) == 0 && running.size() < 200) {
                Running made{std::string(1, "pqr"[below(3)]), std::string(1, static_cast<char>('a' + below(4))), {}, 0};
                const auto picked = world.book.pickCredential(made.provider, {}, {}, world.now);
                if (!picked)
                    continue;
                made.credential = *picked;
                made.beganNs = world.now;
                world.book.began(made.key(), world.now);
                running.push_back(std::move(made));
            } else if (!running.empty()) {
                const size_t index = below(running.size());
                const Running one = running[index];
                running.erase(running.begin() + static_cast<std::ptrdiff_t>(index));
                AttemptResult result;
                result.failure = below(2) ? FailureClass::None : static_cast<FailureClass>(below(13));
                result.durationMs = static_cast<double>(world.now - one.beganNs) / 1e6;
                if (below(4) == 0)
                    result.retryAfterMs = static_cast<int64_t>(below(3000));
                if (below(5) == 0)
                    world.book.answered(one.key(), world.now);
                world.book.ended(one.key(), result, world.now);
            }
            if (below(1000) == 0) {
                world.config.breaker.halfLife = Millis(5000 + 1000 * static_cast<int>(below(40)));
                world.apply();
            }
            if (step % 500 == 0) {
                QCOMPARE(inFlightOfTargets(world.book, world.now), static_cast<int>(running.size()));
                int providers = 0;
                for (const auto &row : world.book.providerRows(world.now)) {
                    providers += row.figures.inFlight;
                    int keys = 0;
                    for (const auto &credential : row.credentials)
                        keys += credential.inFlight;
                    if (!row.credentials.empty())
                        QCOMPARE(keys, row.figures.inFlight);
                }
                QCOMPARE(providers, static_cast<int>(running.size()));
            }
        }
        while (!running.empty()) {
            world.book.ended(running.back().key(), HealthWorld::result(FailureClass::Aborted), world.now);
            running.pop_back();
        }
        QCOMPARE(inFlightOfTargets(world.book, world.now), 0);
        world.pass(7200); // beyond every hold and breaker: nothing is stuck
        for (const auto &row : world.book.targetRows(world.now))
            QVERIFY2(row.availability.available(), row.model.c_str());
    }

    void strangersAreIgnored()
    {
        HealthWorld world;
        world.config.providers = {HealthWorld::provider("p", {HealthWorld::key("k")})};
        world.apply();
        world.attempts(9, {"gone", "m", "k"}, FailureClass::Server);
        world.attempts(1, {"p", "m", "gone"}, FailureClass::Credential);
        world.book.ended({"p", "m", "k"}, {}, world.now); // never began
        QCOMPARE(world.row("p", "k").inFlight, 0);
        QCOMPARE(world.row("p", "k").block, Block::None);
        QVERIFY(world.at("p", "m").available());
    }
};

QTEST_APPLESS_MAIN(TestHealthBook)
#include "tst_health_book.moc"
