// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_control.h"
#include "sample_dashboard.h"

#include "core/base/ids.h"
#include "core/ledger/ledger.h"
#include "ui/dashboard/chart_legend.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/chart_tooltip.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/targets_model.h"
#include "ui/data/ledger_feed.h"
#include "ui/main_window/main_window.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/tile.h"
#include "ui/widgets/toast.h"

#include <QtCharts/QAreaSeries>
#include <QtCharts/QLineSeries>
#include <QtCore/QDir>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QMouseEvent>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 noon = 1'786'105'800'000; // a Friday in August 2026

Config sixProviders()
{
    Config config;
    for (const char *id : {"openai", "anthropic", "gemini", "deepseek", "openrouter", "box"}) {
        ProviderConfig provider;
        provider.id = id;
        config.providers.push_back(provider);
    }
    return config;
}

GatewaySnapshot busySnapshot()
{
    GatewaySnapshot snapshot;
    snapshot.state = GatewayState::Running;
    snapshot.url = "http://127.0.0.1:8484";
    snapshot.requestsPerMinute = 46.2;
    snapshot.requestsTotal = 12'846;
    snapshot.outputTokensPerSecond = 1238.4;
    snapshot.overheadMsP50 = 0.07;
    snapshot.inFlight = 9;
    snapshot.streams = 7;
    snapshot.ledger.rows = 2'418'907;
    snapshot.ledger.fileBytes = 2'040'109'466;
    return snapshot;
}

std::vector<QXYSeries *> visibleLines(const ChartPanel *panel)
{
    std::vector<QXYSeries *> lines;
    for (QAbstractSeries *series : panel->chart()->chart()->series()) {
        if (auto *line = qobject_cast<QXYSeries *>(series); line && line->isVisible())
            lines.push_back(line);
    }
    return lines;
}

std::vector<QAreaSeries *> visibleAreas(const ChartPanel *panel)
{
    std::vector<QAreaSeries *> areas;
    for (QAbstractSeries *series : panel->chart()->chart()->series()) {
        if (auto *area = qobject_cast<QAreaSeries *>(series); area && area->isVisible())
            areas.push_back(area);
    }
    return areas;
}

RequestRecord record(int64_t atMs, int n)
{
    RequestRecord row;
    row.id = makeUuid7(atMs);
    row.startedAtMs = atMs;
    row.project = "default";
    row.client = "laptop";
    row.dialect = "openai-chat";
    row.route = "default";
    row.provider = n % 3 == 0 ? "anthropic" : "openai";
    row.model = n % 3 == 0 ? "claude-sonnet-4-5" : "gpt-5";
    row.requestedModel = row.model;
    row.status = n % 10 == 9 ? 429 : 200;
    row.ttftMs = 400 + n;
    row.durationMs = 2000 + n;
    row.usage.input = 1000;
    row.usage.output = 200;
    if (n % 5 != 4)
        row.cost = {10'000'000, CostState::Exact, "test"};
    return row;
}

} // namespace

class TestDashboard final : public QObject
{
    Q_OBJECT

    std::unique_ptr<FakeControl> m_control;
    std::unique_ptr<DashboardPage> m_page;

    Tile *tile(const QString &label) const
    {
        for (Tile *one : m_page->tiles()) {
            if (one->label() == label)
                return one;
        }
        return nullptr;
    }
    ChartPanel *chart(const QString &title) const
    {
        for (ChartPanel *one : m_page->charts()) {
            if (one->accessibleName() == title)
                return one;
        }
        return nullptr;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_dashboard"_s);
        Preferences().clear();
        theme().install();
        assignProviderColors({u"openai"_s, u"anthropic"_s, u"gemini"_s, u"deepseek"_s, u"openrouter"_s, u"box"_s});
    }

    void init()
    {
        Preferences().remove(u"dashboard"_s);
        m_control = std::make_unique<FakeControl>();
        m_control->configuration = std::make_shared<Config>(sixProviders());
        m_page = std::make_unique<DashboardPage>(m_control.get(), nullptr);
        m_page->resize(1240, 826);
        m_page->show();
        m_page->setRange(3);
        m_page->activate();
    }

    void tilesFromSnapshot()
    {
        QCOMPARE(tile(u"Requests per minute"_s)->number(), missingText());
        QCOMPARE(tile(u"Requests per minute"_s)->context(), u"gateway stopped"_s);
        m_control->show(busySnapshot());
        QCOMPARE(tile(u"Requests per minute"_s)->number(), u"46.2"_s);
        QCOMPARE(tile(u"Output tokens/s"_s)->number(), u"1,238"_s);
        QVERIFY(tile(u"Requests per minute"_s)->context().contains(u'7')); // streams
        QVERIFY(tile(u"Requests per minute"_s)->toolTip().contains(u'9'));
    }

    void tilesFromLedger()
    {
        const DashboardData data = sampleDashboard(noon, 21'600'000, 600'000);
        m_page->showData(data);
        QCOMPARE(tile(u"Spend today"_s)->number(), u"$84.17"_s);
        QVERIFY(tile(u"Spend today"_s)->context().contains(u"12"_s));
        QVERIFY(tile(u"Spend today"_s)->context().contains(u"unpriced"_s));
        QCOMPARE(tile(u"First token, p50"_s)->number(), u"0.41\u00a0s"_s);
        QCOMPARE(tile(u"First token, p50"_s)->context(), u"p95 1.92 · p99 3.40"_s);
        QCOMPARE(tile(u"Duration, p50"_s)->context(), u"p95 21.40 · p99 48.00"_s);
        QVERIFY(tile(u"Errors"_s)->number().endsWith(u"\u00a0%"_s));
    }

    void chartsHaveTheSeries()
    {
        const DashboardData data = sampleDashboard(noon, 21'600'000, 600'000);
        m_page->showData(data);
        QCOMPARE(visibleAreas(chart(u"Spend"_s)).size(), 5); // box costs nothing
        QCOMPARE(visibleLines(chart(u"Latency"_s)).size(), 3);
        QCOMPARE(visibleLines(chart(u"Requests"_s)).size(), 1);
        QCOMPARE(visibleAreas(chart(u"Routing weights"_s)).size(), 7); // no weights: the share of requests
        for (const ChartPanel *panel : m_page->charts()) {
            QVERIFY(!panel->chart()->accessibleName().isEmpty());
            QVERIFY(!panel->chart()->accessibleDescription().isEmpty());
            QCOMPARE(panel->chart()->plot().left(), 46);
        }
        const TimeTable &share = chart(u"Routing weights"_s)->chart()->table();
        for (int i = 0; i < share.buckets; ++i) {
            double sum = 0;
            for (const TimeSeries &series : share.series)
                sum += series.values[size_t(i)];
            QVERIFY(qAbs(sum - 100) < 1e-6);
        }
        const TimeTable &spend = chart(u"Spend"_s)->chart()->table();
        QCOMPARE(spend.buckets, 36);
        double total = 0;
        for (const double value : sumOf(spend))
            total += value;
        double expected = 0;
        for (const SpendBucket &bucket : data.spend)
            expected += double(bucket.costNanoUsd) / 1e9;
        QVERIFY(qAbs(total - expected) < 1e-6);
    }

    void aGapStaysAGap()
    {
        DashboardData data = sampleDashboard(noon, 21'600'000, 600'000);
        data.latency[10].count = 0;
        data.latency[11].count = 0;
        m_page->showData(data);
        QCOMPARE(visibleLines(chart(u"Latency"_s)).size(), 6); // three lines, each in two pieces
    }

    void legendHidesAndIsolates()
    {
        m_page->showData(sampleDashboard(noon, 21'600'000, 600'000));
        ChartPanel *panel = chart(u"Spend"_s);
        QList<QAbstractButton *> items = panel->legend()->findChildren<QAbstractButton *>();
        QCOMPARE(items.size(), 5);
        items[0]->click();
        QCOMPARE(visibleAreas(panel).size(), 4);
        items[0]->click();
        QCOMPARE(visibleAreas(panel).size(), 5);
        QTest::mouseClick(items[1], Qt::LeftButton, Qt::ControlModifier);
        QTRY_COMPARE(visibleAreas(panel).size(), 1);
        QTest::mouseDClick(items[1], Qt::LeftButton);
        QCOMPARE(visibleAreas(panel).size(), 5);
    }

    void crosshairIsShared()
    {
        m_page->showData(sampleDashboard(noon, 21'600'000, 600'000));
        TimeChart *spend = chart(u"Spend"_s)->chart();
        const QPointF at = spend->plot().center();
        QMouseEvent move(QEvent::MouseMove, at, spend->viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QApplication::sendEvent(spend->viewport(), &move);
        QTRY_VERIFY(spend->crosshair()->atMs().has_value());
        QCOMPARE(spend->crosshair(), chart(u"Errors"_s)->chart()->crosshair());
        const int bucket = spend->table().bucketAt(*spend->crosshair()->atMs());
        QVERIFY(qAbs(bucket - 18) <= 1);
        QCOMPARE(m_page->findChildren<ChartTooltip *>().size(), 1);
        QTest::keyClick(spend, Qt::Key_Escape);
        QVERIFY(!spend->crosshair()->atMs().has_value());
    }

    void sameNumbersAsTable()
    {
        m_page->showData(sampleDashboard(noon, 21'600'000, 600'000));
        ChartPanel *panel = chart(u"Errors"_s);
        panel->tableAction()->setChecked(true);
        QVERIFY(panel->values());
        const QAbstractItemModel *table = panel->values()->model();
        QCOMPARE(table->rowCount(), 36);
        QCOMPARE(table->columnCount(), 5);
        const TimeTable &values = panel->chart()->table();
        QCOMPARE(table->index(0, 1).data().toString(), formatCount(qRound64(values.series[0].values[35])));
        panel->tableAction()->setChecked(false);
    }

    void targets()
    {
        TargetsModel model;
        QAbstractItemModelTester tester(&model);
        const DashboardData data = sampleDashboard(noon, 21'600'000, 600'000);
        model.setData(data, u"Last 6 h"_s);
        QCOMPARE(model.rowCount(), 7);
        QCOMPARE(model.index(0, TargetsModel::Target).data().toString(), u"openai/gpt-5"_s);
        QCOMPARE(model.index(3, TargetsModel::State).data().toString(), u"Stopped"_s);
        QCOMPARE(model.index(3, TargetsModel::P95).data().toString(), missingText());
        QCOMPARE(model.index(5, TargetsModel::State).data().toString(), u"Slow"_s);
        QCOMPARE(model.index(0, TargetsModel::P95).data().toString(), u"2.31\u00a0s"_s);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        model.setData(data, u"Last 6 h"_s);
        QCOMPARE(reset.count(), 0); // the same targets: rows stay, so does the selection
        QCOMPARE(changed.count(), 1);
        QCOMPARE(TargetsModel::stateOf({}), Signal::Off);
    }

    void targetsWithoutPricesDoNotCostNothing()
    {
        DashboardData data;
        data.toMs = noon;
        data.fromMs = noon - 3'600'000;
        for (const int64_t unpriced : {0, 3, 10}) {
            TargetSummary target;
            target.provider = "box";
            target.model = "m" + std::to_string(unpriced);
            target.requests = 10;
            target.unpriced = unpriced;
            target.costNanoUsd = (10 - unpriced) * 1'000'000;
            target.strip.assign(60, 1);
            data.targets.push_back(target);
        }
        TargetsModel model;
        model.setData(data, u"Last hour"_s);
        QCOMPARE(model.index(0, TargetsModel::Cost).data().toString(), u"$0.0100"_s);
        QCOMPARE(model.index(1, TargetsModel::Cost).data().toString(), u"≥\u00a0$0.0070"_s);
        QCOMPARE(model.index(2, TargetsModel::Cost).data().toString(), u"?"_s);
    }

    void emptyStateSaysTheNextStep()
    {
        DashboardData none;
        none.toMs = noon;
        none.fromMs = noon - 3'600'000;
        none.bucketMs = 60'000;
        m_control->become(GatewayState::Running);
        m_page->showData(none);
        QVERIFY(m_page->showsEmptyState());
        QVERIFY(m_page->emptyState()->code().startsWith(u"curl http://127.0.0.1:8484/v1/chat/completions"_s));
        QVERIFY(m_page->emptyState()->code().contains(u"$SIGNALBOX_API_KEY"_s));
        m_page->showData(sampleDashboard(noon, 21'600'000, 600'000));
        QVERIFY(!m_page->showsEmptyState());
    }

    void moneyAxis_data()
    {
        QTest::addColumn<double>("usd");
        QTest::addColumn<double>("step");
        QTest::addColumn<QString>("text");
        QTest::newRow("cents") << 0.06 << 0.02 << u"$0.06"_s;
        QTest::newRow("half cents") << 0.075 << 0.025 << u"$0.075"_s;
        QTest::newRow("one cent") << 0.01 << 0.01 << u"$0.01"_s;
        QTest::newRow("under a cent") << 0.006 << 0.002 << u"0.6\u00a0¢"_s;
        QTest::newRow("far under") << 0.00075 << 0.00025 << u"0.075\u00a0¢"_s;
        QTest::newRow("dimes") << 0.5 << 0.1 << u"$0.50"_s;
        QTest::newRow("dollars") << 20.0 << 5.0 << u"$20"_s;
        QTest::newRow("hundreds") << 750.0 << 250.0 << u"$750"_s;
        QTest::newRow("thousands") << 7500.0 << 2500.0 << u"$7.5\u00a0k"_s;
        QTest::newRow("zero") << 0.0 << 0.02 << u"$0.00"_s;
    }

    void moneyAxis()
    {
        QFETCH(const double, usd);
        QFETCH(const double, step);
        QTEST(moneyAxisText(usd, step), "text");
    }

    void secondsAxis()
    {
        QCOMPARE(secondsAxisText(0.025, 0.025), u"0.025\u00a0s"_s);
        QCOMPARE(secondsAxisText(0.1, 0.05), u"0.10\u00a0s"_s);
        QCOMPARE(secondsAxisText(1.5, 0.5), u"1.5\u00a0s"_s);
        QCOMPARE(secondsAxisText(20, 10), u"20\u00a0s"_s);
    }

    void axes()
    {
        QCOMPARE(niceStep(0), 1.0);
        QCOMPARE(niceStep(2.1), 1.0);
        QCOMPARE(niceStep(4), 1.0);
        QCOMPARE(niceStep(9), 2.5);
        QCOMPARE(niceStep(830'000), 250'000.0);
        for (const double maximum : {0.003, 0.7, 12.0, 47.0, 99.0, 1234.0}) {
            const double steps = std::ceil(maximum / niceStep(maximum));
            QVERIFY(steps >= 2 && steps <= 4);
        }
        const std::vector<qint64> ticks = timeTicks(noon, noon + 21'600'000, 6);
        QVERIFY(ticks.size() >= 3 && ticks.size() <= 7);
        for (const qint64 tick : ticks)
            QCOMPARE(QDateTime::fromMSecsSinceEpoch(tick).time().minute(), 0);
    }

    void pausing()
    {
        QCOMPARE(DashboardSource::pauseAfter(10, 1000), 1000);
        QCOMPARE(DashboardSource::pauseAfter(700, 1000), 2800);
        QCOMPARE(DashboardSource::pauseAfter(10, 600'000), 10'000); // nobody sees a second of 6 hours
        m_control->show(busySnapshot());
        m_page->setPaused(true);
        GatewaySnapshot later = busySnapshot();
        later.requestsPerMinute = 44;
        m_control->show(later);
        QCOMPARE(tile(u"Requests per minute"_s)->number(), u"46.2"_s);
        m_page->setPaused(false);
        QCOMPARE(tile(u"Requests per minute"_s)->number(), u"44.0"_s);
    }

    void livesFromTheLedger()
    {
        QTemporaryDir folder;
        auto ledger = Ledger::open({folder.path(), 30, 256});
        QVERIFY(ledger);
        QSignalSpy committed(ledger->get(), &Ledger::committed);
        const qint64 now = QDateTime::currentMSecsSinceEpoch();
        for (int i = 0; i < 30; ++i)
            (*ledger)->record(record(now - 60'000 - i * 1000, i));
        QVERIFY(committed.wait(5000));
        LedgerFeed feed((*ledger)->databasePath());
        DashboardPage page(m_control.get(), &feed);
        page.setRange(1);
        page.resize(1240, 826);
        page.show();
        page.activate();
        QTRY_COMPARE_WITH_TIMEOUT(page.charts()[0]->chart()->table().series.size(), size_t(2), 5000);
        // The writer may commit the thirty in more than one batch.
        const Tile *errors = page.tiles()[3];
        QTRY_COMPARE_WITH_TIMEOUT(errors->context(), u"3 of 30"_s, 5000);
        page.deactivate();
        bool answered = false; // questions are answered in order: none is under way after this
        feed.ask<int64_t>(
            &page, [](LedgerReader &reader) { return reader.newestRowid(); },
            [&answered](const Result<int64_t> &) { answered = true; });
        QTRY_VERIFY(answered);
        for (int i = 0; i < 5; ++i)
            (*ledger)->record(record(now - i * 1000, i));
        QVERIFY(committed.wait(5000));
        QTest::qWait(1300); // longer than a look of this range: a page out of sight asks nothing
        QCOMPARE(errors->context(), u"3 of 30"_s);
        page.activate();
        QTRY_COMPARE_WITH_TIMEOUT(errors->context(), u"3 of 35"_s, 5000);
        page.deactivate();
    }

    // Pictures to look at, into the folder that SIGNALBOX_SHOTS names.
    void pictures()
    {
        const QString folder = qEnvironmentVariable("SIGNALBOX_SHOTS");
        if (folder.isEmpty())
            QSKIP("SIGNALBOX_SHOTS is not set");
        QDir().mkpath(folder);
        m_control->show(busySnapshot());
        MainWindow window(m_control.get());
        auto *page = new DashboardPage(m_control.get(), nullptr);
        window.addPage(page, u"dashboard"_s);
        page->setRange(3);
        window.show();
        page->showData(sampleDashboard(noon, 21'600'000, 600'000));
        for (Theme::Mode mode : {Theme::Mode::Light, Theme::Mode::Dark, Theme::Mode::HighContrast}) {
            theme().setMode(mode);
            for (const QSize &size : {QSize(1440, 900), QSize(1024, 700)}) {
                window.resize(size);
                QTest::qWait(100);
                TimeChart *spend = page->charts()[0]->chart();
                if (mode == Theme::Mode::Dark)
                    spend->crosshair()->set(spend->table().middleOf(22), spend);
                const QString name = u"dashboard-%1-%2-%3x.png"_s.arg(Theme::modeName(mode))
                                         .arg(size.width())
                                         .arg(window.devicePixelRatioF());
                QVERIFY(window.grab().save(folder + u'/' + name));
                spend->crosshair()->set(std::nullopt, spend);
            }
        }
        page->showData({noon - 3'600'000, noon, 60'000, {}, {}, {}, {}, 0, 0, 0});
        theme().setMode(Theme::Mode::Light);
        window.grab().save(folder + u"/dashboard-nothing.png"_s);
        GatewaySnapshot failed;
        failed.state = GatewayState::Failed;
        failed.problem =
            "Port 8484 is taken by another program. Choose another port in Settings, or stop that program.";
        m_control->show(failed);
        window.toasts()->show(Signal::Clear, u"Endpoint copied: http://127.0.0.1:8484"_s);
        window.toasts()->show(Signal::Stop, u"gemini-2.5-pro stopped: 503 five times in a row"_s, u"Show requests"_s,
                              [] {});
        QTest::qWait(50);
        window.grab().save(folder + u"/dashboard-empty.png"_s);
    }
};

QTEST_MAIN(TestDashboard)
#include "tst_dashboard.moc"
