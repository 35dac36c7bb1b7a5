// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/plan_rows.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestPlanRows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyListIsShown();
    void nothingIsMadeOfNothing();
    void aRowWithoutAPlanHadNoChoice();
};

void TestPlanRows::everyListIsShown()
{
    RequestRecord record;
    record.plan = R"({"route":"r","targets":[{"target":"a/m","reason":"30 % of route r"},{"target":"b/m"}],)"
                  R"("blocked":[{"target":"c/m","block":"cool-down","reason":"cools down for 4 s"}],)"
                  R"("decided":[{"node":"/routes/0/to/weighted/1/to/fallback/0","text":"it is night"}],)"
                  R"("skipped":[{"target":"d/m","reason":"is not in the EU"}]})";
    AttemptRecord failed;
    failed.provider = "a";
    failed.model = "m";
    failed.status = 429;
    failed.errorClass = "http_429";
    AttemptRecord good;
    good.provider = "b";
    good.model = "m";
    good.status = 200;
    record.attempts = {failed, good};
    using Kind = PlanStepRow::Kind;
    const std::vector<PlanStepRow> wanted{
        {Kind::Route, QStringLiteral("Route r"), {}, 0, {}},
        {Kind::Decision, QStringLiteral("it is night"), {}, 2, {}},
        {Kind::Target, QStringLiteral("1. a/m"), QStringLiteral("30 % of route r"), 0, SignalMark::ofStatus(429)},
        {Kind::Target, QStringLiteral("2. b/m"), {}, 0, SignalMark::ofStatus(200)},
        {Kind::Blocked, QStringLiteral("c/m"), QStringLiteral("cools down for 4 s"), 0, Signal::Held},
        {Kind::Skipped, QStringLiteral("d/m"), QStringLiteral("is not in the EU"), 0, Signal::Off}};
    const auto rows = planSteps(record);
    QCOMPARE(rows.size(), wanted.size());
    for (size_t i = 0; i < rows.size(); ++i)
        QVERIFY2(rows[i] == wanted[i], qPrintable(rows[i].title));
}

void TestPlanRows::nothingIsMadeOfNothing()
{
    for (const char *json : {"", "{", "[]", "{}"}) {
        RequestRecord record;
        record.plan = json;
        QVERIFY(planSteps(record).empty());
    }
}

void TestPlanRows::aRowWithoutAPlanHadNoChoice()
{
    RequestRecord record;
    record.route = "r";
    QVERIFY(planSteps(record).empty()); // refused before there was a plan
    record.provider = "a";
    record.model = "m";
    const auto rows = planSteps(record);
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(rows[0].title, QStringLiteral("Route r"));
    QVERIFY(rows[1].title.endsWith(QStringLiteral("a/m")));
    QVERIFY(!rows[1].signal);
}

QTEST_GUILESS_MAIN(TestPlanRows)
#include "tst_plan_rows.moc"
