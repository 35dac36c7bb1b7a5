// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/plan_rows.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestPlanRows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyListIsShown();
    void nothingIsMadeOfNothing();
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

QTEST_GUILESS_MAIN(TestPlanRows)
#include "tst_plan_rows.moc"
