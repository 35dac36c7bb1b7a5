// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_control.h"
#include "sample_dashboard.h"

#include "core/base/ids.h"
#include "core/ledger/ledger.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/dashboard_ranges.h"
#include "ui/dashboard/span_panel.h"
#include "ui/dashboard/targets_model.h"
#include "ui/data/ledger_feed.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/tile.h"

#include <QtCore/QDateTime>
#include <QtCore/QSemaphore>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QDateTimeEdit>

#include <cmath>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 minute = 60'000;
constexpr qint64 hour = 3'600'000;
constexpr qint64 day = 24 * hour;
const qint64 noon = QDateTime::currentMSecsSinceEpoch() / hour * hour - 2 * day; // on the hour

RequestRecord record(int64_t atMs, const char *project, int64_t nanoUsd)
{
    RequestRecord row;
    row.id = makeUuid7(atMs);
    row.startedAtMs = atMs;
    row.project = project;
    row.client = "laptop";
    row.dialect = "openai-chat";
    row.provider = "openai";
    row.model = "gpt-5";
    row.requestedModel = row.model;
    row.status = 200;
    row.durationMs = 2000;
    row.cost = {nanoUsd, CostState::Exact, "test"};
    return row;
}

ChartPanel *chart(const DashboardPage &page, const QString &id)
{
    for (ChartPanel *one : page.charts()) {
        if (one->id() == id)
            return one;
    }
    return nullptr;
}

QComboBox *choice(const QWidget &page, const QString &name)
{
    for (QComboBox *box : page.findChildren<QComboBox *>()) {
        if (box->accessibleName() == name)
            return box;
    }
    return nullptr;
}

void choose(QComboBox *box, int index)
{
    box->setCurrentIndex(index);
    Q_EMIT box->activated(index);
}

} // namespace

class TestDashboardTimes final : public QObject
{
    Q_OBJECT

    FakeControl m_control;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_dashboard_times"_s);
        theme().install();
        Config config;
        for (const char *id : {"openai", "anthropic"}) {
            ProviderConfig provider;
            provider.id = id;
            config.providers.push_back(provider);
        }
        RouteConfig route;
        route.id = "default";
        config.routes.push_back(route);
        m_control.configuration = std::make_shared<Config>(config);
    }

    void init() { Preferences().clear(); }

    void rangesHaveFewerBucketsThanPixels()
    {
        for (const dashboard::Range &range : dashboard::ranges) {
            QCOMPARE(range.range.spanMs % range.range.bucketMs, 0);
            const qint64 buckets = range.range.spanMs / range.range.bucketMs;
            QVERIFY(buckets >= 36 && buckets <= 150);
        }
        for (qint64 span = 10'000; span < 400 * day; span = span * 5 / 4) {
            const qint64 buckets = span / bucketFor(span);
            QVERIFY2(buckets >= 10 && buckets <= 150, qPrintable(QString::number(span)));
        }
    }

    void slices()
    {
        DashboardQuestion question;
        question.range = {hour, minute};
        const DashboardSlice live = sliceOf(question, noon + 1234);
        QCOMPARE(live.toMs, noon + minute);
        QCOMPARE(live.fromMs, noon + minute - hour);
        QCOMPARE(live.beforeMs, live.fromMs - hour);
        question.custom = TimeSpan{noon + 17'000, noon + 17'000 + 2 * hour};
        const DashboardSlice zoomed = sliceOf(question, noon + day);
        QCOMPARE(zoomed.bucketMs, minute);
        QCOMPARE(zoomed.fromMs, noon);
        QCOMPARE(zoomed.toMs, noon + 2 * hour + minute);
        QCOMPARE((zoomed.fromMs - zoomed.beforeMs) % zoomed.bucketMs, 0);
    }

    void zoomingOneZoomsAll()
    {
        DashboardPage page(&m_control, nullptr);
        page.resize(1240, 826);
        page.show();
        page.setRange(4);
        page.showData(sampleDashboard(noon, day, 30 * minute));
        Q_EMIT chart(page, u"errors"_s)->chart()->zoomWanted(noon - 6 * hour, noon - 4 * hour);
        QVERIFY(page.custom());
        for (const ChartPanel *panel : page.charts()) {
            QCOMPARE(panel->chart()->view().fromMs, noon - 6 * hour); // at once, with the numbers there are
            QVERIFY(panel->chart()->table().buckets <= 5);
        }
        page.showData(sampleDashboard(noon - 4 * hour, 2 * hour, minute));
        QCOMPARE(chart(page, u"spend"_s)->chart()->view().fromMs, noon - 6 * hour);
        Q_EMIT chart(page, u"spend"_s)->chart()->resetWanted();
        QVERIFY(!page.custom());
        QCOMPARE(page.range(), 4);
        page.showData(sampleDashboard(noon, day, 30 * minute));
        QCOMPARE(chart(page, u"spend"_s)->chart()->table().buckets, 48);
    }

    void fromAndToCanBeChosen()
    {
        DashboardPage page(&m_control, nullptr);
        page.resize(1240, 800);
        page.show();
        SpanPanel *panel = page.openSpanPanel();
        QVERIFY(panel->isVisible() && panel->problem().isEmpty()); // what is shown is offered
        const QDateTime end(QDate::currentDate().addDays(-1), QTime(12, 0));
        panel->to()->setDateTime(end);
        panel->from()->setDateTime(end.addDays(1));
        QVERIFY(!panel->problem().isEmpty());
        panel->submit();
        QVERIFY(panel->isVisible() && !page.custom()); // it stays, with the reason
        panel->from()->setDateTime(end.addSecs(-7'200));
        QVERIFY(panel->problem().isEmpty());
        QTest::keyClick(panel->from(), Qt::Key_Return);
        QVERIFY(!panel->isVisible());
        QVERIFY(page.custom());
        QCOMPARE(page.custom()->toMs - page.custom()->fromMs, 2 * hour);
        QVERIFY(!SpanPanel::whyNot({0, 500 * day}, noon).isEmpty());
        QVERIFY(!SpanPanel::whyNot({noon + hour, noon + day}, noon).isEmpty());
    }

    void stateIsRestored()
    {
        {
            DashboardPage page(&m_control, nullptr);
            page.setRange(6);
            page.setCompare(true);
            page.setCustom(TimeSpan{noon - 5 * hour, noon - 4 * hour});
            choose(choice(page, u"Spend by"_s), int(SpendBy::Client));
            choose(choice(page, u"Latency of"_s), 1);
            chart(page, u"tokens"_s)->tableAction()->setChecked(true);
        }
        DashboardPage page(&m_control, nullptr);
        QCOMPARE(page.range(), 6);
        QVERIFY(page.compares());
        QCOMPARE(page.custom()->fromMs, noon - 5 * hour);
        QCOMPARE(choice(page, u"Spend by"_s)->currentIndex(), int(SpendBy::Client));
        QCOMPARE(choice(page, u"Latency of"_s)->currentIndex(), 1);
        QVERIFY(chart(page, u"tokens"_s)->tableAction()->isChecked());
        page.setRange(1);
        QVERIFY(!DashboardPage(&m_control, nullptr).custom());
    }

    void comparesWithThePeriodBefore()
    {
        DashboardPage page(&m_control, nullptr);
        page.resize(1240, 826);
        page.show();
        page.setRange(4);
        DashboardAnswer answer;
        answer.now = sampleDashboard(noon, day, 30 * minute);
        answer.slice = {answer.now.fromMs, answer.now.toMs, answer.now.bucketMs,
                        2 * answer.now.fromMs - answer.now.toMs};
        answer.before = sampleDashboard(noon - day, day, 30 * minute);
        for (LatencyBucket &bucket : answer.before->latency)
            bucket.ttftP50 = 8000;
        page.showAnswer(answer);
        for (const ChartPanel *panel : page.charts()) {
            for (const TimeSeries &series : panel->chart()->table().series)
                QCOMPARE(series.before.size(), series.values.size());
        }
        const TimeChart *latency = chart(page, u"latency"_s)->chart();
        QVERIFY(latency->maximum() >= 8);
        QCOMPARE(latency->table().series[2].before[7], 8.0);
    }

    void asksOffThisThread()
    {
        QTemporaryDir folder;
        auto ledger = Ledger::open({folder.path(), 30, 256});
        QVERIFY(ledger);
        QSignalSpy committed(ledger->get(), &Ledger::committed);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        for (int i = 0; i < 30; ++i)
            (*ledger)->record(record(now - 20 * minute - i * 1000, i % 3 ? "ide" : "ci", 20'000'000));
        for (int i = 0; i < 10; ++i)
            (*ledger)->record(record(now - 80 * minute - i * 1000, "ide", 50'000'000));
        QVERIFY(committed.wait(5000));
        LedgerFeed feed((*ledger)->databasePath());
        // The one thread that reads is busy: this one goes on all the same, and nothing is read meanwhile.
        QSemaphore gate;
        feed.ask<int>(
            this,
            [&gate](LedgerReader &) {
                gate.acquire();
                return Result<int>(0);
            },
            [](const Result<int> &) {});
        DashboardPage page(&m_control, &feed);
        page.resize(1240, 826);
        page.show();
        page.setCompare(true);
        choose(choice(page, u"Spend by"_s), int(SpendBy::Project));
        page.activate();
        page.setRange(2);
        page.setCustom(TimeSpan{now - day, now});
        page.setRange(2);
        QCOMPARE(chart(page, u"requests"_s)->chart()->state(), TimeChart::State::Loading);
        gate.release();
        const TimeChart *spend = chart(page, u"spend"_s)->chart();
        QTRY_COMPARE_WITH_TIMEOUT(spend->data().series.size(), size_t(2), 10'000);
        const auto sum = [](const std::vector<double> &values) {
            double all = 0;
            for (const double value : values)
                all += std::isfinite(value) ? value : 0;
            return all;
        };
        QCOMPARE(spend->data().series[0].id, u"ide"_s);
        QTRY_VERIFY_WITH_TIMEOUT(qAbs(sum(spend->data().series[0].values) - 0.4) < 1e-6, 10'000);
        QTRY_VERIFY_WITH_TIMEOUT(qAbs(sum(spend->data().series[0].before) - 0.5) < 1e-6, 10'000);
        QTRY_VERIFY(page.tiles()[1]->number() != missingText()); // the month: answers came as well
        QVERIFY(!page.tiles()[1]->toolTip().isEmpty());
        page.deactivate();
    }

    void weightsConfiguredAgainstEffective()
    {
        m_control.history = {};
        for (int i = 0; i < 120; ++i) {
            const double effective = i < 60 ? 0.7 : 0.4;
            m_control.history.look(noon - (120 - i) * minute,
                                   {{"/routes/0/to/weighted/0", "openai/gpt-5", 0.7, effective},
                                    {"/routes/0/to/weighted/1", "anthropic/claude", 0.3, 1 - effective}});
        }
        DashboardPage page(&m_control, nullptr);
        page.resize(1240, 826);
        page.show();
        page.setRange(2);
        page.showData(sampleDashboard(noon - 1, 2 * hour, minute));
        QCOMPARE(choice(page, u"Weights of"_s)->currentText(), u"default"_s);
        const TimeTable &table = chart(page, u"weights"_s)->chart()->table();
        QCOMPARE(table.series.size(), size_t(4));
        const TimeSeries &configured = table.series[0];
        const TimeSeries &effective = table.series[2];
        QCOMPARE(configured.style, SeriesStyle::Configured);
        QCOMPARE(configured.of, effective.id);
        QCOMPARE(effective.name, u"openai"_s); // providers tell them apart
        const auto nearly = [](double a, double b) { return qAbs(a - b) < 1e-3; };
        QVERIFY(nearly(configured.values[100], 70));
        QVERIFY(nearly(effective.values[30], 70));
        QVERIFY(nearly(effective.values[100], 40));
        QVERIFY(chart(page, u"weights"_s)->chart()->whatsThis().contains(u"90"_s)); // says what it does not know
        choose(choice(page, u"Weights of"_s), 1);
        QCOMPARE(chart(page, u"weights"_s)->chart()->table().series[0].style, SeriesStyle::Area);
        m_control.history = {};
    }

    void clicksAskForTheRequests_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("by");
        QTest::addColumn<QString>("series");
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("text");
        QTest::newRow("provider") << int(ChartKind::Spend) << 0 << u"openai"_s << 1.0 << u"provider:openai "_s;
        QTest::newRow("model") << int(ChartKind::Spend) << 1 << u"qwen3:32b"_s << 1.0 << u"model:qwen3:32b "_s;
        QTest::newRow("project") << int(ChartKind::Spend) << 2 << u"my ide"_s << 1.0 << u"project:\"my ide\" "_s;
        QTest::newRow("client") << int(ChartKind::Spend) << 3 << u"laptop"_s << 1.0 << u"client:laptop "_s;
        QTest::newRow("429") << int(ChartKind::Errors) << 0 << u"429"_s << 1.0 << u"status:429 "_s;
        QTest::newRow("5xx") << int(ChartKind::Errors) << 0 << u"5xx"_s << 1.0 << u"status:5xx "_s;
        QTest::newRow("any error") << int(ChartKind::Errors) << 0 << QString() << 0.0 << u"is:error "_s;
        QTest::newRow("slow") << int(ChartKind::Latency) << 0 << u"p95"_s << 1.92 << u"ttft:>1920ms "_s;
        QTest::newRow("share") << int(ChartKind::Weights) << 0 << u"openai/gpt-5"_s << 1.0
                               << u"provider:openai model:gpt-5 "_s;
        QTest::newRow("weight") << int(ChartKind::Weights) << 0 << u"/routes/0/to/weighted/1 a/b +2"_s << 1.0
                                << u"provider:a model:b "_s;
        QTest::newRow("requests") << int(ChartKind::Requests) << 0 << u"requests"_s << 1.0 << QString();
    }

    void clicksAskForTheRequests()
    {
        QFETCH(const int, kind);
        QFETCH(const int, by);
        QFETCH(const QString, series);
        QFETCH(const double, value);
        QFETCH(const QString, text);
        const TimeSpan span{noon, noon + 10 * minute};
        const QString local = QDateTime::fromMSecsSinceEpoch(noon).toString(u"yyyy-MM-ddTHH:mm"_s);
        const QString filter = filterFor({ChartKind(kind), span, series, value}, SpendBy(by), LatencyKind::FirstToken);
        QVERIFY2(filter.startsWith(text + u"since:"_s + local + u" until:"_s), qPrintable(filter));
        QCOMPARE(filter.count(u"since:"_s), 1);
    }

    void targetsSayWhatHoldsThem()
    {
        TargetsModel model;
        QAbstractItemModelTester tester(&model);
        model.setData(sampleDashboard(noon, 6 * hour, 10 * minute), u"Last 6 h"_s);
        GatewaySnapshot snapshot;
        snapshot.state = GatewayState::Running;
        snapshot.atNs = 1'000'000'000;
        const auto target = [&](const char *provider, const char *name, Block block, int64_t forNs) {
            snapshot.targets.push_back({provider, name, {block, forNs > 0 ? snapshot.atNs + forNs : 0}, {}, {}});
        };
        target("openai", "gpt-5", Block::CoolDown, 7'400'000'000);
        target("anthropic", "claude-sonnet-4-5", Block::None, 0);
        target("nobody", "asked", Block::BadCredential, 0);
        snapshot.weights.push_back({"/routes/0/to/weighted/0", "openai/gpt-5", 0.6, 0.32});
        HealthBook::QuotaRow quota;
        quota.provider = "openai";
        quota.credential = "main";
        quota.quota.tokensLimit = 1000;
        quota.quota.tokensLeft = 120;
        quota.quota.requestsLimit = 100;
        quota.quota.requestsLeft = 90;
        snapshot.quotas.push_back(quota);
        model.setLive(snapshot);
        QCOMPARE(model.rowCount(), 8);
        QCOMPARE(model.index(0, TargetsModel::State).data().toString(), u"Held 8 s"_s);
        QCOMPARE(model.index(0, TargetsModel::Share).data().toString(), u"60 → 32\u00a0%"_s);
        QCOMPARE(model.index(0, TargetsModel::Quota).data().toString(), u"12\u00a0%"_s); // the tighter of the two
        QCOMPARE(model.index(1, TargetsModel::State).data().toString(), u"Clear"_s);
        QCOMPARE(model.index(1, TargetsModel::Quota).data().toString(), missingText());
        QCOMPARE(model.index(7, TargetsModel::State).data().toString(), u"Key refused"_s);
        QVERIFY(model.summary().contains(u"1 held"_s));
        QCOMPARE(model.filterOf(0), u"provider:openai model:gpt-5"_s);
        snapshot.targets.clear();
        model.setLive(snapshot);
        QCOMPARE(model.rowCount(), 7);
    }
};

QTEST_MAIN(TestDashboardTimes)
#include "tst_dashboard_times.moc"
