// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/position_index.h"

#include "core/ledger/ledger_writer.h"
#include "core/ledger/schema.h"
#include "core/ledger/spend_range.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>
#include <random>

using namespace signalbox;

// Positions against all rows of a small file, with so few marks that they have to become one again and again.
class TstPositionIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void followsTheFile_data();
    void followsTheFile();
    void fewRowsAreKnownEach();

private:
    void add(int64_t startedAtMs, int status);
    std::vector<PositionIndex::Entry> all(const RequestFilter &filter) const;
    void compare(const PositionIndex &index) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    mutable Database m_database;
    int64_t m_rows = 0;
};

void TstPositionIndex::init()
{
    m_database = {};
    m_dir = std::make_unique<QTemporaryDir>();
    const QString path = m_dir->filePath(QStringLiteral("signalbox.db"));
    auto database = Database::open(path, Database::Mode::ReadWrite);
    QVERIFY(database && prepareForWriting(*database) && migrate(*database, path, schemaSteps()));
    m_database = std::move(*database);
    m_rows = 0;
}

void TstPositionIndex::add(int64_t startedAtMs, int status)
{
    const std::string row = std::to_string(++m_rows);
    QVERIFY(m_database.exec(("INSERT INTO exchange_row (row, id, started_at, key, status) VALUES (" + row + ", 'r" + row +
                             "', " + std::to_string(startedAtMs) + ", 1, " + std::to_string(status) + ")")
                                .c_str()));
}

std::vector<PositionIndex::Entry> TstPositionIndex::all(const RequestFilter &filter) const
{
    std::vector<PositionIndex::Entry> entries;
    const FilterSql conditions(filter);
    auto statement = m_database.prepare("SELECT x.started_at, x.row FROM exchange_row x WHERE " + conditions.where +
                                        " ORDER BY x.started_at, x.row");
    if (!statement)
        return entries;
    conditions.bind(*statement);
    (void)forEachRow(*statement, [&entries](const Statement &row) {
        entries.push_back({row.integer(0), row.integer(1)});
    });
    return entries;
}

void TstPositionIndex::compare(const PositionIndex &index) const
{
    const auto entries = all(index.filter());
    QCOMPARE(index.size(), static_cast<int64_t>(entries.size()));
    for (int64_t position = 0; position < index.size(); ++position) {
        const PositionIndex::Place place = index.place(position);
        const auto from = std::find_if(entries.begin(), entries.end(), [&place](const PositionIndex::Entry &entry) {
            return entry.rowid == place.from.rowid;
        });
        QVERIFY(from != entries.end());
        QCOMPARE(static_cast<int64_t>(from - entries.begin()) + place.skip, position);
    }
}

void TstPositionIndex::followsTheFile_data()
{
    QTest::addColumn<bool>("filtered");
    QTest::addColumn<int>("marks");
    for (const int marks : {4, 16, 100'000}) {
        QTest::addRow("all, %d marks", marks) << false << marks;
        QTest::addRow("filtered, %d marks", marks) << true << marks;
    }
}

void TstPositionIndex::followsTheFile()
{
    QFETCH(bool, filtered);
    QFETCH(int, marks);
    std::mt19937 dice(3);
    RequestFilter filter;
    filter.fromMs = 1;
    if (filtered)
        filter.outcome = RequestFilter::Outcome::Limited;
    PositionIndex index(filter, static_cast<size_t>(marks));
    int64_t clock = 1'000'000;
    for (int round = 0; round < 120; ++round) {
        for (unsigned i = dice() % 40; i > 0; --i) {
            clock += dice() % 3; // also several in the same moment
            const bool late = dice() % 4 == 0;
            add(late ? clock - static_cast<int64_t>(dice() % 500) : clock, dice() % 3 == 0 ? 429 : 200);
        }
        if (dice() % 10 == 0) {
            const std::string some = std::to_string(dice() % 60);
            QVERIFY(m_database.exec(("DELETE FROM exchange_row WHERE row IN (SELECT row FROM exchange_row "
                                     "ORDER BY started_at, row LIMIT " +
                                     some + ")")
                                        .c_str()));
        }
        if (dice() % 15 == 0)
            index.slideTo(std::max(index.filter().fromMs, clock - 400));
        PositionIndex fresh(index.filter(), static_cast<size_t>(marks));
        // The same connection wrote: its own changes do not show in data_version.
        index.slideTo(index.filter().fromMs);
        QVERIFY(index.refresh(m_database));
        QVERIFY(fresh.refresh(m_database));
        compare(index);
        compare(fresh);
        if (QTest::currentTestFailed())
            return;
    }
    QVERIFY(m_rows > 1'000);
    QCOMPARE(index.knowsEach(), marks == 100'000);
    QVERIFY(m_database.exec("DELETE FROM exchange_row"));
    m_rows = 0;
    add(clock, 429);
    index.slideTo(index.filter().fromMs);
    QVERIFY(index.refresh(m_database));
    compare(index);
}

void TstPositionIndex::fewRowsAreKnownEach()
{
    for (int i = 0; i < 50; ++i)
        add(1'000 + i, 200);
    PositionIndex index({}, 50);
    QVERIFY(index.refresh(m_database));
    QVERIFY(index.knowsEach());
    compare(index);
    add(2'000, 200);
    index.slideTo(0);
    QVERIFY(index.refresh(m_database));
    QVERIFY(!index.knowsEach());
    compare(index);
}

QTEST_GUILESS_MAIN(TstPositionIndex)
#include "tst_position_index.moc"
