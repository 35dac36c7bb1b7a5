// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/requests/request_cells.h"
#include "ui/requests/request_table_model.h"
#include "ui/widgets/row_delegate.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>

using namespace signalbox;

class tst_RequestTableModel final : public QObject
{
    Q_OBJECT

private:
    FakeSource m_source;

    InFlightRow running(const char *id)
    {
        InFlightRow row;
        row.id = id;
        row.startedAtMs = 1000;
        return row;
    }

private Q_SLOTS:
    void init()
    {
        m_source = {};
        m_source.count = 100'000;
    }

    void keepsFewRowsInMemory()
    {
        m_source.count = 20'000; // the tester looks at every row
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 20'000);
        QCOMPARE(model.idAt(0), QStringLiteral("id-19999"));
        for (int row = 0; row < 20'000; row += 800) {
            (void)model.index(row, 0).data();
            QTRY_COMPARE(model.idAt(row), QStringLiteral("id-%1").arg(19'999 - row));
        }
        QCOMPARE(model.loadedRows(), RequestTableModel::maxPages * RequestTableModel::pageRows);
    }

    void showsAPlaceholderUntilLoaded()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.index(50'000, 0).data().toString(), QStringLiteral("…"));
        QTRY_COMPARE(model.index(50'000, 0).data().toString(), QStringLiteral("200"));
    }

    void fastScrollingAsksForFewPages()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        const int before = m_source.slices;
        for (int row = 1000; row < 100'000; row += 200)
            (void)model.index(row, 0).data();
        QTRY_COMPARE(model.idAt(99'800), QStringLiteral("id-199"));
        QVERIFY(m_source.slices - before <= 5);
    }

    void newRowsEnterOnlyWhileFollowing()
    {
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy waiting(&model, &RequestTableModel::waitingChanged);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        model.setFollowing(false);
        m_source.count += 14;
        model.noteCommitted();
        QTRY_COMPARE(waiting.size(), 1);
        QCOMPARE(waiting.front().front().toLongLong(), 14);
        QCOMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.idAt(0), QStringLiteral("id-99999"));
        // A page that is loaded now continues the rows on screen.
        (void)model.index(400, 0).data();
        QTRY_COMPARE(model.idAt(400), QStringLiteral("id-99599"));
        model.setFollowing(true);
        QTRY_COMPARE(model.rowCount(), 100'014);
        QCOMPARE(model.idAt(0), QStringLiteral("id-100013"));
        QCOMPARE(waiting.back().front().toLongLong(), 0);
    }

    void aPageIsAskedForOnce()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        const int before = m_source.slices;
        int painted = 0;
        m_source.onSlice = [&] { painted += model.index(50'000, 0).data().toString() == QStringLiteral("…"); };
        (void)model.index(50'000, 0).data();
        QTRY_COMPARE(model.idAt(50'000), QStringLiteral("id-49999"));
        QTest::qWait(50);
        QCOMPARE(m_source.slices, before + 1);
        QCOMPARE(painted, 1);
    }

    void findsARowByIdAfterNewOnes()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.rowOf(QStringLiteral("id-99990")), 9);
        m_source.count += 3;
        model.noteCommitted();
        QTRY_COMPARE(model.rowOf(QStringLiteral("id-99990")), 12);
        QCOMPARE(model.rowOf(QStringLiteral("unknown")), -1);
    }

    void burstsAreAskedForAtMostFourTimesASecond()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        const int before = m_source.slices;
        for (int i = 0; i < 1000; ++i)
            model.noteCommitted();
        m_source.count += 1;
        QTRY_COMPARE(model.rowCount(), 100'001);
        QCOMPARE(m_source.slices - before, 1);
    }

    void fewerRowsResetTheModel()
    {
        RequestTableModel model(m_source);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        m_source.count = 5;
        model.noteCommitted();
        QTRY_COMPARE(model.rowCount(), 5);
        QCOMPARE(reset.size(), 1);
    }

    void runningExchangesStandOnTop()
    {
        m_source.count = 3;
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 3);
        model.setRunning({running("b"), running("a")}, 8'000);
        QCOMPARE(model.rowCount(), 5);
        QCOMPARE(model.index(0, 0).data().toString(), QStringLiteral("0:07"));
        QCOMPARE(model.index(0, 0).data(Qt::AccessibleTextRole).toString(), QStringLiteral("Running 0:07"));
        QCOMPARE(model.index(0, 0).data(SignalRole).toInt(), int(Signal::Running));
        QCOMPARE(model.idAt(2), QStringLiteral("id-2"));
        model.setRunning({}, 9'000);
        QCOMPARE(model.idAt(0), QStringLiteral("id-2"));
    }

    void costSaysHowSureItIs_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QString>("text");
        QTest::newRow("exact") << int(CostState::Exact) << QStringLiteral("$0.0182");
        QTest::newRow("at least") << int(CostState::AtLeast) << QStringLiteral("≥\u00a0$0.0182");
        QTest::newRow("unpriced") << int(CostState::Unpriced) << QStringLiteral("?");
    }

    void costSaysHowSureItIs()
    {
        QFETCH(int, state);
        RequestRow row = FakeSource::row(1);
        row.cost.state = CostState(state);
        QTEST(requestCell(row, RequestTableModel::CostUsd, Qt::DisplayRole).toString(), "text");
    }
};

QTEST_MAIN(tst_RequestTableModel)
#include "tst_request_table_model.moc"
