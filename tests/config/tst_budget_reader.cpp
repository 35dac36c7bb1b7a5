// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/budget_reader.h"
#include "core/config/config_reader.h"

#include <QtTest/QtTest>

using namespace signalbox;

class TstBudgetReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEverything();
    void writesWhatItReads();
    void projectsBudgetsCount();
    void problems_data();
    void problems();
};

// moc must see the class before the raw strings.
namespace {

std::string withRules(const char *rules)
{
    return std::string(R"({"version":1,"providers":[{"id":"box","baseUrl":"http://127.0.0.1:1/v1"}],)") +
           R"("routes":[{"id":"cheap","to":{"target":"box/*"}}],"budgets":[)" + rules + "]}";
}

} // namespace

constexpr char everything[] =
    R"({"id":"all","scope":{"project":"te*","client":"c","user":"u","provider":"b*","model":"box/*","credential":"box/k"},)"
    R"("each":"user","limit":{"usd":0.05,"tokens":1000000,"requests":60,"concurrent":4},"period":"day",)"
    R"("timeZone":"Asia/Kolkata","alertAt":[0.5,1],"onLimit":"warn"},)"
    R"({"id":"down","limit":{"usd":20},"onLimit":"downgrade","downgradeTo":"cheap"})";

void TstBudgetReader::readsEverything()
{
    const auto config = readConfig(withRules(everything));
    QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
    QCOMPARE(config->budgets.size(), size_t(2));
    const BudgetRule &all = config->budgets[0];
    QCOMPARE(all.scope.project, std::string("te*"));
    QCOMPARE(all.scope.credential, std::string("box/k"));
    QCOMPARE(all.each, std::string("user"));
    QCOMPARE(*all.usd, 0.05);
    QCOMPARE(*all.tokens, int64_t(1000000));
    QCOMPARE(*all.requests, int64_t(60));
    QCOMPARE(*all.concurrent, int64_t(4));
    QVERIFY(all.period == BudgetPeriod::Day);
    QCOMPARE(all.timeZone, std::string("Asia/Kolkata"));
    QCOMPARE(all.alertAt, (std::vector<double>{0.5, 1}));
    QVERIFY(all.onLimit == OnLimit::Warn);
    QVERIFY(all.ofTarget());
    const BudgetRule &down = config->budgets[1];
    QVERIFY(down.period == BudgetPeriod::Month);
    QVERIFY(!down.tokens);
    QVERIFY(down.onLimit == OnLimit::Downgrade);
    QCOMPARE(down.downgradeTo, std::string("cheap"));
    QVERIFY(!down.ofTarget());
}

void TstBudgetReader::writesWhatItReads()
{
    const auto config = readConfig(withRules(everything));
    QVERIFY(config.has_value());
    const auto again = readConfig(writeConfig(*config));
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QVERIFY(*again == *config);
}

void TstBudgetReader::projectsBudgetsCount()
{
    const auto config = readConfig(
        R"({"version":1,"projects":[{"id":"team","budget":{"period":"week","limitUsd":5,"alertAt":[0.8],"onLimit":"warn"}}],)"
        R"("budgets":[{"id":"x","limit":{"usd":1}}]})");
    QVERIFY2(config.has_value(), config ? "" : config.error().message.c_str());
    const auto rules = allBudgetRules(*config);
    QCOMPARE(rules.size(), size_t(2));
    QCOMPARE(rules[1].id, std::string("project:team"));
    QCOMPARE(rules[1].scope.project, std::string("team"));
    QCOMPARE(*rules[1].usd, 5.0);
    QVERIFY(rules[1].period == BudgetPeriod::Week);
    QVERIFY(rules[1].onLimit == OnLimit::Warn);
    QCOMPARE(rules[1].alertAt, std::vector<double>{0.8});
}

void TstBudgetReader::problems_data()
{
    QTest::addColumn<QByteArray>("rule");
    QTest::addColumn<QByteArray>("problem"); // how the message begins
    const auto add = [](const char *name, const char *rule, const char *problem) {
        QTest::newRow(name) << QByteArray(rule) << QByteArray(problem);
    };
    add("no id", R"({"limit":{"usd":1}})", "/budgets/0/id: is required");
    add("no limit", R"({"id":"a"})", "/budgets/0/limit: is required");
    add("empty limit", R"({"id":"a","limit":{}})", "/budgets/0/limit: must name at least one");
    add("negative", R"({"id":"a","limit":{"usd":-1}})", "/budgets/0/limit/usd: must be above 0");
    add("half a token", R"({"id":"a","limit":{"tokens":1.5}})", "/budgets/0/limit/tokens: must be a whole number");
    add("zero requests", R"({"id":"a","limit":{"requests":0}})", "/budgets/0/limit/requests: must be a whole number");
    add("unknown key", R"({"id":"a","limit":{"usd":1},"onlimit":"warn"})", "/budgets/0/onlimit: ");
    add("unknown scope", R"({"id":"a","limit":{"usd":1},"scope":{"team":"x"}})", "/budgets/0/scope/team: ");
    add("empty scope", R"({"id":"a","limit":{"usd":1},"scope":{"user":""}})", "/budgets/0/scope/user: must be");
    add("period", R"({"id":"a","limit":{"usd":1},"period":"year"})", "/budgets/0/period: must be one of");
    add("each", R"({"id":"a","limit":{"usd":1},"each":"route"})", "/budgets/0/each: must be one of");
    add("zone", R"({"id":"a","limit":{"usd":1},"timeZone":"Mars/Olympus"})", "/budgets/0/timeZone: there is no time");
    add("threshold", R"({"id":"a","limit":{"usd":1},"alertAt":[0.5,1.5]})", "/budgets/0/alertAt/1: must be above 0");
    add("no route", R"({"id":"a","limit":{"usd":1},"onLimit":"downgrade"})", "/budgets/0/downgradeTo: is required");
    add("lost route", R"({"id":"a","limit":{"usd":1},"onLimit":"downgrade","downgradeTo":"x"})",
        "/budgets/0/downgradeTo: there is no route `x`");
    add("route without downgrade", R"({"id":"a","limit":{"usd":1},"downgradeTo":"cheap"})",
        "/budgets/0/downgradeTo: has a meaning");
    add("downgrade of a target",
        R"({"id":"a","scope":{"model":"*"},"limit":{"usd":1},"onLimit":"downgrade","downgradeTo":"cheap"})",
        "/budgets/0/onLimit: `downgrade` works");
    add("twice", R"({"id":"a","limit":{"usd":1}},{"id":"a","limit":{"usd":1}})", "/budgets/1/id: `a` is there twice");
}

void TstBudgetReader::problems()
{
    QFETCH(QByteArray, rule);
    QFETCH(QByteArray, problem);
    const auto config = readConfig(withRules(rule.constData()));
    QVERIFY(!config);
    QVERIFY2(QByteArray::fromStdString(config.error().message).startsWith(problem), config.error().message.c_str());
}

QTEST_GUILESS_MAIN(TstBudgetReader)
#include "tst_budget_reader.moc"
