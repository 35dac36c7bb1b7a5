// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/reasoning.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestReasoning final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void budgets_data();
    void budgets();
    void words_data();
    void words();
    void readings_data();
    void readings();
    void budgetStaysBelowTheAnswer_data();
    void budgetStaysBelowTheAnswer();
};

void TestReasoning::budgets_data()
{
    QTest::addColumn<QByteArray>("effort");
    QTest::addColumn<qint64>("tokens");
    QTest::newRow("none") << QByteArray("none") << qint64(0);
    QTest::newRow("minimal") << QByteArray("minimal") << qint64(1024);
    QTest::newRow("low") << QByteArray("low") << qint64(4096);
    QTest::newRow("medium") << QByteArray("medium") << qint64(10240);
    QTest::newRow("high") << QByteArray("high") << qint64(24576);
    QTest::newRow("xhigh") << QByteArray("xhigh") << qint64(32768);
    QTest::newRow("max") << QByteArray("max") << qint64(65536);
    QTest::newRow("unknown") << QByteArray("ultra") << qint64(10240);
}

void TestReasoning::budgets()
{
    QFETCH(QByteArray, effort);
    QFETCH(qint64, tokens);
    const std::string word = effort.toStdString();
    QCOMPARE(qint64(budgetOfEffort(word)), tokens);
    if (word != "ultra")
        QCOMPARE(QByteArray::fromStdString(std::string(effortOfBudget(tokens))), effort); // there and back
}

void TestReasoning::words_data()
{
    QTest::addColumn<qint64>("tokens");
    QTest::addColumn<QByteArray>("effort");
    QTest::newRow("dynamic") << qint64(-1) << QByteArray("none");
    QTest::newRow("least") << qint64(1) << QByteArray("minimal");
    QTest::newRow("above minimal") << qint64(1025) << QByteArray("low");
    QTest::newRow("above low") << qint64(4097) << QByteArray("medium");
    QTest::newRow("above medium") << qint64(10241) << QByteArray("high");
    QTest::newRow("above high") << qint64(24577) << QByteArray("xhigh");
    QTest::newRow("above xhigh") << qint64(32769) << QByteArray("max");
    QTest::newRow("above all") << qint64(1000000) << QByteArray("max");
}

void TestReasoning::words()
{
    QFETCH(qint64, tokens);
    QFETCH(QByteArray, effort);
    QCOMPARE(QByteArray::fromStdString(std::string(effortOfBudget(tokens))), effort);
}

void TestReasoning::readings_data()
{
    QTest::addColumn<int>("enabled"); // -1: not said
    QTest::addColumn<QByteArray>("effort");
    QTest::addColumn<qint64>("budget"); // -2: not said
    QTest::addColumn<bool>("adaptive");
    QTest::addColumn<int>("wants"); // -1: open
    QTest::addColumn<QByteArray>("word");
    QTest::addColumn<qint64>("tokens"); // -1: open
    const auto row = [](const char *name, int enabled, const char *effort, qint64 budget, bool adaptive, int wants,
                        const char *word, qint64 tokens) {
        QTest::newRow(name) << enabled << QByteArray(effort) << budget << adaptive << wants << QByteArray(word)
                            << tokens;
    };
    row("nothing said", -1, "", -2, false, -1, "", -1);
    row("on", 1, "", -2, false, 1, "", 10240);
    row("off", 0, "", -2, false, 0, "none", 0);
    row("off wins over a budget", 0, "", 2000, false, 0, "none", 0);
    row("effort", -1, "high", -2, false, 1, "high", 24576);
    row("effort none", -1, "none", -2, false, 0, "none", 0);
    row("budget", -1, "", 5000, false, 1, "medium", 5000);
    row("budget 0", -1, "", 0, false, 0, "none", 0);
    row("dynamic budget", -1, "", -1, false, 1, "", 10240);
    row("small budget is lifted", 1, "", 10, false, 1, "minimal", 1024);
    row("adaptive", -1, "", -2, true, 1, "", 10240);
    row("adaptive with effort", -1, "low", -2, true, 1, "low", 4096);
    row("budget wins over effort as tokens", -1, "low", 9000, false, 1, "low", 9000);
}

void TestReasoning::readings()
{
    QFETCH(int, enabled);
    QFETCH(QByteArray, effort);
    QFETCH(qint64, budget);
    QFETCH(bool, adaptive);
    QFETCH(int, wants);
    QFETCH(QByteArray, word);
    QFETCH(qint64, tokens);
    const std::string said = effort.toStdString();
    Reasoning reasoning;
    if (enabled >= 0)
        reasoning.enabled = enabled == 1;
    reasoning.effort = said;
    if (budget != -2)
        reasoning.budgetTokens = budget;
    reasoning.adaptive = adaptive;
    const auto wanted = wantsThinking(reasoning);
    QCOMPARE(wanted ? int(*wanted) : -1, wants);
    QCOMPARE(QByteArray::fromStdString(std::string(effortOf(reasoning))), word);
    QCOMPARE(qint64(budgetOf(reasoning, 100'000).value_or(-1)), tokens);
}

void TestReasoning::budgetStaysBelowTheAnswer_data()
{
    QTest::addColumn<qint64>("maxTokens");
    QTest::addColumn<qint64>("tokens");
    QTest::newRow("room") << qint64(100'000) << qint64(24576);
    QTest::newRow("just room") << qint64(24577) << qint64(24576);
    QTest::newRow("cut") << qint64(8192) << qint64(8191);
    QTest::newRow("never below the least") << qint64(500) << qint64(1024);
}

void TestReasoning::budgetStaysBelowTheAnswer()
{
    QFETCH(qint64, maxTokens);
    QFETCH(qint64, tokens);
    Reasoning reasoning;
    reasoning.effort = "high";
    QCOMPARE(qint64(*budgetOf(reasoning, maxTokens)), tokens);
}

QTEST_APPLESS_MAIN(TestReasoning)
#include "tst_reasoning.moc"
