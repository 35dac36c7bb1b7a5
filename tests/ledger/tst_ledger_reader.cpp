// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "core/ledger/histogram.h"
#include "core/ledger/ledger.h"
#include "core/ledger/ledger_reader.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/sqlite.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <algorithm>
#include <numeric>

using namespace signalbox;
using test::sampleRecord;

namespace {

constexpr int64_t rowCount = 200'000;
constexpr int64_t startMs = 1'700'000'040'000; // a whole minute
constexpr int64_t stepMs = 100;
constexpr int64_t endMs = startMs + rowCount * stepMs;

} // namespace

class TstLedgerReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void windowByPosition();
    void windowFarDownIsFast();
    void windowFollowsNewRows();
    void rangeSlides();
    void filters_data();
    void filters();
    void pagesMeetWithoutGap();
    void queriesUseIndexes();
    void histogramIsWithinTwoPercent();
    void dashboardFromRows();
    void dashboardFromRollups();
    void providersToday();
    void cannotWrite();
    void dashboardOfRequestsThatAreGone(); // the last: it deletes some

private:
    QTemporaryDir m_dir;
    QString m_path;
    std::unique_ptr<LedgerReader> m_reader;
};

void TstLedgerReader::initTestCase()
{
    {
        auto ledger = Ledger::open({m_dir.path(), 30, 2048});
        QVERIFY(ledger);
        m_path = (*ledger)->databasePath();
    }
    auto database = Database::open(m_path, Database::Mode::ReadWrite);
    QVERIFY(database);
    QVERIFY(database->exec("PRAGMA synchronous = OFF"));
    auto writer = LedgerWriter::make(*database);
    QVERIFY(writer);
    std::vector<RequestRecord> batch;
    for (int64_t i = 0; i < rowCount; ++i) {
        batch.push_back(sampleRecord(i, startMs + i * stepMs));
        batch.back().attempts.clear();
        if (batch.size() == 20'000) {
            QCOMPARE(*(*writer)->write(batch), int64_t(20'000));
            batch.clear();
        }
    }
    auto reader = LedgerReader::open(m_path);
    QVERIFY(reader);
    m_reader = std::move(*reader);
}

void TstLedgerReader::windowByPosition()
{
    QCOMPARE(*m_reader->count({}), rowCount);
    for (const int64_t offset : {int64_t(0), int64_t(1), rowCount / 2, rowCount - 3}) {
        const auto rows = m_reader->window({}, offset, 10);
        QVERIFY(rows);
        QCOMPARE(static_cast<int64_t>(rows->size()), std::min<int64_t>(10, rowCount - offset));
        for (size_t i = 0; i < rows->size(); ++i)
            QCOMPARE((*rows)[i].startedAtMs, endMs - (offset + static_cast<int64_t>(i) + 1) * stepMs);
    }
    QVERIFY(m_reader->window({}, rowCount, 10)->empty());
    const RequestRow row = m_reader->window({}, 0, 1)->front();
    const RequestRecord expected = sampleRecord(rowCount - 1, endMs - stepMs);
    QCOMPARE(row.provider, expected.provider);
    QCOMPARE(row.status, expected.status);
    QVERIFY(row.usage == expected.usage);
    QVERIFY(row.cost == expected.cost);
    QVERIFY(row.ttftMs == expected.ttftMs);
}

void TstLedgerReader::windowFarDownIsFast()
{
    QVERIFY(m_reader->window({}, 0, 1)); // the index is built
    QElapsedTimer timer;
    timer.start();
    for (int i = 0; i < 100; ++i)
        QCOMPARE(m_reader->window({}, rowCount * 9 / 10 + i, 50)->size(), size_t(50));
    QVERIFY2(timer.elapsed() < 2'000, qPrintable(QString::number(timer.elapsed())));
}

void TstLedgerReader::windowFollowsNewRows()
{
    constexpr int diskMs = 60'000; // a checkpoint of a busy disk may take long
    const QTemporaryDir dir;
    auto ledger = Ledger::open({dir.path(), 30, 2048});
    QVERIFY(ledger);
    const int64_t now = SystemClock().wallMs() - 2'000; // over before the retention below
    auto reader = LedgerReader::open((*ledger)->databasePath());
    QVERIFY(reader);
    QCOMPARE(*(*reader)->count({}), int64_t(0));
    (*ledger)->record(sampleRecord(0, now + 100)); // the longer one began earlier and ends later
    QTRY_COMPARE_WITH_TIMEOUT(*(*reader)->count({}), int64_t(1), diskMs);
    (*ledger)->record(sampleRecord(1, now));
    QTRY_COMPARE_WITH_TIMEOUT(*(*reader)->count({}), int64_t(2), diskMs);
    const auto rows = (*reader)->window({}, 0, 10);
    QCOMPARE((*rows)[0].startedAtMs, now + 100);
    QCOMPARE((*rows)[1].startedAtMs, now);
    QCOMPARE(*(*reader)->newestRowid(), int64_t(2));
    (*ledger)->setRetention(0, 2048); // everything that began before now is too old
    QTRY_COMPARE_WITH_TIMEOUT(*(*reader)->count({}), (*ledger)->health().rows, diskMs);
    QTRY_COMPARE_WITH_TIMEOUT(*(*reader)->count({}), int64_t(0), diskMs);
    (*ledger)->setRetention(30, 2048);
    (*ledger)->record(sampleRecord(2, now + 200));
    QTRY_COMPARE_WITH_TIMEOUT(*(*reader)->count({}), int64_t(1), diskMs);
    QCOMPARE((*reader)->window({}, 0, 10)->size(), size_t(1));
}

// One reader that slides and one that begins anew must agree, also when rows came in between.
void TstLedgerReader::rangeSlides()
{
    const QTemporaryDir dir;
    auto ledger = Ledger::open({dir.path(), 30, 2048});
    QVERIFY(ledger);
    const int64_t now = SystemClock().wallMs();
    auto sliding = LedgerReader::open((*ledger)->databasePath());
    QVERIFY(sliding);
    RequestFilter filter;
    filter.outcome = RequestFilter::Outcome::Clear;
    for (int64_t round = 0; round < 6; ++round) {
        for (int64_t i = 0; i < 40; ++i)
            (*ledger)->record(sampleRecord(i, now - 10'000 + round * 1'000 + i * 20));
        QTRY_COMPARE((*ledger)->health().rows, (round + 1) * 40);
        filter.fromMs = now - 12'000 + round * 1'500;
        auto fresh = LedgerReader::open((*ledger)->databasePath());
        QVERIFY(fresh);
        QCOMPARE(*(*sliding)->count(filter), *(*fresh)->count(filter));
        QVERIFY(*(*sliding)->window(filter, 0, 1'000) == *(*fresh)->window(filter, 0, 1'000));
        QCOMPARE(*(*sliding)->count({}), (round + 1) * 40);
    }
    filter.fromMs = now - 12'000; // back again
    QCOMPARE(*(*sliding)->count(filter), int64_t(6 * 15));
}

void TstLedgerReader::filters_data()
{
    QTest::addColumn<RequestFilter>("filter");
    QTest::addColumn<int64_t>("expected");
    using Outcome = RequestFilter::Outcome;
    const auto row = [](const char *name, const RequestFilter &filter, int64_t expected) {
        QTest::newRow(name) << filter << expected;
    };
    row("clear", {"", Outcome::Clear, 0, 0, ""}, rowCount / 8 * 3);
    row("limited", {"", Outcome::Limited, 0, 0, ""}, rowCount / 8);
    row("failed", {"", Outcome::Failed, 0, 0, ""}, rowCount / 8 * 3);
    row("cancelled", {"", Outcome::Cancelled, 0, 0, ""}, rowCount / 8);
    row("provider", {"", Outcome::Any, 0, 0, "box"}, rowCount / 2);
    row("range", {"", Outcome::Any, startMs + 1'000, startMs + 2'000, ""}, 10);
    row("text, any case", {"MODEL-3", Outcome::Any, 0, 0, ""}, rowCount / 5);
    row("text with marks", {"%", Outcome::Any, 0, 0, ""}, 0);
    row("text with underscore", {"model_3", Outcome::Any, 0, 0, ""}, 0);
    row("both", {"model-1", Outcome::Limited, startMs, startMs + 8'000, ""}, 2); // of 80 rows: 11 and 51
}

void TstLedgerReader::filters()
{
    QFETCH(RequestFilter, filter);
    QFETCH(int64_t, expected);
    QCOMPARE(*m_reader->count(filter), expected);
    const auto window = m_reader->window(filter, 0, 25);
    const auto page = m_reader->page(filter, 0, 0, 25);
    QVERIFY(window && page);
    QVERIFY(*window == *page);
    QCOMPARE(static_cast<int64_t>(page->size()), std::min<int64_t>(25, expected));
}

void TstLedgerReader::pagesMeetWithoutGap()
{
    int64_t beforeMs = 0;
    int64_t beforeRowid = 0;
    int64_t seen = 0;
    for (int i = 0; i < 5; ++i) {
        const auto rows = m_reader->page({}, beforeMs, beforeRowid, 7);
        QVERIFY(rows);
        for (const RequestRow &row : *rows)
            QCOMPARE(row.startedAtMs, endMs - ++seen * stepMs);
        beforeMs = rows->back().startedAtMs;
        beforeRowid = rows->back().rowid;
    }
}

void TstLedgerReader::queriesUseIndexes()
{
    auto database = Database::open(m_path, Database::Mode::ReadOnly);
    const char *const queries[] = {
        "SELECT started_at, row FROM exchange_row WHERE 1 ORDER BY started_at, row",
        "SELECT * FROM exchange_row WHERE 1 AND (started_at, row) < (5, 6) ORDER BY started_at DESC, row DESC LIMIT 9",
        "SELECT * FROM request WHERE started_at >= 1 AND started_at < 2 ORDER BY started_at",
        "SELECT row FROM exchange_row WHERE id = x'00'",
        "SELECT * FROM rollup_minute WHERE at >= 1 AND at < 2",
        "SELECT id FROM session_key WHERE session = 'a'",
        "SELECT sha256 FROM request_body WHERE sha256 = x'00'",
    };
    for (const char *query : queries) {
        auto plan = database->prepare(std::string("EXPLAIN QUERY PLAN ") + query);
        QVERIFY(plan);
        std::string text;
        while (*plan->step())
            text += plan->text(3) + "; ";
        QVERIFY2(text.find("USING") != std::string::npos, text.c_str());
        QVERIFY2(text.find("TEMP B-TREE") == std::string::npos, text.c_str());
    }
}

void TstLedgerReader::histogramIsWithinTwoPercent()
{
    Histogram histogram;
    for (int i = 1; i <= 10'000; ++i)
        histogram.add(i * 0.37);
    const Histogram copy = Histogram::fromBlob(histogram.toBlob());
    QCOMPARE(copy.count(), int64_t(10'000));
    for (const double share : {0.01, 0.5, 0.95, 0.99, 1.0}) {
        const double exact = share * 10'000 * 0.37;
        QVERIFY(std::abs(copy.percentile(share) - exact) / exact < 0.021);
    }
    QCOMPARE(Histogram().percentile(0.5), 0.0);
    QCOMPARE(Histogram::fromBlob("\xff\xff").count(), int64_t(0));
}

void TstLedgerReader::dashboardFromRows()
{
    const auto data = m_reader->dashboard(startMs, startMs + 300'000, 60'000, startMs);
    QVERIFY2(data, data ? "" : data.error().message.c_str());
    QCOMPARE(data->latency.size(), size_t(5));
    QCOMPARE(data->overall.count, int64_t(3'000));
    // Durations are 100.25 + i % 1000, three times each: nearest rank.
    QCOMPARE(data->overall.durationP50, 599.25);
    QCOMPARE(data->overall.durationP95, 1049.25);
    QCOMPARE(data->overall.durationP99, 1089.25);
    int64_t requests = 0, limited = 0, cost = 0;
    for (const SpendBucket &bucket : data->spend) {
        QCOMPARE(bucket.startMs % 60'000, int64_t(0));
        requests += bucket.requests;
        limited += bucket.errors429;
        cost += bucket.costNanoUsd;
    }
    QCOMPARE(requests, int64_t(3'000));
    QCOMPARE(limited, int64_t(375));
    QVERIFY(cost > 0);
    QCOMPARE(data->targets.size(), size_t(10));
    for (const TargetSummary &target : data->targets)
        QCOMPARE(target.strip.size(), size_t(60));
    QCOMPARE(data->requestsToday, rowCount);
    QVERIFY(!m_reader->dashboard(startMs, startMs, 60'000, 0));
    QVERIFY(!m_reader->dashboard(0, endMs, 1, 0));
}

void TstLedgerReader::dashboardFromRollups()
{
    const int64_t from = startMs - 600'000;
    QElapsedTimer timer;
    timer.start();
    const auto data = m_reader->dashboard(from, endMs, 600'000, endMs);
    QVERIFY(data);
    QVERIFY2(timer.elapsed() < 3'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(data->overall.count, rowCount);
    QVERIFY(std::abs(data->overall.durationP50 - 599.25) < 599 * 0.021);
    QVERIFY(std::abs(data->overall.durationP99 - 1089.25) < 1089 * 0.021);
    QCOMPARE(data->latency.front().count, int64_t(0)); // a gap before the first request
    QCOMPARE(data->latency.front().durationP99, 0.0);
    int64_t requests = 0, errors = 0, unpriced = 0;
    for (const SpendBucket &bucket : data->spend) {
        requests += bucket.requests;
        errors += bucket.errors429 + bucket.errors5xx + bucket.errorsTimeout + bucket.errorsOther;
        unpriced += bucket.unpriced;
    }
    QCOMPARE(requests, rowCount);
    QCOMPARE(errors, rowCount / 8 * 4);
    QCOMPARE(unpriced, rowCount / 5);
    QCOMPARE(data->requestsToday, int64_t(0));
}

void TstLedgerReader::providersToday()
{
    const auto providers = m_reader->providers(startMs, endMs);
    QVERIFY(providers);
    QCOMPARE(providers->size(), size_t(2));
    const LedgerReader::ProviderToday &box = providers->at("box");
    QCOMPARE(box.requests, rowCount / 2);
    QCOMPARE(box.models, int64_t(5));
    QCOMPARE(box.lastStatus, sampleRecord(rowCount - 1, endMs).status);
    QCOMPARE(box.spark.size(), size_t(48));
    QCOMPARE(std::accumulate(box.spark.begin(), box.spark.end(), 0.0), double(rowCount / 2));
    QVERIFY(box.durationP95 > 900);
}

void TstLedgerReader::cannotWrite()
{
    auto database = Database::open(m_path, Database::Mode::ReadOnly);
    QVERIFY(!database->exec("DELETE FROM request"));
    QVERIFY(!LedgerReader::open(m_dir.filePath(QStringLiteral("none.db"))));
}

void TstLedgerReader::dashboardOfRequestsThatAreGone()
{
    constexpr int64_t goneMs = 600'000;
    auto database = Database::open(m_path, Database::Mode::ReadWrite);
    QVERIFY(database);
    const std::string sql = "DELETE FROM exchange_row WHERE started_at < " + std::to_string(startMs + goneMs);
    QVERIFY(database->exec(sql.c_str()));
    const auto minutes = m_reader->dashboard(startMs, startMs + 300'000, 60'000, endMs);
    QVERIFY(minutes);
    QCOMPARE(minutes->overall.count, int64_t(3'000)); // retention took the rows, the minutes know of them
    QVERIFY(std::abs(minutes->overall.durationP50 - 599.25) < 599 * 0.021);
    const auto half = m_reader->dashboard(startMs + goneMs - 60'000, startMs + goneMs + 60'000, 60'000, endMs);
    QVERIFY(half);
    QCOMPARE(half->overall.count, int64_t(1'200));
    const auto seconds = m_reader->dashboard(startMs, startMs + 300'000, 1'000, endMs);
    QVERIFY(seconds);
    QCOMPARE(seconds->overall.count, int64_t(0)); // finer than what is kept: nothing is made up
}

QTEST_GUILESS_MAIN(TstLedgerReader)
#include "tst_ledger_reader.moc"
