// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/ids.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/retention.h"
#include "core/ledger/schema.h"
#include "core/ledger/session_rollup.h"
#include "tests/ledger/rollup_sums.h"
#include "tests/ledger/spend_ledger.h"

#include <QtCore/QFile>
#include <QtTest/QtTest>

#include <algorithm>
#include <csignal>
#include <map>
#include <random>
#include <tuple>

#include <sys/wait.h>
#include <unistd.h>

using namespace signalbox;
using namespace signalbox::test;

namespace {

using Places = std::map<std::tuple<int64_t, std::string, std::string>, SpendSums>; // slot, session, project

// What the step does not make itself.
constexpr const char *copied[] = {"name", "price", "target", "spend_key", "exchange_row"};

constexpr char oldSums[] =
    "DROP TABLE session_key; DROP TABLE rollup_session_hour; DROP TABLE rollup_session_day;"
    "INSERT INTO rollup_session SELECT x.started_at / 86400000, x.session, k.project, count(*),"
    " sum(CASE WHEN x.status = 499 OR (x.status BETWEEN 1 AND 399 AND x.error IS NULL) THEN 0 ELSE 1 END),"
    " sum(x.cost_nanousd IS NULL), total(x.cost_nanousd), total(x.input_tokens), total(x.cached_input_tokens),"
    " total(x.cache_write_tokens), total(x.output_tokens), total(x.reasoning_tokens)"
    " FROM exchange_row x JOIN spend_key k ON k.id = x.key WHERE x.session IS NOT NULL GROUP BY 1, 2, 3;";

// The version that has sessions in rows: steps may come after the one that changes that.
size_t versionBefore()
{
    const auto steps = schemaSteps();
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [](const SchemaStep &one) { return one.sql == sessionRollupStep().sql; });
    return static_cast<size_t>(step - steps.begin());
}

} // namespace

class TstSessionRollup : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void sumsEqualRowsOverKills();
    void sumsOfDaysComeOver();
    void comingOverSurvivesKills();
    void manyOfADayArePutTogether();
    void oldOnesAreForgotten();
    void aSessionOfTwoProjectsIsOne();
    void bucketsOfTheDearestAddUp();

private:
    RequestRecord sample(std::mt19937 &dice, int64_t i, int64_t atMs) const;
    void write(int64_t rows, unsigned seed) const;
    void makeOldShape() const;
    Places fromRows(int64_t slotMs) const;
    Places kept(const char *table) const;

    std::unique_ptr<SpendLedger> m_ledger;
    const int64_t m_start = QDateTime(QDate(2026, 11, 20), QTime(17, 20), Qt::UTC).toMSecsSinceEpoch();
};

void TstSessionRollup::init()
{
    m_ledger = std::make_unique<SpendLedger>();
}

// Named by a client, by an id, or not at all; some come back on later days, some late.
RequestRecord TstSessionRollup::sample(std::mt19937 &dice, int64_t i, int64_t atMs) const
{
    RequestRecord record = sampleRecord(i, dice() % 9 == 0 ? atMs - dayMs : atMs);
    record.project = dice() % 4 == 0 ? "other" : "team";
    const unsigned which = dice() % 40;
    if (which < 20)
        record.session = "named " + std::to_string(which);
    else if (which < 35)
        record.session = "01934f5e-7b2a-7c3d-8e4f-0123456789" + std::to_string(which);
    else
        record.session.clear();
    return record;
}

void TstSessionRollup::write(int64_t rows, unsigned seed) const
{
    std::mt19937 dice(seed);
    auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
    QVERIFY(ledger);
    for (int64_t i = 0; i < rows; ++i)
        (*ledger)->record(sample(dice, i, m_start + i * 613'000));
}

Places TstSessionRollup::fromRows(int64_t slotMs) const
{
    Places places;
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
    auto rows = database->prepare("SELECT started_at / " + std::to_string(slotMs) +
                                  ", session, project, status, error, cost_nanousd, input_tokens, "
                                  "cached_input_tokens, output_tokens, reasoning_tokens FROM request "
                                  "WHERE session <> ''");
    while (rows && rows->step().value()) {
        RequestRecord record;
        record.status = static_cast<int>(rows->integer(3));
        record.error = rows->text(4);
        record.cost.nanoUsd = rows->maybeInteger(5);
        record.usage = {rows->maybeInteger(6), rows->maybeInteger(7), std::nullopt, rows->maybeInteger(8),
                        rows->maybeInteger(9)};
        places[{rows->integer(0), rows->text(1), rows->text(2)}].add(sumsOf(record));
    }
    return places;
}

Places TstSessionRollup::kept(const char *table) const
{
    std::map<int64_t, std::pair<std::string, std::string>> names;
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadOnly);
    auto rows = database->prepare("SELECT id, session, project FROM session_key");
    while (rows && rows->step().value())
        names[rows->integer(0)] = {PackedText::textOfKey(PackedText::keyOf(*rows, 1)), rows->text(2)};
    Places places;
    for (const auto &[at, sums] : rollupSums<SessionSums>(m_ledger->path(), table)) {
        const auto &[session, project] = names[at.second];
        places[{at.first, session, project}].add(sums.spend);
    }
    return places;
}

void TstSessionRollup::sumsEqualRowsOverKills()
{
    std::mt19937 dice(5);
    int64_t written = 0;
    for (int round = 0; round < 8; ++round) {
        const auto rows = static_cast<int64_t>(100 + dice() % 700);
        const useconds_t pause = dice() % 400'000;
        const unsigned seed = dice();
        const pid_t child = fork();
        if (child == 0) {
            std::mt19937 own(seed);
            auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
            for (int64_t i = 0; i < rows; ++i)
                (*ledger)->record(sample(own, i, m_start + (written + i) * 613'000));
            usleep(pause);
            raise(SIGKILL);
        }
        QCOMPARE(waitpid(child, nullptr, 0), child);
        written += rows;
        QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
        QCOMPARE(m_ledger->number("SELECT count(*) FROM request"), written);
        QVERIFY(kept("rollup_session_hour") == fromRows(hourMs));
        QVERIFY(kept("rollup_session_day") == fromRows(dayMs));
        QVERIFY(kept("rollup_session_month") == fromRows(SessionSums::daysPerMonth * dayMs));
    }
    QCOMPARE(m_ledger->number("SELECT count(*) FROM session_key WHERE first_day > last_day"), int64_t(0));
}

void TstSessionRollup::makeOldShape() const
{
    const QString made = m_ledger->folder() + QStringLiteral("/made.db");
    {
        auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
        QVERIFY(database->exec("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    QVERIFY(QFile::rename(m_ledger->path(), made));
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
    QVERIFY(prepareForWriting(*database));
    QVERIFY(migrate(*database, m_ledger->path(), schemaSteps().first(versionBefore())));
    QVERIFY(database->exec(("ATTACH '" + made.toStdString() + "' AS made").c_str()));
    for (const std::string table : copied) {
        auto columns = database->prepare("SELECT group_concat(name) FROM pragma_table_info('" + table + "')");
        QVERIFY(columns->step().value());
        const std::string names = columns->text(0);
        const std::string sql =
            "INSERT INTO main." + table + " (" + names + ") SELECT " + names + " FROM made." + table;
        QVERIFY(database->exec(sql.c_str()));
    }
    QVERIFY(database->exec("DETACH made"));
    QVERIFY(database->exec(oldSums));
    QVERIFY(database->exec("PRAGMA wal_checkpoint(TRUNCATE)"));
}

void TstSessionRollup::sumsOfDaysComeOver()
{
    write(1'500, 7);
    // A day whose requests are gone has its sums still.
    makeOldShape();
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
    QVERIFY(
        database->exec("INSERT INTO rollup_session VALUES (19000, 'long ago', 'gone', 3, 1, 0, 70, 5, 0, 0, 6, 0)"));
    database = Database();
    QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
    QVERIFY(kept("rollup_session_hour") == fromRows(hourMs));
    Places days = fromRows(dayMs);
    days[{19'000, "long ago", "gone"}] = {3, 1, 0, 70, 5, 0, 0, 6, 0};
    QVERIFY(kept("rollup_session_day") == days);
    QCOMPARE(m_ledger->number("SELECT count(*) FROM sqlite_master WHERE name LIKE 'rollup_session_days'"), int64_t(0));
    SpendRequest request;
    request.fromMs = 18'990 * dayMs;
    request.toMs = 19'010 * dayMs;
    request.by = SpendDimension::Session;
    request.filter.project = "gone";
    const auto report = m_ledger->reader()->spend(request);
    QCOMPARE(report->groups.size(), size_t(1));
    QCOMPARE(report->groups[0].name, std::string("long ago"));
    QCOMPARE(report->total.nanoUsd, int64_t(70));
}

void TstSessionRollup::comingOverSurvivesKills()
{
    write(3'000, 8);
    makeOldShape();
    for (useconds_t pause = 1'000; pause < 400'000 && schemaVersionOnDisk(m_ledger->path()) <= int64_t(versionBefore());
         pause = pause * 3 / 2) {
        const pid_t child = fork();
        if (child == 0) {
            const auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
            usleep(50'000);
            _exit(0);
        }
        usleep(pause);
        kill(child, SIGKILL);
        QCOMPARE(waitpid(child, nullptr, 0), child);
    }
    QVERIFY(Ledger::open({m_ledger->folder(), 36'500, 2048}));
    QVERIFY(kept("rollup_session_hour") == fromRows(hourMs));
    QVERIFY(kept("rollup_session_day") == fromRows(dayMs));
}

void TstSessionRollup::manyOfADayArePutTogether()
{
    constexpr int64_t most = 5'000;
    const int64_t day = m_start / dayMs * dayMs;
    {
        auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
        for (int64_t i = 0; i < most + 700; ++i) {
            RequestRecord record = sampleRecord(i, day + i);
            record.session = "s" + std::to_string(i);
            record.project = "team";
            (*ledger)->record(record);
        }
    }
    { // the day has no room after a restart either, the next one has
        auto ledger = Ledger::open({m_ledger->folder(), 36'500, 2048});
        for (int64_t i = 0; i < 20; ++i) {
            RequestRecord record = sampleRecord(i, day + 6'000 + (i % 2) * dayMs);
            record.session = "later" + std::to_string(i);
            record.project = "team";
            (*ledger)->record(record);
        }
    }
    const Places days = kept("rollup_session_day");
    QCOMPARE(days.size(), size_t(most + 1 + 10));
    QCOMPARE((days.at({day / dayMs, "(others)", "team"}).requests), int64_t(710));
    QVERIFY(days.contains({day / dayMs + 1, "later1", "team"}));
    const auto report = m_ledger->reader()->spend({day, day + 2 * dayMs, {}, SpendDimension::Session, {}, 3, {}});
    QCOMPARE(report->groups.size(), size_t(4));
    QCOMPARE(report->groups.back().name, std::string("(others)"));
    QCOMPARE(report->total.requests, most + 720);
}

void TstSessionRollup::oldOnesAreForgotten()
{
    write(900, 9); // six days
    auto database = Database::open(m_ledger->path(), Database::Mode::ReadWrite);
    const int64_t day = m_start / dayMs;
    const auto step = retentionStep(*database, {1, 2048}, (day + 3 + 400) * dayMs);
    QVERIFY(step && step->tidied);
    QCOMPARE(*database->integer("SELECT count(*) FROM session_key WHERE last_day < " + std::to_string(day + 3)),
             int64_t(0));
    for (const auto &[table, slotMs] : {std::pair("rollup_session_hour", hourMs), {"rollup_session_day", dayMs}}) {
        const Places left = kept(table);
        QVERIFY(!left.empty());
        for (const auto &[place, sums] : left) {
            QVERIFY(std::get<0>(place) * slotMs >= (day + 3) * dayMs);
            QVERIFY(!std::get<1>(place).empty());
        }
    }
}

void TstSessionRollup::aSessionOfTwoProjectsIsOne()
{
    write(800, 10);
    SpendRequest request{m_start, m_start + 3 * dayMs + 7, {}, SpendDimension::Session, {}, 500, {}};
    const auto all = m_ledger->reader()->spend(request);
    std::map<std::string, int64_t> requests;
    for (const SpendGroup &group : all->groups) {
        QVERIFY(!requests.contains(group.name));
        requests[group.name] = group.total.requests;
    }
    for (const char *project : {"team", "other"}) {
        request.filter.project = project;
        const auto report = m_ledger->reader()->spend(request);
        for (const SpendGroup &group : report->groups)
            requests[group.name] -= group.total.requests;
    }
    QCOMPARE(requests.size(), size_t(35));
    for (const auto &[name, left] : requests)
        QCOMPARE(left, int64_t(0));
}

void TstSessionRollup::bucketsOfTheDearestAddUp()
{
    write(800, 11);
    SpendRequest request{m_start + 5, m_start + 4 * dayMs + 7, {}, SpendDimension::Session, {}, 6, {}};
    for (int64_t at = request.fromMs + 7 * hourMs / 2; at < request.toMs; at += 7 * hourMs / 2)
        request.bucketStarts.push_back(at);
    const auto report = m_ledger->reader()->spend(request);
    QCOMPARE(report->groups.size(), size_t(7));
    for (const SpendGroup &group : report->groups) {
        SpendSums sum;
        for (const SpendSums &bucket : group.buckets)
            sum.add(bucket);
        QCOMPARE(sum, group.total);
    }
    QCOMPARE(report->total.requests,
             m_ledger->number("SELECT count(*) FROM request WHERE session <> '' AND started_at >= " +
                              std::to_string(request.fromMs) + " AND started_at < " + std::to_string(request.toMs)));
    const auto drivers =
        m_ledger->reader()->costDrivers(m_start + 2 * dayMs, m_start + 4 * dayMs, SpendDimension::Session, 4);
    QCOMPARE(drivers->size(), size_t(4));
    for (size_t i = 0; i < 4; ++i) {
        const CostDriver &driver = (*drivers)[i];
        QVERIFY(i == 0 || driver.now.nanoUsd <= (*drivers)[i - 1].now.nanoUsd);
        QCOMPARE(driver.now.nanoUsd,
                 m_ledger->number("SELECT sum(cost_nanousd) FROM request WHERE session = '" + driver.name +
                                  "' AND started_at >= " + std::to_string(m_start + 2 * dayMs) + " AND started_at < " +
                                  std::to_string(m_start + 4 * dayMs)));
    }
}

QTEST_GUILESS_MAIN(TstSessionRollup)
#include "tst_session_rollup.moc"
