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

    void anOrderShowsTheFirstOfWhatMatches()
    {
        m_source.ranks = 10'000;
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QSignalSpy counted(&model, &RequestTableModel::counted);
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        model.setOrder(RequestOrder{RequestOrder::Key::Cost, false});
        QTRY_COMPARE(model.rowCount(), 10'000);
        QVERIFY(m_source.lastOrder->key == RequestOrder::Key::Cost);
        QCOMPARE(model.idAt(0), QStringLiteral("id-0"));
        QCOMPARE(counted.back().front().toLongLong(), 100'000); // of so many
        (void)model.index(400, 0).data();
        QTRY_COMPARE(model.idAt(400), QStringLiteral("id-400"));
        const auto said = [&model](int column) {
            return model.headerData(column, Qt::Horizontal, Qt::AccessibleTextRole).toString();
        };
        QVERIFY2(said(RequestTableModel::CostUsd).contains(QStringLiteral("smallest first")),
                 qPrintable(said(RequestTableModel::CostUsd)));
        QVERIFY(said(RequestTableModel::Time).isEmpty());
        model.setOrder({});
        QTRY_COMPARE(model.rowCount(), 100'000);
        QCOMPARE(model.idAt(0), QStringLiteral("id-99999"));
        QVERIFY(!said(RequestTableModel::Time).isEmpty());
    }

    void placesOnlyChangeWhileItFollows()
    {
        m_source.count = 1'000;
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setOrder(RequestOrder{});
        QTRY_COMPARE(model.rowCount(), 1'000);
        (void)model.index(300, 0).data();
        QTRY_COMPARE(model.idAt(300), QStringLiteral("id-699"));
        model.setFollowing(false);
        m_source.count = 1'010;
        ++m_source.rankedVersion;
        const int before = m_source.slices;
        model.noteCommitted();
        QTest::qWait(300);
        QCOMPARE(m_source.slices, before);
        QCOMPARE(model.idAt(0), QStringLiteral("id-999"));
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setFollowing(true);
        QTRY_COMPARE(model.rowCount(), 1'010);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(model.idAt(0), QStringLiteral("id-1009"));
        // What was on screen stays until it is known what stands there now, and nobody takes it for that.
        QVERIFY(model.loadedId(300).isEmpty());
        QCOMPARE(model.index(300, 0).data().toString(), QStringLiteral("200"));
        QTRY_COMPARE(model.loadedId(300), QStringLiteral("id-709"));
    }

    void anOrderThatIsStillLookedForShowsHowFarItIs()
    {
        m_source.rankedWhole = false;
        RequestTableModel model(m_source);
        QSignalSpy searching(&model, &RequestTableModel::searching);
        model.setOrder(RequestOrder{});
        QTRY_VERIFY(searching.size() > 3);
        QVERIFY(model.isLoading());
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QTRY_VERIFY(searching.size() > 6);
        QCOMPARE(changed.size(), 0); // the same version: nothing to show
        m_source.rankedWhole = true;
        QTRY_VERIFY(!model.isLoading());
    }

    void whatRunsIsKnownById()
    {
        RequestTableModel model(m_source);
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        m_source.count = 2;
        model.setFilter({});
        QTRY_COMPARE(model.rowCount(), 2);
        QSignalSpy moved(&model, &RequestTableModel::rowsMoved);
        model.setRunning({running("b"), running("a")}, 8'000);
        QVERIFY(model.isRunning(1) && !model.isRunning(2));
        QVERIFY(model.runningIds().contains(QStringLiteral("a")));
        QVERIFY(!model.loadedRow(0)); // in flight: no row of the ledger
        QCOMPARE(model.loadedRow(2)->id, std::string("id-1"));
        const auto before = moved.size();
        model.setRunning({running("b"), running("a")}, 9'000);
        QCOMPARE(moved.size(), before);
        model.setRunning({running("c"), running("b")}, 9'000); // as many, but others
        QCOMPARE(moved.size(), before + 1);
        QCOMPARE(model.rowOf(QStringLiteral("b")), 1);
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
