// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/schema.h"
#include "core/ledger/session_rollup.h"
#include "tests/ledger/rollup_sums.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <array>
#include <csignal>
#include <map>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

using namespace signalbox;
using namespace signalbox::test;

namespace {

// What every sum of request rows has to be, by day and by hour.
constexpr const char *rowSums[] = {
    "count(*)",
    "sum(CASE WHEN status = 499 OR (status BETWEEN 1 AND 399 AND error = '') THEN 0 ELSE 1 END)",
    "sum(cost_nanousd IS NULL)",
    "sum(cost_nanousd)",
    "sum(input_tokens)",
    "sum(cached_input_tokens)",
    "sum(cache_write_tokens)",
    "sum(output_tokens)",
    "sum(reasoning_tokens)"};

constexpr const char *levels[] = {"rollup_quarter", "rollup_hour", "rollup_shift", "rollup_day"};

std::array<int64_t, 9> valuesOf(const SpendSums &s) // in the order of rowSums
{
    return {s.requests, s.errors, s.unpriced, s.nanoUsd, s.input, s.cachedInput, s.cacheWrite, s.output, s.reasoning};
}

} // namespace

class TstSpend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void pieces_data();
    void pieces();
    void rollupsEqualRowsOverKills();
    void oldFilesAreSummedUp();
    void answersEqualTheRows_data();
    void answersEqualTheRows();
    void bucketsAddUp();

private:
    void fill(int64_t rows, int64_t fromMs, int64_t stepMs) const { m_ledger->fill(rows, fromMs, stepMs); }
    int64_t number(const std::string &sql) const { return m_ledger->number(sql); }
    std::unique_ptr<LedgerReader> reader() const { return m_ledger->reader(); }

    std::unique_ptr<SpendLedger> m_ledger;
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(17, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstSpend::init()
{
    m_ledger = std::make_unique<SpendLedger>();
}

void TstSpend::pieces_data()
{
    QTest::addColumn<qlonglong>("from");
    QTest::addColumn<qlonglong>("to");
    QTest::addColumn<QString>("wanted"); // R, Q, H, S, D: from which source
    const qlonglong day = 20'000 * dayMs;
    QTest::newRow("a day") << day << day + dayMs << "D";
    QTest::newRow("two hours") << day + hourMs << day + 3 * hourMs << "H";
    QTest::newRow("inside an hour") << day + 5 << day + 9 << "R";
    QTest::newRow("over an hour's end") << day + hourMs - 5 << day + hourMs + 5 << "R";
    QTest::newRow("ragged") << day + 5 << day + 3 * dayMs + hourMs + 5 << "RQHSDHR";
    QTest::newRow("half-hour zone") << day - 5 * hourMs - hourMs / 2 << day + 19 * hourMs - hourMs / 2 << "QHSQ";
    QTest::newRow("quarter-hour zone") << day - 23 * hourMs / 4 << day + 73 * hourMs / 4 << "QHSQ";
    QTest::newRow("over quarters") << day + 5 << day + hourMs - 5 << "RQR";
    QTest::newRow("for ever") << day + hourMs << qlonglong(INT64_MAX) << "HSD";
    QTest::newRow("all") << qlonglong(INT64_MIN) << qlonglong(INT64_MAX) << "D";
}

void TstSpend::pieces()
{
    QFETCH(qlonglong, from);
    QFETCH(qlonglong, to);
    QFETCH(QString, wanted);
    QString sources;
    int64_t at = std::max<int64_t>(from, 0);
    for (const SpendPiece &piece : spendPieces(from, to)) {
        QCOMPARE(piece.fromMs, at); // no gap, no overlap
        QVERIFY(piece.toMs > piece.fromMs);
        const bool hours = piece.source == SpendPiece::Source::Hour;
        const bool days = piece.source == SpendPiece::Source::Day;
        const bool quarters = piece.source == SpendPiece::Source::Quarter;
        const bool shifts = piece.source == SpendPiece::Source::Shift;
        const int64_t step = days ? dayMs : shifts ? 6 * hourMs : hours ? hourMs : quarters ? hourMs / 4 : 1;
        QCOMPARE(piece.fromMs % step, int64_t(0));
        QVERIFY(piece.toMs == INT64_MAX || piece.toMs % step == 0);
        sources += QLatin1Char(days ? 'D' : shifts ? 'S' : hours ? 'H' : quarters ? 'Q' : 'R');
        at = piece.toMs;
    }
    QCOMPARE(at, int64_t(to));
    QCOMPARE(sources, wanted);
}

// A process writes and is killed, again and again; each time the next start brings what the journal kept.
void TstSpend::rollupsEqualRowsOverKills()
{
    std::mt19937 dice(11);
    int64_t written = 0;
    for (int round = 0; round < 12; ++round) {
        const auto rows = static_cast<int64_t>(200 + dice() % 900);
        const useconds_t pause = dice() % 400'000;
        const pid_t child = fork();
        if (child == 0) {
            auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
            for (int64_t i = 0; i < rows; ++i)
                (*ledger)->record(sampleRecord(i, m_start + (written + i) * 47'000));
            usleep(pause); // in the middle of a batch, before or after it
            raise(SIGKILL);
        }
        QCOMPARE(waitpid(child, nullptr, 0), child);
        written += rows;
        QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
        QCOMPARE(number("SELECT count(*) FROM request"), written);
        for (size_t i = 0; i < std::size(rowSums); ++i) {
            const int64_t wanted = number(std::string("SELECT ") + rowSums[i] + " FROM request");
            QVERIFY(i == 6 || wanted > 0); // the samples have no cache writes
            for (const char *table : {"rollup_session_hour", "rollup_session_day", "rollup_session_month"})
                QCOMPARE(valuesOf(rollupTotal<SessionSums>(m_ledger->path(), table).spend)[i], wanted);
            for (const char *table : levels)
                QCOMPARE(valuesOf(rollupTotal<SpendSums>(m_ledger->path(), table))[i], wanted);
        }
    }
    // Not only in sum: slot by slot and key by key.
    for (size_t level = 0; level < std::size(levels); ++level) {
        constexpr int64_t lengths[] = {hourMs / 4, hourMs, 6 * hourMs, dayMs};
        std::map<std::pair<int64_t, int64_t>, SpendSums> wanted;
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
        auto rows = database->prepare("SELECT started_at / " + std::to_string(lengths[level]) +
                                      ", k.id, count(*), total(cost_nanousd), total(input_tokens) FROM request r JOIN "
                                      "spend_key k USING (project, "
                                      "client, user, provider, model, credential, route, tag) GROUP BY 1, 2");
        QVERIFY(rows);
        while (rows->step().value()) {
            SpendSums &sums = wanted[{rows->integer(0), rows->integer(1)}];
            sums.requests = rows->integer(2);
            sums.nanoUsd = rows->integer(3);
            sums.input = rows->integer(4);
        }
        const auto kept = rollupSums<SpendSums>(m_ledger->path(), levels[level]);
        QCOMPARE(kept.size(), wanted.size());
        for (const auto &[at, sums] : kept) {
            QCOMPARE(sums.requests, wanted[at].requests);
            QCOMPARE(sums.nanoUsd, wanted[at].nanoUsd);
            QCOMPARE(sums.input, wanted[at].input);
        }
    }
}

void TstSpend::oldFilesAreSummedUp()
{
    {
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
        QVERIFY(database);
        QVERIFY(migrate(*database, m_ledger->path(), schemaSteps().first(2)));
        for (int i = 0; i < 300; ++i) {
            const std::string n = std::to_string(i);
            const std::string sql = "INSERT INTO request (id, started_at, project, client, user, provider, model, "
                                    "status, error, cost_nanousd, input_tokens, session) VALUES ('" +
                                    n + "', " + std::to_string(m_start + i * 1'000'000) + ", 'p" +
                                    std::to_string(i % 3) + "', 'c', NULL, 'box', 'm', " +
                                    (i % 4 == 0 ? "502" : "200") + ", '', " + (i % 5 == 0 ? "NULL" : n) + ", " + n +
                                    ", 's" + std::to_string(i % 2) + "')";
            QVERIFY(database->exec(sql.c_str()));
        }
    }
    QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
    QCOMPARE(number("SELECT count(*) FROM spend_key"), int64_t(3));
    for (const char *table : levels) {
        const auto sums = rollupTotal<SpendSums>(m_ledger->path(), table);
        QCOMPARE(sums.requests, int64_t(300));
        QCOMPARE(sums.errors, int64_t(75));
        QCOMPARE(sums.unpriced, int64_t(60));
        QCOMPARE(sums.nanoUsd, number("SELECT sum(cost_nanousd) FROM request"));
    }
    for (const char *table : {"rollup_session_hour", "rollup_session_day"})
        QCOMPARE(rollupTotal<SessionSums>(m_ledger->path(), table).spend.requests, int64_t(300));
}

void TstSpend::answersEqualTheRows_data()
{
    QTest::addColumn<int>("by");
    QTest::addColumn<QString>("sql");
    const auto add = [](SpendDimension by, const char *sql) {
        QTest::newRow(spendByName(by)) << static_cast<int>(by) << QString::fromLatin1(sql);
    };
    add(SpendDimension::Project, "project");
    add(SpendDimension::Client, "client");
    add(SpendDimension::User, "user");
    add(SpendDimension::Provider, "provider");
    add(SpendDimension::Model, "model");
    add(SpendDimension::Credential, "provider || '/' || credential");
    add(SpendDimension::Route, "route");
    add(SpendDimension::Tag, "tag");
    add(SpendDimension::Target, "provider || '/' || model");
    add(SpendDimension::Session, "session");
    add(SpendDimension::Nothing, "''");
}

// Any grouping over any range is what the requests themselves say.
void TstSpend::answersEqualTheRows()
{
    QFETCH(int, by);
    QFETCH(QString, sql);
    fill(3'000, m_start, 137'000); // four and a half days
    const auto asked = reader();
    std::mt19937_64 dice(3);
    for (int round = 0; round < 25; ++round) {
        SpendRequest request;
        request.by = static_cast<SpendDimension>(by);
        request.fromMs = m_start - hourMs + static_cast<int64_t>(dice() % (4 * dayMs));
        request.toMs = request.fromMs + 1 + static_cast<int64_t>(dice() % (4 * dayMs));
        if (round % 2 == 0)
            request.filter.project = "team";
        const auto report = asked->spend(request);
        QVERIFY(report);
        const std::string where = " FROM request WHERE started_at >= " + std::to_string(request.fromMs) +
                                  " AND started_at < " + std::to_string(request.toMs) +
                                  (request.filter.project ? " AND project = 'team'" : "");
        QCOMPARE(report->total.requests, number("SELECT count(*)" + where));
        for (const SpendGroup &group : report->groups) {
            const std::string of = where + " AND " + sql.toStdString() + " = '" + group.name + "'";
            QCOMPARE(group.total.requests, number("SELECT count(*)" + of));
            QCOMPARE(group.total.nanoUsd, number("SELECT sum(cost_nanousd)" + of));
            QCOMPARE(group.total.output, number("SELECT sum(output_tokens)" + of));
            QCOMPARE(group.total.errors, number(std::string("SELECT ") + rowSums[1] + of));
        }
    }
}

void TstSpend::bucketsAddUp()
{
    fill(2'000, m_start, 137'000);
    SpendRequest request;
    request.fromMs = m_start;
    request.toMs = m_start + 3 * dayMs;
    request.by = SpendDimension::Provider;
    for (int64_t at = request.fromMs + 5 * hourMs / 2; at < request.toMs; at += 5 * hourMs / 2)
        request.bucketStarts.push_back(at);
    const auto report = reader()->spend(request);
    QVERIFY(report);
    QCOMPARE(report->bucketStarts.size(), request.bucketStarts.size() + 1);
    QCOMPARE(report->groups.size(), size_t(2));
    SpendSums all;
    for (const SpendGroup &group : report->groups) {
        QCOMPARE(group.buckets.size(), report->bucketStarts.size());
        SpendSums sum;
        for (size_t i = 0; i < group.buckets.size(); ++i) {
            sum.add(group.buckets[i]);
            const int64_t end = i + 1 < group.buckets.size() ? report->bucketStarts[i + 1] : request.toMs;
            QCOMPARE(group.buckets[i].requests,
                     number("SELECT count(*) FROM request WHERE provider = '" + group.name + "' AND started_at >= " +
                            std::to_string(report->bucketStarts[i]) + " AND started_at < " + std::to_string(end)));
        }
        QCOMPARE(sum, group.total);
        all.add(sum);
    }
    QCOMPARE(all, report->total);
}
QTEST_GUILESS_MAIN(TstSpend)
#include "tst_spend.moc"
