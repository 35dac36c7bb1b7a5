// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/retention.h"
#include "core/ledger/schema.h"
#include "core/ledger/session_rollup.h"
#include "tests/ledger/rollup_sums.h"
#include "tests/ledger/spend_ledger.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <map>
#include <random>

using namespace signalbox;
using namespace signalbox::test;

namespace {

struct Row {
    int64_t atMs = 0;
    std::string session, project;
    int64_t nanoUsd = 0;
    int64_t tokens = 0;
};

using Life = std::pair<int64_t, int64_t>; // money, tokens

} // namespace

// Half a year of sessions: some of an hour, some that come back for months, some of two projects.
class TstSessionRanking : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void equalsTheRows_data();
    void equalsTheRows();
    void costDriversOfALongTime();
    void livesEqualTheDays();
    void lateOnesAreInTheirLives();
    void olderFilesAreSummedUp();
    void livesGoWithTheirSessions();

private:
    void record(Ledger &ledger, RequestRecord record);
    void writeDear(const std::string &session, int64_t atMs);
    void write(int64_t rows, unsigned seed, int64_t fromMs, int64_t days);
    std::vector<Row> rowsOf(const SpendRequest &request) const;
    std::map<int64_t, Life> livesByDays() const;
    std::map<int64_t, Life> lives() const;

    SpendLedger m_ledger;
    std::vector<Row> m_rows;
    static constexpr int64_t days = 180;
    const int64_t m_start = QDateTime(QDate(2026, 1, 10), QTime(9, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstSessionRanking::record(Ledger &ledger, RequestRecord record)
{
    const int64_t tokens = sumsOf(record).tokens();
    m_rows.push_back({record.startedAtMs, record.session, record.project, *record.cost.nanoUsd, tokens});
    ledger.record(record);
}

void TstSessionRanking::writeDear(const std::string &session, int64_t atMs)
{
    auto ledger = Ledger::open({m_ledger.folder(), 36'500, 2048});
    RequestRecord dear = sampleRecord(static_cast<int64_t>(m_rows.size()), atMs);
    dear.session = session;
    dear.project = "team";
    dear.cost.nanoUsd = 300'000'000;
    record(**ledger, std::move(dear));
}

void TstSessionRanking::write(int64_t rows, unsigned seed, int64_t fromMs, int64_t ofDays)
{
    std::mt19937 dice(seed);
    auto ledger = Ledger::open({m_ledger.folder(), 36'500, 2048});
    QVERIFY(ledger);
    for (int64_t i = 0; i < rows; ++i) {
        const int64_t atMs = fromMs + i * (ofDays * dayMs / rows) + dice() % 1000;
        RequestRecord record = sampleRecord(static_cast<int64_t>(m_rows.size()), atMs);
        const int64_t hour = (atMs - m_start) / (6 * hourMs);
        const unsigned kind = dice() % 10;
        record.session = kind == 0   ? "forever " + std::to_string(dice() % 40)
                         : kind == 1 ? "monthly " + std::to_string(hour / 120) + ' ' + std::to_string(dice() % 3)
                                     : "once " + std::to_string(hour) + ' ' + std::to_string(dice() % 2);
        record.project = dice() % 5 == 0 ? "other" : "team";
        record.cost.nanoUsd = dice() % 1'000'000 * (dice() % 50 == 0 ? 40 : 1);
        this->record(**ledger, std::move(record));
    }
}

void TstSessionRanking::initTestCase()
{
    // Written in several runs, as days are closed by the first batch of the next one.
    for (int64_t part = 0; part < 4; ++part)
        write(2'500, static_cast<unsigned>(part), m_start + part * (days / 4) * dayMs, days / 4);
    writeDear("today", m_start + days * dayMs); // of a day that is not over
    QVERIFY(m_ledger.number("SELECT count(*) FROM session_key") > 1'400);
}

std::vector<Row> TstSessionRanking::rowsOf(const SpendRequest &request) const
{
    std::vector<Row> rows;
    std::copy_if(m_rows.begin(), m_rows.end(), std::back_inserter(rows), [&](const Row &row) {
        return row.atMs >= request.fromMs && row.atMs < request.toMs &&
               (!request.filter.project || row.project == *request.filter.project);
    });
    return rows;
}

void TstSessionRanking::equalsTheRows_data()
{
    QTest::addColumn<qint64>("from"); // after the start, ms
    QTest::addColumn<qint64>("length");
    QTest::addColumn<qint64>("bucket");
    QTest::addColumn<int>("top");
    QTest::addColumn<QString>("project");
    QTest::newRow("all") << qint64(0) << 200 * qint64(dayMs) << 200 * qint64(dayMs) << 10 << QString();
    QTest::newRow("all, many shown") << qint64(0) << 200 * qint64(dayMs) << 200 * qint64(dayMs) << 900 << QString();
    QTest::newRow("one project") << qint64(0) << 200 * qint64(dayMs) << 30 * qint64(dayMs) << 10
                                 << QStringLiteral("other");
    QTest::newRow("by days in a zone of whole hours")
        << 5 * qint64(hourMs) << 100 * qint64(dayMs) << qint64(dayMs) << 20 << QString();
    QTest::newRow("by days in a zone of half hours")
        << qint64(hourMs) / 2 + 777 << 100 * qint64(dayMs) << qint64(dayMs) << 20 << QStringLiteral("team");
    QTest::newRow("the middle") << 61 * qint64(dayMs) + 12'345 << 60 * qint64(dayMs) << 7 * qint64(dayMs) << 5
                                << QString();
    QTest::newRow("a month") << 30 * qint64(dayMs) << 30 * qint64(dayMs) << qint64(dayMs) << 5 << QString();
    QTest::newRow("a day by hours") << 30 * qint64(dayMs) << qint64(dayMs) << qint64(hourMs) << 5 << QString();
    QTest::newRow("to the end of time") << qint64(0) << qint64(INT64_MAX / 2) << qint64(INT64_MAX / 2) << 10
                                        << QString();
    QTest::newRow("before all") << -300 * qint64(dayMs) << 200 * qint64(dayMs) << 200 * qint64(dayMs) << 10
                                << QString();
}

void TstSessionRanking::equalsTheRows()
{
    QFETCH(qint64, from);
    QFETCH(qint64, length);
    QFETCH(qint64, bucket);
    QFETCH(int, top);
    QFETCH(QString, project);
    SpendRequest request{m_start + from, m_start + from + length, {}, SpendDimension::Session, {}, size_t(top), {}};
    for (int64_t at = request.fromMs + bucket; at < request.toMs; at += bucket)
        request.bucketStarts.push_back(at);
    if (!project.isEmpty())
        request.filter.project = project.toStdString();
    std::map<std::string, Life> wanted;
    std::map<std::pair<std::string, int64_t>, int64_t> money; // session, bucket
    for (const Row &row : rowsOf(request)) {
        wanted[row.session].first += row.nanoUsd;
        wanted[row.session].second += row.tokens;
        money[{row.session, (row.atMs - request.fromMs) / bucket}] += row.nanoUsd;
    }
    std::vector<std::pair<Life, std::string>> order;
    for (const auto &[name, sums] : wanted)
        order.emplace_back(sums, name);
    std::sort(order.rbegin(), order.rend());

    const auto report = m_ledger.reader()->spend(request);
    QVERIFY(report);
    const size_t shown = std::min(order.size(), size_t(top));
    QCOMPARE(report->groups.size(), shown + (order.size() > shown ? 1 : 0));
    QCOMPARE(report->total.requests, static_cast<int64_t>(rowsOf(request).size()));
    for (size_t i = 0; i < shown; ++i) {
        const SpendGroup &group = report->groups[i];
        QCOMPARE(group.name, order[i].second);
        QCOMPARE(group.total.nanoUsd, order[i].first.first);
        QCOMPARE(group.total.tokens(), order[i].first.second);
        for (size_t b = 0; b < group.buckets.size(); ++b)
            QCOMPARE(group.buckets[b].nanoUsd, (money[{group.name, static_cast<int64_t>(b)}]));
    }
}

void TstSessionRanking::costDriversOfALongTime()
{
    const int64_t middle = m_start + 90 * dayMs;
    const int64_t end = m_start + 170 * dayMs;
    std::map<std::string, int64_t> now;
    std::map<std::string, int64_t> before;
    for (const Row &row : m_rows) {
        if (row.atMs >= middle && row.atMs < end)
            now[row.session] += row.nanoUsd;
        else if (row.atMs < middle && row.atMs >= 2 * middle - end)
            before[row.session] += row.nanoUsd;
    }
    const auto drivers = m_ledger.reader()->costDrivers(middle, end, SpendDimension::Session, 8);
    QCOMPARE(drivers->size(), size_t(8));
    std::vector<int64_t> dearest;
    for (const auto &[name, nanoUsd] : now)
        dearest.push_back(nanoUsd);
    std::sort(dearest.rbegin(), dearest.rend());
    for (size_t i = 0; i < 8; ++i) {
        QCOMPARE((*drivers)[i].now.nanoUsd, dearest[i]);
        QCOMPARE((*drivers)[i].now.nanoUsd, now[(*drivers)[i].name]);
        QCOMPARE((*drivers)[i].before.nanoUsd, before[(*drivers)[i].name]);
    }
}

// By the first number of each session; days that are over only.
std::map<int64_t, Life> TstSessionRanking::livesByDays() const
{
    const int64_t closed = m_ledger.number("SELECT day FROM session_closed");
    std::map<int64_t, Life> all;
    for (const auto &[at, sums] : rollupSums<SessionSums>(m_ledger.path(), "rollup_session_day")) {
        if (at.first > closed)
            continue;
        Life &life = all[at.second - sums.back];
        life.first += sums.spend.nanoUsd;
        life.second += sums.spend.tokens();
    }
    return all;
}

std::map<int64_t, Life> TstSessionRanking::lives() const
{
    std::map<int64_t, Life> all;
    auto database = Database::open(m_ledger.path(), Database::Mode::ReadOnly);
    auto rows = database->prepare("SELECT id, nano_usd, tokens FROM session_life");
    while (rows && rows->step().value())
        all[rows->integer(0)] = {rows->integer(1), rows->integer(2)};
    return all;
}

void TstSessionRanking::livesEqualTheDays()
{
    const int64_t newest = m_ledger.number("SELECT max(last_day) FROM session_key");
    QCOMPARE(m_ledger.number("SELECT day FROM session_closed"), newest - 1);
    QVERIFY(lives().size() > 1'400);
    QVERIFY(lives() == livesByDays());
    QVERIFY(m_ledger.number("SELECT count(*) FROM session_key WHERE project = 'other'") > 100);
}

void TstSessionRanking::lateOnesAreInTheirLives()
{
    write(300, 99, m_start + 20 * dayMs, 90);
    QVERIFY(lives() == livesByDays());
    const auto totals = rollupTotal<SpendSums>(m_ledger.path(), "rollup_named_quarter");
    QCOMPARE(totals.requests, static_cast<int64_t>(m_rows.size()));
}

void TstSessionRanking::olderFilesAreSummedUp()
{
    std::map<std::string, SpendSums> before;
    const std::string levels[] = {"rollup_named_quarter", "rollup_named_hour", "rollup_named_shift",
                                  "rollup_named_day"};
    for (const std::string &level : levels)
        before[level] = rollupTotal<SpendSums>(m_ledger.path(), level);
    const auto lived = lives();
    const auto months = rollupSums<SessionSums>(m_ledger.path(), "rollup_session_month");
    QVERIFY(months.size() > 1'400);
    {
        auto database = Database::open(m_ledger.path(), Database::Mode::ReadWrite);
        QVERIFY(database->exec("DROP TABLE session_life; DROP TABLE session_closed; DROP TABLE rollup_named_quarter; "
                               "DROP TABLE rollup_session_month;"
                               "DROP TABLE rollup_named_hour; DROP TABLE rollup_named_shift; DROP TABLE "
                               "rollup_named_day; PRAGMA user_version = 10"));
    }
    QVERIFY(Ledger::open({m_ledger.folder(), 36'500, 2048}));
    QCOMPARE(schemaVersionOnDisk(m_ledger.path()), static_cast<int64_t>(schemaSteps().size()));
    for (const std::string &level : levels)
        QVERIFY(rollupTotal<SpendSums>(m_ledger.path(), level) == before[level]);
    QVERIFY(lives() == lived);
    const auto same = [](const auto &a, const auto &b) { // any key of the project will do
        return a.first == b.first && a.second.spend == b.second.spend && a.second.back == b.second.back;
    };
    const auto monthsNow = rollupSums<SessionSums>(m_ledger.path(), "rollup_session_month");
    QVERIFY(std::equal(months.begin(), months.end(), monthsNow.begin(), monthsNow.end(), same));
}

// The last: it deletes. A session's first number stays for as long as the session does.
void TstSessionRanking::livesGoWithTheirSessions()
{
    auto database = Database::open(m_ledger.path(), Database::Mode::ReadWrite);
    const auto step = retentionStep(*database, {1, 2048}, m_start + (90 + 400) * dayMs);
    QVERIFY(step && step->tidied);
    const int64_t left = *database->integer("SELECT count(*) FROM session_life");
    QVERIFY(left > 500 && left < 1'400);
    QCOMPARE(*database->integer("SELECT count(*) FROM session_life WHERE id NOT IN (SELECT id FROM session_key)"),
             int64_t(0));
    for (const auto &[at, sums] : rollupSums<SessionSums>(m_ledger.path(), "rollup_session_day"))
        QCOMPARE(
            *database->integer("SELECT count(*) FROM session_key WHERE id = " + std::to_string(at.second - sums.back)),
            int64_t(1));
}

QTEST_GUILESS_MAIN(TstSessionRanking)
#include "tst_session_ranking.moc"
