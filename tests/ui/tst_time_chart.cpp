// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_legend.h"
#include "ui/dashboard/chart_panel.h"
#include "ui/dashboard/crosshair.h"
#include "ui/dashboard/time_chart.h"
#include "ui/dashboard/time_table_model.h"
#include "ui/preferences/preferences.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QFile>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QImage>
#include <QtGui/QMouseEvent>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QTableView>

#include <cmath>
#include <cstdio>
#include <numeric>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 begin = 1'786'060'800'000; // a midnight of UTC
constexpr qint64 hour = 3'600'000;

// `buckets` hours; the first series counts up, the second is always 10.
TimeTable hours(int buckets, SeriesStyle style = SeriesStyle::Bar)
{
    TimeTable table{begin, hour, buckets, {}};
    std::vector<double> rising(static_cast<size_t>(buckets));
    std::iota(rising.begin(), rising.end(), 1.0);
    table.series.push_back({u"a"_s, u"alpha"_s, {0, {}, false}, style, rising});
    table.series.push_back({u"b"_s, u"beta"_s, {1, {}, false}, style, std::vector<double>(size_t(buckets), 10.0)});
    return table;
}

void mouse(TimeChart &chart, QEvent::Type type, const QPointF &at, Qt::MouseButtons buttons,
           Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    const Qt::MouseButton button = type == QEvent::MouseMove ? Qt::NoButton : Qt::LeftButton;
    QMouseEvent event(type, at, chart.viewport()->mapToGlobal(at), button, buttons, modifiers);
    QApplication::sendEvent(chart.viewport(), &event);
}

void dragBetween(TimeChart &chart, double fromX, double toX, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
{
    const double y = chart.plot().center().y();
    mouse(chart, QEvent::MouseButtonPress, {fromX, y}, Qt::LeftButton, modifiers);
    mouse(chart, QEvent::MouseMove, {(fromX + toX) / 2, y}, Qt::LeftButton, modifiers);
    mouse(chart, QEvent::MouseMove, {toX, y}, Qt::LeftButton, modifiers);
    mouse(chart, QEvent::MouseButtonRelease, {toX, y}, Qt::NoButton, modifiers);
}

} // namespace

class TestTimeChart final : public QObject
{
    Q_OBJECT

    std::unique_ptr<Crosshair> m_crosshair;
    std::unique_ptr<TimeChart> m_chart;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-tests"_s);
        QCoreApplication::setApplicationName(u"tst_time_chart"_s);
        Preferences().clear();
        theme().install();
    }

    void init()
    {
        m_crosshair = std::make_unique<Crosshair>();
        m_chart = std::make_unique<TimeChart>(m_crosshair.get());
        m_chart->resize(460, 200);
        m_chart->show();
    }

    void neverMorePointsThanPixels()
    {
        for (const SeriesStyle style : {SeriesStyle::Bar, SeriesStyle::Area, SeriesStyle::Line}) {
            m_chart->setTable(hours(90 * 24, style)); // 90 days by the hour
            QCOMPARE(m_chart->data().buckets, 2160);
            QVERIFY(m_chart->table().buckets <= int(m_chart->plot().width()));
            QVERIFY(m_chart->drawnPoints() <= int(m_chart->plot().width()));
            QVERIFY(m_chart->drawnPoints() > 100);
        }
    }

    void mergedBucketsKeepTheSum()
    {
        const TimeTable table = hours(1000);
        const TimeTable shown = shownPart(table, table.firstMs, table.endMs(), 300);
        QCOMPARE(shown.bucketMs, 4 * hour);
        QCOMPARE(shown.buckets, 250);
        const auto sum = [](const std::vector<double> &values) {
            return std::accumulate(values.begin(), values.end(), 0.0);
        };
        QCOMPARE(sum(shown.series[0].values), sum(table.series[0].values));
        TimeTable peaks = table;
        peaks.series[0].merge = SeriesMerge::Highest;
        peaks.series[1].merge = SeriesMerge::Mean;
        peaks.series[1].values[1] = std::nan(""); // a gap is no zero
        const TimeTable merged = shownPart(peaks, table.firstMs, table.endMs(), 300);
        QCOMPARE(merged.series[0].values[0], 4.0);
        QCOMPARE(merged.series[1].values[0], 10.0);
    }

    void onlyWhatIsInView()
    {
        m_chart->setTable(hours(100));
        m_chart->setView(TimeSpan{begin + 10 * hour, begin + 20 * hour});
        QCOMPARE(m_chart->table().buckets, 10);
        QCOMPARE(m_chart->table().series[0].values.front(), 11.0);
        QCOMPARE(m_chart->xOf(begin + 10 * hour), m_chart->plot().left());
        QCOMPARE(m_chart->xOf(begin + 20 * hour), m_chart->plot().right());
        m_chart->setView(TimeSpan{begin + 200 * hour, begin + 210 * hour}); // beside all there is
        QCOMPARE(m_chart->table().buckets, 0);
        m_chart->setView(std::nullopt);
        QCOMPARE(m_chart->table().buckets, 100);
    }

    void dragZooms()
    {
        m_chart->setTable(hours(100));
        QSignalSpy zoom(m_chart.get(), &TimeChart::zoomWanted);
        QSignalSpy picked(m_chart.get(), &TimeChart::picked);
        dragBetween(*m_chart, m_chart->xOf(begin + 60 * hour), m_chart->xOf(begin + 40 * hour)); // backwards too
        QCOMPARE(zoom.count(), 1);
        QVERIFY(qAbs(zoom[0][0].toLongLong() - (begin + 40 * hour)) < hour / 2);
        QVERIFY(qAbs(zoom[0][1].toLongLong() - (begin + 60 * hour)) < hour / 2);
        QVERIFY(!m_chart->selection());
        QTest::qWait(QApplication::doubleClickInterval() + 50); // a click would have been told by now
        QCOMPARE(picked.count(), 0);
    }

    void shiftDragPans()
    {
        m_chart->setTable(hours(100));
        QSignalSpy pan(m_chart.get(), &TimeChart::panWanted);
        const double step = m_chart->plot().width() / 10;
        dragBetween(*m_chart, m_chart->plot().center().x(), m_chart->plot().center().x() + step, Qt::ShiftModifier);
        QVERIFY(pan.count() >= 1);
        QVERIFY(qAbs(pan.last()[0].toLongLong() - (begin - 10 * hour)) < hour / 2);
        QCOMPARE(pan.last()[1].toLongLong() - pan.last()[0].toLongLong(), 100 * hour);
    }

    void doubleClickResetsAndPicksNothing()
    {
        m_chart->setTable(hours(20));
        QSignalSpy reset(m_chart.get(), &TimeChart::resetWanted);
        QSignalSpy picked(m_chart.get(), &TimeChart::picked);
        const QPointF at(m_chart->plot().right() - 10, m_chart->plot().bottom() - 4);
        mouse(*m_chart, QEvent::MouseButtonPress, at, Qt::LeftButton);
        mouse(*m_chart, QEvent::MouseButtonRelease, at, Qt::NoButton);
        mouse(*m_chart, QEvent::MouseButtonDblClick, at, Qt::LeftButton);
        mouse(*m_chart, QEvent::MouseButtonRelease, at, Qt::NoButton);
        QCOMPARE(reset.count(), 1);
        QTest::qWait(QApplication::doubleClickInterval() + 50);
        QCOMPARE(picked.count(), 0);
    }

    void aClickPicksTheSegmentUnderIt()
    {
        m_chart->setTable(hours(20));
        QSignalSpy picked(m_chart.get(), &TimeChart::picked);
        const double x = m_chart->xOf(begin + 15 * hour + hour / 2);
        for (const double value : {8.0, 20.0, 29.5}) { // 16 of alpha below, 10 of beta above, nothing beyond
            const QPointF at(x, m_chart->yOf(value));
            mouse(*m_chart, QEvent::MouseButtonPress, at, Qt::LeftButton);
            mouse(*m_chart, QEvent::MouseButtonRelease, at, Qt::NoButton);
            QVERIFY(picked.wait(2000));
        }
        QCOMPARE(picked[0][0].toLongLong(), begin + 15 * hour);
        QCOMPARE(picked[0][1].toLongLong(), begin + 16 * hour);
        QCOMPARE(picked[0][2].toString(), u"a"_s);
        QCOMPARE(picked[0][3].toDouble(), 16.0);
        QCOMPARE(picked[1][2].toString(), u"b"_s);
        QCOMPARE(picked[2][2].toString(), QString());
    }

    void keysDoWhatThePointerDoes()
    {
        m_chart->setTable(hours(100));
        QSignalSpy zoom(m_chart.get(), &TimeChart::zoomWanted);
        QSignalSpy pan(m_chart.get(), &TimeChart::panWanted);
        QSignalSpy reset(m_chart.get(), &TimeChart::resetWanted);
        QSignalSpy picked(m_chart.get(), &TimeChart::picked);
        QTest::keyClick(m_chart.get(), Qt::Key_Plus);
        QCOMPARE(zoom.last()[1].toLongLong() - zoom.last()[0].toLongLong(), 50 * hour);
        QCOMPARE(zoom.last()[0].toLongLong(), begin + 25 * hour);
        QTest::keyClick(m_chart.get(), Qt::Key_Minus);
        QCOMPARE(zoom.last()[1].toLongLong() - zoom.last()[0].toLongLong(), 200 * hour);
        QTest::keyClick(m_chart.get(), Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(pan.last()[0].toLongLong(), begin + 25 * hour);
        QTest::keyClick(m_chart.get(), Qt::Key_0);
        QCOMPARE(reset.count(), 1);
        QTest::keyClick(m_chart.get(), Qt::Key_Left); // the crosshair comes in at the newest
        QCOMPARE(*m_crosshair->atMs(), begin + 99 * hour + hour / 2);
        QTest::keyClick(m_chart.get(), Qt::Key_Return);
        QCOMPARE(picked.count(), 1);
        QCOMPARE(picked[0][0].toLongLong(), begin + 99 * hour);
        m_crosshair->set(begin + 80 * hour, m_chart.get()); // what is pointed at stays where it is
        QTest::keyClick(m_chart.get(), Qt::Key_Plus);
        QCOMPARE(zoom.last()[0].toLongLong(), begin + 40 * hour);
    }

    void thePeriodBeforeIsBehind()
    {
        TimeTable now = hours(24, SeriesStyle::Line);
        TimeTable old = hours(24, SeriesStyle::Line);
        old.firstMs -= 24 * hour;
        for (double &value : old.series[0].values)
            value *= 5;
        old.series[1].id = u"gone"_s;
        addBefore(now, old);
        QCOMPARE(now.series.size(), size_t(3));
        QCOMPARE(now.series[0].before[23], 120.0);
        QVERIFY(std::isnan(now.series[1].before[3]));
        QVERIFY(std::isnan(now.series[2].values[3]));
        m_chart->setTable(now);
        QVERIFY(m_chart->maximum() >= 120); // both fit
        TimeTableModel model;
        QAbstractItemModelTester tester(&model);
        model.setTable(now, [](double value) { return QString::number(value); });
        QCOMPARE(model.columnCount(), 7);
        QCOMPARE(model.index(0, 2).data().toString(), u"120"_s);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setTable(now, [](double value) { return QString::number(value); });
        QCOMPARE(reset.count(), 0); // who reads keeps his place
        model.setTable(hours(24), [](double value) { return QString::number(value); });
        QCOMPARE(reset.count(), 1);
    }

    void companionsHideWithTheirs()
    {
        TimeTable table = hours(10, SeriesStyle::Line);
        TimeSeries dashed = table.series[0];
        dashed.id = u"a configured"_s;
        dashed.of = u"a"_s;
        dashed.style = SeriesStyle::Configured;
        table.series.push_back(dashed);
        ChartPanel panel(u"weights"_s, u"Weights"_s, m_crosshair.get());
        panel.setTable(table);
        QCOMPARE(panel.legend()->findChildren<QAbstractButton *>().size(), 2);
        panel.legend()->setHidden({u"a"_s});
        QVERIFY(panel.chart()->isHidden(table.series[0]));
        QVERIFY(panel.chart()->isHidden(table.series[2]));
        QVERIFY(!panel.chart()->isHidden(table.series[1]));
        ChartPanel again(u"weights"_s, u"Weights"_s, m_crosshair.get());
        again.restoreState();
        QVERIFY(again.chart()->isHidden(table.series[0]));
        panel.legend()->showAll();
    }

    void savesPictureAndNumbers()
    {
        QTemporaryDir folder;
        ChartPanel panel(u"spend"_s, u"Spend"_s, m_crosshair.get());
        panel.resize(500, 240);
        panel.show();
        TimeTable table = hours(3);
        table.series[0].name = u"=1+1, \"x\""_s; // a name from outside must not become a formula
        table.series[1].values[1] = std::nan("");
        panel.setTable(table);
        QSignalSpy saved(&panel, &ChartPanel::saved);
        const QString csv = folder.filePath(u"a.csv"_s);
        panel.save(ChartPanel::FileKind::Csv, csv);
        QVERIFY(saved.wait(5000));
        QCOMPARE(saved.last()[1].toString(), QString());
        QFile file(csv);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().split('\n');
        QCOMPARE(lines[0].trimmed(), QByteArray("from_utc,to_utc,\"'=1+1, \"\"x\"\"\",\"beta\""));
        QCOMPARE(lines[1].trimmed(), QByteArray("2026-08-07T00:00:00Z,2026-08-07T01:00:00Z,1,10"));
        QCOMPARE(lines[2].trimmed(), QByteArray("2026-08-07T01:00:00Z,2026-08-07T02:00:00Z,2,"));
        const QString png = folder.filePath(u"a.png"_s);
        panel.save(ChartPanel::FileKind::Picture, png);
        QVERIFY(saved.wait(5000));
        QVERIFY(QImage(png).width() >= 500);
        panel.save(ChartPanel::FileKind::Csv, folder.filePath(u"none/a.csv"_s));
        QVERIFY(saved.wait(5000));
        QVERIFY(!saved.last()[1].toString().isEmpty());
    }

    // Prints how long a step of zooming through 90 days takes; SIGNALBOX_FRAMES sets how many.
    void frames_data()
    {
        QTest::addColumn<int>("buckets");
        QTest::newRow("as the dashboard asks, a bucket a day") << 90;
        QTest::newRow("the most that it asks for") << 150;
        QTest::newRow("by the hour") << 2160;
    }

    void frames()
    {
        QFETCH(const int, buckets);
        const int steps = qEnvironmentVariableIntValue("SIGNALBOX_FRAMES");
        if (steps <= 0)
            QSKIP("SIGNALBOX_FRAMES is not set");
        const qint64 span = 90 * 24 * hour;
        std::vector<std::unique_ptr<TimeChart>> charts;
        struct Chart {
            SeriesStyle style;
            int series;
        };
        for (const Chart &one : {Chart{SeriesStyle::Bar, 8}, Chart{SeriesStyle::Line, 6}, Chart{SeriesStyle::Dashed, 3},
                                 Chart{SeriesStyle::LineFilled, 1}, Chart{SeriesStyle::Bar, 4},
                                 Chart{SeriesStyle::Area, 5}}) { // as the dashboard has
            charts.push_back(std::make_unique<TimeChart>(m_crosshair.get()));
            charts.back()->resize(480, 220);
            charts.back()->show();
            TimeTable table = hours(buckets, one.style);
            table.bucketMs = span / buckets;
            table.series.resize(1);
            for (int k = 1; k < one.series; ++k)
                table.series.push_back(
                    {QString::number(k), QString::number(k), {k, {}, false}, one.style, table.series[0].values});
            const TimeTable before = table;
            addBefore(table, before);
            charts.back()->setTable(table);
        }
        QImage screen(480, 220, QImage::Format_ARGB32_Premultiplied);
        QElapsedTimer all;
        all.start();
        qint64 worst = 0;
        for (int step = 0; step < steps; ++step) {
            QElapsedTimer one;
            one.start();
            const auto half = qint64(double(span) * std::pow(0.02, double(step) / steps) / 2); // from 90 days to two
            for (const auto &chart : charts) {
                chart->setView(TimeSpan{begin + span / 2 - half, begin + span / 2 + half});
                static_cast<QWidget &>(*chart).render(&screen);
            }
            worst = qMax(worst, one.nsecsElapsed());
        }
        std::printf("%4d buckets: six charts with the period before: %.1f ms a frame, worst %.1f\n", buckets,
                    double(all.nsecsElapsed()) / 1e6 / steps, double(worst) / 1e6);
    }
};

QTEST_MAIN(TestTimeChart)
#include "tst_time_chart.moc"
#include "ui/preferences/preferences.h"
