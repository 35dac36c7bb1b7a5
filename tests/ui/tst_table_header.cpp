// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtGui/QStandardItemModel>
#include <QtTest/QTest>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

class TestTableHeader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { theme().install(); }

    void arrowStandsAfterTheWord_data()
    {
        QTest::addColumn<bool>("mirrored");
        QTest::addColumn<int>("alignment");
        QTest::addColumn<int>("width");
        for (const int width : {40, 90, 300}) {
            for (const bool mirrored : {false, true}) {
                QTest::addRow("%s, leading, %d", mirrored ? "rtl" : "ltr", width)
                    << mirrored << int(Qt::AlignLeading | Qt::AlignVCenter) << width;
                QTest::addRow("%s, right, %d", mirrored ? "rtl" : "ltr", width)
                    << mirrored << int(Qt::AlignRight | Qt::AlignVCenter) << width;
            }
        }
    }
    void arrowStandsAfterTheWord()
    {
        QFETCH(bool, mirrored);
        QFETCH(int, alignment);
        QFETCH(int, width);
        QStandardItemModel model(1, 1);
        model.setHeaderData(0, Qt::Horizontal, u"Output price"_s);
        model.setHeaderData(0, Qt::Horizontal, alignment, Qt::TextAlignmentRole);
        QTableView table;
        table.setLayoutDirection(mirrored ? Qt::RightToLeft : Qt::LeftToRight);
        setUpTable(&table);
        table.setModel(&model);
        auto *header = static_cast<TableHeader *>(table.horizontalHeader());
        header->setSortIndicatorShown(true);
        header->setSortIndicator(0, Qt::AscendingOrder);
        const QRect section(100, 0, width, 26);
        const TableHeader::TitlePlace place = header->placeOf(section, 0);
        QVERIFY(!place.words.intersects(place.arrow.toAlignedRect()));
        QVERIFY(QRectF(section).contains(place.arrow));
        QVERIFY(section.contains(place.words));
        if (mirrored)
            QVERIFY(place.arrow.right() <= place.words.left());
        else
            QVERIFY(place.arrow.left() >= place.words.right());
        const QFontMetrics metrics(theme().font(TextStyle::SmallStrong));
        QVERIFY(place.words.width() >= metrics.horizontalAdvance(place.text));
    }

    void rowsFollowTheDensity()
    {
        QStandardItemModel model(3, 1);
        QTableView table;
        setUpTable(&table);
        table.setModel(&model);
        QCOMPARE(table.rowHeight(0), 28);
        theme().setCompactRows(true);
        QCOMPARE(table.rowHeight(0), 24);
        theme().setCompactRows(false);
        QCOMPARE(table.rowHeight(0), 28);
    }
};

QTEST_MAIN(TestTableHeader)
#include "tst_table_header.moc"
