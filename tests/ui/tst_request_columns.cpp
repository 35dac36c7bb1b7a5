// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/request_columns.h"
#include "ui/widgets/table_header.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QTest>
#include <QtWidgets/QTableView>

using namespace signalbox;
using Table = RequestTableModel;

class TestRequestColumns : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox"));
        QCoreApplication::setApplicationName(QStringLiteral("tst_request_columns"));
    }

    void init() { Preferences().clear(); }
    void cleanupTestCase() { Preferences().clear(); }

    void stepBackBesideTheInspector_data()
    {
        QTest::addColumn<int>("room");
        QTest::addColumn<QList<int>>("kept");
        QTest::newRow("1440, inspector open")
            << 762 << QList<int>{Table::Status, Table::Time,       Table::Client, Table::Target,
                                 Table::Try,    Table::FirstToken, Table::CostUsd};
        QTest::newRow("1024, inspector open")
            << 494 << QList<int>{Table::Status, Table::Time, Table::Target, Table::CostUsd};
        QTest::newRow("far too narrow") << 200 << QList<int>{Table::Status, Table::Time, Table::Target, Table::CostUsd};
    }

    void stepBackBesideTheInspector()
    {
        QFETCH(const int, room);
        QFETCH(const QList<int>, kept);
        QTableView table;
        RequestColumns &columns = dress(table, room);
        for (int i = 0; i <= Table::CostUsd; ++i)
            QVERIFY2(!table.isColumnHidden(i), "without the inspector every usual column is there");
        columns.setSharesRoom(true);
        for (const int column : kept)
            QVERIFY2(!table.isColumnHidden(column), qPrintable(QString::number(column)));
        QVERIFY(table.isColumnHidden(Table::Model));
        if (room > 450)
            QVERIFY(table.horizontalHeader()->length() <= table.viewport()->width());
        columns.setSharesRoom(false);
        QVERIFY(!table.isColumnHidden(Table::Model));
    }

    void allFitIntoAWideWindow()
    {
        QTableView table;
        dress(table, 1240);
        QCOMPARE(table.horizontalHeader()->length(), table.viewport()->width());
    }

    void widthsArePersonal()
    {
        {
            QTableView table;
            dress(table, 1240);
            table.setColumnWidth(Table::Client, 140);
        }
        QTableView table;
        dress(table, 1240);
        QCOMPARE(table.columnWidth(Table::Client), 140);
    }

    void orderAndChoiceAreKeptAndReset()
    {
        QVariantMap state;
        {
            QTableView table;
            RequestColumns &columns = dress(table, 1240);
            columns.setWanted(Table::Session, true);
            columns.setWanted(Table::Cached, false);
            columns.setWanted(Table::Status, false); // stays: it says what a row is
            columns.move(Table::CostUsd, 1);
            state = columns.state();
        }
        QTableView table;
        RequestColumns &columns = dress(table, 1240);
        QVERIFY(!table.isColumnHidden(Table::Session));
        QVERIFY(table.isColumnHidden(Table::Cached));
        QVERIFY(!table.isColumnHidden(Table::Status));
        QCOMPARE(columns.order()[1], int(Table::CostUsd));
        QCOMPARE(columns.state(), state);
        columns.reset();
        QVERIFY(table.isColumnHidden(Table::Session));
        QVERIFY(!table.isColumnHidden(Table::Cached));
        QCOMPARE(columns.order()[1], int(Table::Time));
        columns.setState(state);
        QCOMPARE(columns.state(), state);
    }

private:
    RequestColumns &dress(QTableView &table, int room)
    {
        table.setModel(&m_model);
        setUpTable(&table);
        table.resize(room, 400);
        auto *columns = new RequestColumns(&table);
        table.show();
        columns->fit();
        return *columns;
    }

    FakeSource m_source;
    RequestTableModel m_model{m_source};
};

QTEST_MAIN(TestRequestColumns)
#include "tst_request_columns.moc"
