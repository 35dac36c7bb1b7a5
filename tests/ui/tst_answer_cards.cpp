// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/answer_cards.h"
#include "ui/answers/answers_panel.h"
#include "ui/answers/answers_source.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>
#include <QtCore/QStandardPaths>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 noon = 1'786'104'000'000;

SpeedRow speed(const char *route, int size, const char *model, int64_t requests, double ttft, bool fastest)
{
    return {route, size, "gemini", model, requests, ttft, 2 * ttft, 3 * ttft, 80, fastest};
}

AnswersData sample()
{
    AnswersData data;
    data.atMs = noon;
    data.speed = {speed("default", 1, "flash", 3104, 290, true), speed("default", 1, "pro", 800, 910, false),
                  speed("rare", 0, "nano", 6, 90, true)};
    CostDriver driver;
    driver.name = "anthropic/opus";
    driver.now.nanoUsd = 51'400'000'000;
    driver.changeNanoUsd = 9'800'000'000;
    driver.changeShare = 0.24;
    data.drivers = {driver};
    data.weekNanoUsd = 84'170'000'000;
    data.savings = {310'000, 1'000'000, 11'060'000'000, 0};
    ModelRepetition repetition;
    repetition.provider = "openai";
    repetition.model = "mini";
    repetition.sums = {100, 38'000'000, 4, 0, 3};
    data.repetition = {repetition};
    return data;
}

GatewaySnapshot limits(double quotaLeft, double budgetShare)
{
    GatewaySnapshot snapshot;
    HealthBook::QuotaRow row;
    row.provider = "openai";
    row.credential = "main";
    row.quota.tokensLimit = 1000;
    row.quota.tokensLeft = int64_t(1000 * quotaLeft);
    snapshot.quotas.push_back(row);
    BudgetRow budget;
    budget.rule = "team";
    budget.share = budgetShare;
    snapshot.budgets.push_back(budget);
    return snapshot;
}

} // namespace

class TestAnswerCards final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        theme().install();
    }

    void fastestIsWhatIsUsedMost()
    {
        const AnswerCard card = fastestCard(sample());
        QVERIFY(card.known);
        QCOMPARE(card.subject, u"gemini/flash"_s);
        QVERIFY(card.text.contains(u"0.29"_s));
        QVERIFY(card.text.contains(u"0.91"_s)); // against the next
        QVERIFY(card.text.contains(u"3,104"_s));
        QVERIFY(card.text.contains(sizeClassText(1)));
        QVERIFY(card.filter.startsWith(u"provider:gemini model:flash since:"_s));
        QVERIFY(!card.method.isEmpty());
    }

    void costDrivers()
    {
        const AnswerCard card = costDriverCard(sample());
        QVERIFY(card.known);
        QCOMPARE(card.subject, u"anthropic/opus"_s);
        QVERIFY(card.text.contains(u"61\u00a0%"_s));
        QVERIFY(card.text.contains(u"$51.40"_s));
        QVERIFY(card.text.contains(u"up $9.80"_s));
        AnswersData less = sample();
        less.drivers[0].changeNanoUsd = -1'000'000'000;
        QVERIFY(costDriverCard(less).text.contains(u"down $1.00"_s));
        less.drivers[0].changeShare.reset();
        QVERIFY(costDriverCard(less).text.contains(u"nothing the week before"_s));
    }

    void repetitionNeedsEnough()
    {
        const AnswerCard card = repetitionCard(sample());
        QVERIFY(card.known);
        QVERIFY(card.text.contains(u"38\u00a0%"_s));
        QVERIFY(card.method.contains(u"Streams"_s)); // what was left out
        AnswersData few = sample();
        few.repetition[0].sums.samples = 19;
        QVERIFY(!repetitionCard(few).known);
        QVERIFY(repetitionCard(few).text.contains(u"19"_s));
        few.repetitionScope = RepetitionScope::Off;
        QCOMPARE(repetitionCard(few).link, AnswerCard::Link::None);
    }

    void savings()
    {
        QVERIFY(savingsCard(sample()).text.contains(u"$11.06"_s));
        QVERIFY(savingsCard(sample()).text.contains(u"31\u00a0%"_s));
        AnswersData data = sample();
        data.savings.savedNanoUsd = -2'000'000'000;
        data.savings.unpricedTokens = 500;
        QVERIFY(savingsCard(data).text.contains(u"cost $2.00 more"_s)); // it may lose
        QVERIFY(savingsCard(data).method.contains(u"500"_s));
    }

    void nothingIsSaidWithoutData()
    {
        for (const AnswerCard &card : {fastestCard({}), costDriverCard({}), repetitionCard({}), savingsCard({})}) {
            QVERIFY2(!card.known, qPrintable(card.id));
            QVERIFY2(card.text.startsWith(u"Not enough data yet"_s), qPrintable(card.text));
            QVERIFY(card.subject.isEmpty());
        }
        QVERIFY(!limitsCard({}, {}, noon).known);
    }

    void limitsNameTheTightest()
    {
        AnswerCard card = limitsCard(limits(0.12, 0.5), {}, noon);
        QCOMPARE(card.subject, u"openai / main"_s);
        QVERIFY(card.text.contains(u"12\u00a0%"_s));
        QCOMPARE(card.link, AnswerCard::Link::Providers);
        QVERIFY(card.caution);
        card = limitsCard(limits(0.9, 0.95), {}, noon);
        QVERIFY(card.text.contains(u"95\u00a0%"_s));
        QCOMPARE(card.link, AnswerCard::Link::Projects);
        card = limitsCard(limits(0.9, 0.5), {}, noon);
        QVERIFY(card.known && !card.caution);
        Config config;
        ClientConfig client;
        client.id = "old";
        client.expiresAtMs = noon + 3'600'000;
        config.clients.push_back(client);
        card = limitsCard(limits(0.9, 0.5), config, noon);
        QVERIFY2(card.caution && card.text.contains(u"old"_s), qPrintable(card.text));
    }

    void theMonthsBudgetIsTheFullest()
    {
        std::vector<BudgetRow> rows(3);
        QVERIFY(!monthBudget(rows)); // no limit in dollars
        rows[0].capNanoUsd = 100;
        rows[0].nanoUsd = 10;
        rows[1].capNanoUsd = 100;
        rows[1].nanoUsd = 60;
        rows[2].capNanoUsd = 100;
        rows[2].nanoUsd = 99;
        rows[2].period = BudgetPeriod::Day;
        QCOMPARE(monthBudget(rows), &rows[1]);
    }

    void rowsLeadOn()
    {
        AnswersPanel panel;
        panel.resize(340, 400);
        panel.show();
        panel.showData(sample());
        panel.showLimits(limits(0.12, 0.5), {}, noon);
        QCOMPARE(panel.rows().size(), size_t(6));
        for (const AnswerRow *row : panel.rows()) {
            QVERIFY(!row->accessibleName().isEmpty());
            QVERIFY(!row->toolTip().isEmpty());
            QVERIFY(row->heightForWidth(240) >= row->heightForWidth(600));
        }
        QSignalSpy requests(&panel, &AnswersPanel::requestsWanted);
        QSignalSpy providers(&panel, &AnswersPanel::providersWanted);
        QSignalSpy reconcile(&panel, &AnswersPanel::reconcileWanted);
        QTest::keyClick(panel.row(u"fastest"_s), Qt::Key_Space);
        QCOMPARE(requests.count(), 1);
        QCOMPARE(requests[0][0].toString(), panel.row(u"fastest"_s)->card().filter);
        panel.row(u"limits"_s)->click();
        QCOMPARE(providers.count(), 1);
        panel.row(u"reconcile"_s)->click();
        QCOMPARE(reconcile.count(), 1);
    }
};

QTEST_MAIN(TestAnswerCards)
#include "tst_answer_cards.moc"
