// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/sqlite.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <limits>

using namespace signalbox;

class TstSqlite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void bindsAndReadsEveryType();
    void transactionRollsBack();
    void transactionCommits();
    void namesErrors();

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    Database m_database;
};

void TstSqlite::init()
{
    m_database = Database();
    m_dir = std::make_unique<QTemporaryDir>();
    auto database = Database::open(m_dir->filePath(QStringLiteral("t.db")), Database::Mode::ReadWrite);
    QVERIFY(database);
    m_database = std::move(*database);
    QVERIFY(m_database.exec("CREATE TABLE t (a, b, c, d, e)"));
}

void TstSqlite::bindsAndReadsEveryType()
{
    auto insert = m_database.prepare("INSERT INTO t VALUES (?,?,?,?,?)");
    QVERIFY(insert);
    const std::string odd("a\0ü", 4);
    insert->bindAll(std::numeric_limits<int64_t>::min(), 0.1, odd, std::optional<double>(), std::string());
    QVERIFY(insert->run());
    insert->bindAll(7, -1.5, "x", std::optional<int64_t>(5), "y");
    insert->bindBlob(3, std::string_view());
    QVERIFY(insert->run());
    QCOMPARE(m_database.changes(), int64_t(1));

    auto select = m_database.prepare("SELECT a, b, c, d, e, typeof(e) FROM t ORDER BY rowid");
    QVERIFY(*select->step());
    QCOMPARE(select->integer(0), std::numeric_limits<int64_t>::min());
    QCOMPARE(select->real(1), 0.1);
    QCOMPARE(select->text(2), odd);
    QVERIFY(select->isNull(3));
    QVERIFY(!select->maybeReal(3));
    QCOMPARE(select->text(5), std::string("text")); // the empty text is not NULL
    QVERIFY(*select->step());
    QVERIFY(select->maybeInteger(3) == int64_t(5));
    QVERIFY(!select->isNull(2));
    QVERIFY(!*select->step());
    QCOMPARE(*m_database.integer("SELECT max(a) FROM t"), int64_t(7));
    QCOMPARE(*m_database.integer("SELECT a FROM t WHERE 0"), int64_t(0));
}

void TstSqlite::transactionRollsBack()
{
    {
        auto transaction = Transaction::begin(m_database);
        QVERIFY(transaction);
        QVERIFY(m_database.exec("INSERT INTO t (a) VALUES (1)"));
    }
    QCOMPARE(*m_database.integer("SELECT count(*) FROM t"), int64_t(0));
}

void TstSqlite::transactionCommits()
{
    {
        auto transaction = Transaction::begin(m_database);
        QVERIFY(m_database.exec("INSERT INTO t (a) VALUES (1)"));
        QVERIFY(transaction->commit());
    }
    QCOMPARE(*m_database.integer("SELECT count(*) FROM t"), int64_t(1));
}

void TstSqlite::namesErrors()
{
    QCOMPARE(m_database.exec("nonsense").error().code, std::string("ledger_error"));
    QCOMPARE(m_database.prepare("SELECT x FROM t").error().code, std::string("ledger_error"));
    auto other = Database::open(m_dir->filePath(QStringLiteral("t.db")), Database::Mode::ReadWrite);
    QVERIFY(other->exec("PRAGMA busy_timeout = 0"));
    auto transaction = Transaction::begin(m_database);
    QCOMPARE(other->exec("INSERT INTO t (a) VALUES (1)").error().code, std::string("ledger_busy"));
    QFile rubbish(m_dir->filePath(QStringLiteral("r.db")));
    QVERIFY(rubbish.open(QIODevice::WriteOnly));
    rubbish.write(QByteArray(4'096, 'x'));
    rubbish.close();
    auto broken = Database::open(rubbish.fileName(), Database::Mode::ReadWrite);
    QCOMPARE(broken->exec("SELECT * FROM sqlite_master").error().code, std::string("ledger_damaged"));
    QVERIFY(!Database::open(m_dir->filePath(QStringLiteral("none.db")), Database::Mode::ReadOnly));
}

QTEST_GUILESS_MAIN(TstSqlite)
#include "tst_sqlite.moc"
