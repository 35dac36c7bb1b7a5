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
    const auto rows =
        planRows(R"({"route":"r","targets":[{"target":"a/m","reason":"30 % of route r"},{"target":"b/m"}],)"
                 R"("blocked":[{"target":"c/m","block":"cool-down","reason":"cools down for 4 s"}],)"
                 R"("skipped":[{"target":"d/m","reason":"is not in the EU"}]})");
    const std::vector<PlanRow> wanted{{QStringLiteral("Route"), QStringLiteral("r")},
                                      {QStringLiteral("First choice"), QStringLiteral("a/m: 30 % of route r")},
                                      {QStringLiteral("Choice 2"), QStringLiteral("b/m")},
                                      {QStringLiteral("Not now"), QStringLiteral("c/m: cools down for 4 s")},
                                      {QStringLiteral("Left out"), QStringLiteral("d/m: is not in the EU")}};
    QVERIFY(rows == wanted);
}

void TestPlanRows::nothingIsMadeOfNothing()
{
    for (const char *json : {"", "{", "[]", "{}"})
        QVERIFY(planRows(json).empty());
}

void TestPlanRows::aRowWithoutAPlanHadNoChoice()
{
    RequestRecord record;
    QVERIFY(planRows(record).empty()); // refused before there was a plan
    record.route = "r";
    record.provider = "a";
    record.model = "m";
    const auto rows = planRows(record);
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(rows[0].text, QStringLiteral("r"));
    QVERIFY(rows[1].text.startsWith(QStringLiteral("a/m")));
    record.plan =
        R"({"route":"r","targets":[{"target":"b/n"}],"decided":[{"node":"/routes/0/to","text":"it is night"}]})";
    const std::vector<PlanRow> wanted{{QStringLiteral("Route"), QStringLiteral("r")},
                                      {QStringLiteral("First choice"), QStringLiteral("b/n")},
                                      {QStringLiteral("On the way"), QStringLiteral("it is night")}};
    QVERIFY(planRows(record) == wanted);
}

QTEST_GUILESS_MAIN(TestPlanRows)
#include "tst_plan_rows.moc"
