// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/cell_filter.h"

#include "core/ledger/filter/filter_language.h"
#include "tests/ui/fake_pages.h"
#include "ui/requests/request_order.h"
#include "ui/requests/request_table_model.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace Qt::StringLiterals;
using Table = RequestTableModel;

class TestCellFilter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyCellSaysWhatItMeans_data();
    void everyCellSaysWhatItMeans();
    void whatIsNotThereIsNotOffered();
    void everyOneCanBeRead();
    void boundsTakeThePlaceOfBounds();
    void ordersGoRound();
};

void TestCellFilter::everyCellSaysWhatItMeans_data()
{
    QTest::addColumn<int>("column");
    QTest::addColumn<QString>("only");
    QTest::addColumn<QString>("without");
    QTest::newRow("status") << int(Table::Status) << u"status:429"_s << u"-status:429"_s;
    QTest::newRow("client") << int(Table::Client) << u"client:docs-chat"_s << u"-client:docs-chat"_s;
    QTest::newRow("target") << int(Table::Target) << u"model:\"gpt-5\""_s << u"-model:\"gpt-5\""_s;
    QTest::newRow("attempts") << int(Table::Try) << u"is:fallback"_s << u"-is:fallback"_s;
}

void TestCellFilter::everyCellSaysWhatItMeans()
{
    QFETCH(int, column);
    QFETCH(QString, only);
    QFETCH(QString, without);
    const RequestRow row = FakeSource::row(7); // 429, two attempts
    const auto cells = cellFilters(row, column);
    QVERIFY(!cells.empty());
    QCOMPARE(withCell({}, cells.front(), CellChoice::Only), only);
    QCOMPARE(withCell({}, cells.front(), CellChoice::Without), without);
    QCOMPARE(withCell(u"project:ci"_s, cells.front(), CellChoice::Only), u"project:ci "_s + only);
    QVERIFY(cells.front().words.contains(u": "_s));
}

void TestCellFilter::whatIsNotThereIsNotOffered()
{
    RequestRow row = FakeSource::row(8);
    QVERIFY(cellFilters(row, Table::Try).empty()); // one attempt
    QVERIFY(cellFilters(row, Table::Losses).empty());
    QVERIFY(cellFilters(row, Table::Session).empty());
    QVERIFY(cellFilters(row, Table::Time).empty());
    row.provider.clear();
    QVERIFY(cellFilters(row, Table::Target).empty());
    row.ttftMs.reset();
    QVERIFY(cellFilters(row, Table::FirstToken).empty());
    row.cost.nanoUsd.reset();
    QCOMPARE(withCell({}, cellFilters(row, Table::CostUsd).front(), CellChoice::Only), u"is:unpriced"_s);
    row.error = "timeout: it took too long";
    const auto cells = cellFilters(row, Table::Status);
    QCOMPARE(cells.size(), size_t(2));
    QCOMPARE(withCell({}, cells.back(), CellChoice::Only), u"error:timeout*"_s);
}

void TestCellFilter::everyOneCanBeRead()
{
    RequestRow row = FakeSource::row(7);
    row.error = "http_429: slow down";
    row.user = "ann, \"the\" user";
    row.project = "a b";
    row.route = "main";
    row.session = "s-1";
    row.dialect = "anthropic";
    row.credential = "main";
    row.lossCount = 2;
    row.usage.cachedInput = 5;
    for (int column = 0; column < Table::columns; ++column) {
        for (const CellFilter &cell : cellFilters(row, column)) {
            for (const CellChoice choice : {CellChoice::Only, CellChoice::Without}) {
                const bool figure = cell.isFigure;
                const QString text = withCell({}, cell, figure ? CellChoice::AtLeast : choice);
                const FilterText read = readFilter(text.toStdString(), {});
                QVERIFY2(read.isSound() && read.terms.size() == 1, qPrintable(text));
                QCOMPARE(read.terms.front().negated, !figure && choice == CellChoice::Without);
            }
        }
    }
}

void TestCellFilter::boundsTakeThePlaceOfBounds()
{
    const RequestRow row = FakeSource::row(7);
    const CellFilter cell = cellFilters(row, Table::Duration).front();
    QVERIFY(cell.isFigure);
    QCOMPARE(withCell({}, cell, CellChoice::AtLeast), u"duration:>=4800ms"_s);
    QCOMPARE(withCell(u"duration:>1s model:x"_s, cell, CellChoice::AtLeast), u"model:x duration:>=4800ms"_s);
    QCOMPARE(withCell(u"duration:>=4800ms"_s, cell, CellChoice::AtMost), u"duration:>=4800ms duration:<=4800ms"_s);
    QCOMPARE(withCell({}, cellFilters(row, Table::CostUsd).front(), CellChoice::AtMost), u"cost:<=0.0182"_s);
}

void TestCellFilter::ordersGoRound()
{
    std::optional<RequestOrder> order;
    order = nextOrder(order, Table::Duration);
    QVERIFY(order && order->descending && order->key == RequestOrder::Key::Duration);
    order = nextOrder(order, Table::Duration);
    QVERIFY(order && !order->descending);
    QCOMPARE(nextOrder(order, Table::CostUsd)->key, RequestOrder::Key::Cost);
    QVERIFY(nextOrder(order, Table::Client) == order); // not sorted by
    QVERIFY(!nextOrder(order, Table::Time));
    QVERIFY(!nextOrder(order, Table::Duration));
    for (int column = 0; column < Table::columns; ++column) {
        if (const auto key = orderKeyOf(column)) {
            QCOMPARE(columnOf(*key), column);
            QVERIFY(!orderName(*key).isEmpty());
            QVERIFY(orderText(RequestOrder{*key, true}).contains(orderName(*key)));
        }
    }
}

QTEST_GUILESS_MAIN(TestCellFilter)
#include "tst_cell_filter.moc"
