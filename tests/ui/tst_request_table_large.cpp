// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"

#include "core/ledger/ledger.h"
#include "core/ledger/spend_rollup.h"
#include "core/ledger/sqlite.h"
#include "core/ledger/target_rollup.h"
#include "ui/data/ledger_feed.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/requests_page.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/theme.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QEventLoop>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

#include <sqlite3.h>
#include <time.h>

#include <mutex>
#include <set>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

constexpr int64_t startMs = 1'700'000'000'000;
constexpr int64_t stepMs = 100;

// A fifth of what the table is made for, so that it runs with every build; SIGNALBOX_TEST_ROWS asks for another size.
int64_t rowCount()
{
    bool given = false;
    const int rows = qEnvironmentVariableIntValue("SIGNALBOX_TEST_ROWS", &given);
    return given ? std::max(rows, 20'000) : 200'000;
}

// Every statement that any connection of this program runs, as it was written.
class StatementLog
{
public:
    static StatementLog &instance()
    {
        static StatementLog log;
        return log;
    }
    std::set<std::string> take()
    {
        const std::lock_guard guard(m_mutex);
        return std::exchange(m_statements, {});
    }
    static int attach(sqlite3 *database, char **, const sqlite3_api_routines *)
    {
        return sqlite3_trace_v2(database, SQLITE_TRACE_STMT, &StatementLog::note, nullptr);
    }

private:
    static int note(unsigned, void *, void *statement, void *)
    {
        StatementLog &log = instance();
        const std::lock_guard guard(log.m_mutex);
        log.m_statements.insert(sqlite3_sql(static_cast<sqlite3_stmt *>(statement)));
        return 0;
    }

    std::mutex m_mutex;
    std::set<std::string> m_statements;
};

// Passes on and counts.
class CountingSource final : public RequestSource
{
public:
    explicit CountingSource(LedgerFeed &feed) : m_source(feed) {}

    void slice(const RequestFilter &filter, int64_t offset, int limit, bool isCounted, QObject *context,
               SliceDone done) override
    {
        ++slices;
        counted += isCounted ? 1 : 0;
        largestLimit = std::max(largestLimit, limit);
        m_source.slice(filter, offset, limit, isCounted, context, [this, done](Result<RequestSlice> slice) {
            if (slice)
                largestAnswer = std::max(largestAnswer, slice->rows.size());
            done(std::move(slice));
        });
    }
    void ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit, bool isCounted,
                QObject *context, SliceDone done) override
    {
        ++slices;
        m_source.ranked(filter, order, offset, limit, isCounted, context, std::move(done));
    }
    void detail(const std::string &id, QObject *context, DetailDone done) override
    {
        ++details;
        m_source.detail(id, context, std::move(done));
    }

    int slices = 0;
    int counted = 0;
    int details = 0;
    int largestLimit = 0;
    size_t largestAnswer = 0;

private:
    LedgerRequestSource m_source;
};

} // namespace

// The real table over a real, large ledger. Nothing here looks at a clock on the wall: what is asserted is how much is
// asked for, held, and done at once.
class TestRequestTableLarge final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_path;
    const int64_t m_rows = rowCount();
    FakeControl m_control;
    std::unique_ptr<LedgerFeed> m_feed;
    CountingSource *m_source = nullptr; // of the page
    std::unique_ptr<RequestsPage> m_page;

    static QString idOf(int64_t number) // of the nth request, the oldest is 0
    {
        return u"id-%1"_s.arg(qlonglong(number), 9, 10, QChar(u'0'));
    }
    bool visibleRowsAreLoaded() const
    {
        const QTableView *table = m_page->table();
        const int first = table->rowAt(0);
        const int last = table->rowAt(table->viewport()->height() - 1);
        const int end = last < 0 ? m_page->model()->rowCount() - 1 : last;
        for (int row = first; row <= end; ++row) {
            if (m_page->model()->idAt(row).isEmpty())
                return false;
        }
        return first >= 0;
    }
    bool isBounded() const
    {
        return m_page->model()->loadedRows() <= RequestTableModel::maxPages * RequestTableModel::pageRows &&
               m_source->largestLimit <= RequestTableModel::pageRows &&
               m_source->largestAnswer <= size_t(RequestTableModel::pageRows);
    }
    void fillRollups(Database &database);
    void waitForCount(int64_t count)
    {
        QTRY_COMPARE_WITH_TIMEOUT(m_page->model()->rowCount(), int(count), 60'000);
        QTRY_VERIFY_WITH_TIMEOUT(!m_page->model()->isLoading(), 60'000);
    }

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void opens();
    void jumpsToTheEnd();
    void scrollsByPages();
    void dragsThroughTheWholeTable();
    void pagingReadsRowsByTheirKey();
    void filters_data();
    void filters();
    void filtersByText();
    void filtersInWords_data();
    void filtersInWords();
    void theFirstPageComesBeforeAllAreFound();
    void aSearchCanBeStopped();
    void theGuiThreadIsNeverHeldUp();
    void noStatementSortsOrSkips();
};

void TestRequestTableLarge::initTestCase()
{
    QStandardPaths::setTestModeEnabled(true);
    QCoreApplication::setOrganizationName(u"signalbox-test"_s);
    QCoreApplication::setApplicationName(u"tst_request_table_large"_s);
    Preferences().clear();
    theme().install();
    {
        auto ledger = Ledger::open({m_dir.path(), 30, 2048});
        QVERIFY(ledger);
        m_path = (*ledger)->databasePath();
    }
    auto database = Database::open(m_path, Database::Mode::ReadWrite);
    QVERIFY(database);
    QVERIFY(database->exec("PRAGMA synchronous = OFF; PRAGMA cache_size = -262144"));
    const std::string fill =
        "INSERT INTO name VALUES (1, 'openai-chat'), (2, 'gpt-5'), (3, 'off');"
        "WITH RECURSIVE k(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 9) INSERT INTO spend_key SELECT "
        "i + 1, 'default', 'laptop', '', CASE i % 2 WHEN 0 THEN 'openai' ELSE 'box' END, 'model-' || (i % 5), '', "
        "'default', '' FROM k; WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < " +
        std::to_string(m_rows) +
        ") INSERT INTO exchange_row (id, started_at, key, dialect, requested_model, status, stream, attempts, cache, "
        "ttft_us, duration_us, overhead_us, input_tokens, output_tokens, cost_nanousd, cost_state, loss_count) SELECT "
        "printf('id-%09d', i), " +
        std::to_string(startMs) + " + i * " + std::to_string(stepMs) +
        ", i % 10 + 1, 1, 2, CASE i % 10 WHEN 7 THEN 429 WHEN 8 THEN 502 WHEN 9 THEN 499 ELSE 200 END, i % 2, 1, 3, "
        "410500, 4800000, 60, 1000, 200, 18200000, 0, 0 FROM n";
    QVERIFY(database->exec(fill.c_str()));
    QCOMPARE(*database->integer("SELECT count(*) FROM request"), m_rows);
    fillRollups(*database);
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(&StatementLog::attach));
}

// Searches look there first, as they would be written with the rows.
void TestRequestTableLarge::fillRollups(Database &database)
{
    constexpr int64_t quarterMs = 15 * 60'000;
    SlotRollup<SpendSums> quarters;
    SlotRollup<SpendSums> days;
    SlotRollup<TargetSums> hours;
    QVERIFY(quarters.prepare(database, "rollup_quarter") && days.prepare(database, "rollup_day") &&
            hours.prepare(database, "rollup_target_hour"));
    for (int64_t i = 0; i < m_rows; ++i) {
        SpendSums sums;
        sums.requests = 1;
        sums.errors = i % 10 == 7 || i % 10 == 8;
        sums.nanoUsd = 18'200'000;
        sums.input = 1'000;
        sums.output = 200;
        const int64_t quarter = (startMs + i * stepMs) / quarterMs;
        quarters.at(quarter, i % 10 + 1).add(sums);
        days.at(quarter / 96, i % 10 + 1).add(sums);
        TargetSums &outcomes = hours.at(quarter / 4, 1);
        outcomes.limited += i % 10 == 7;
        outcomes.failed += i % 10 == 8;
        outcomes.cancelled += i % 10 == 9;
    }
    QVERIFY(database.exec("BEGIN") && quarters.write() && days.write() && hours.write() && database.exec("COMMIT"));
}

void TestRequestTableLarge::init()
{
    m_feed = std::make_unique<LedgerFeed>(m_path);
    auto source = std::make_unique<CountingSource>(*m_feed);
    m_source = source.get();
    m_page = std::make_unique<RequestsPage>(&m_control, std::move(source), nullptr);
    m_page->resize(1240, 826);
    m_page->show();
    m_page->activate();
    waitForCount(m_rows);
}

void TestRequestTableLarge::cleanup()
{
    QVERIFY(isBounded());
    m_page.reset();
    m_feed.reset();
}

void TestRequestTableLarge::opens()
{
    QTRY_VERIFY(visibleRowsAreLoaded());
    QCOMPARE(m_page->model()->idAt(0), idOf(m_rows - 1));
    QVERIFY(m_page->filterBar()->countText().contains(formatCount(m_rows)));
    QVERIFY(m_source->slices - m_source->counted <= 1);
    QCOMPARE(m_source->details, 0);
}

void TestRequestTableLarge::jumpsToTheEnd()
{
    m_page->table()->setFocus();
    const int before = m_source->slices;
    const int counted = m_source->counted;
    QTest::keyClick(m_page->table(), Qt::Key_End);
    QCOMPARE(m_page->table()->currentIndex().row(), int(m_rows - 1));
    QTRY_VERIFY(visibleRowsAreLoaded());
    QCOMPARE(m_page->model()->idAt(int(m_rows - 1)), idOf(0));
    QTest::keyClick(m_page->table(), Qt::Key_Home);
    QTRY_VERIFY(visibleRowsAreLoaded());
    QCOMPARE(m_page->model()->idAt(0), idOf(m_rows - 1));
    QVERIFY2(m_source->slices - before <= 4, qPrintable(QString::number(m_source->slices - before)));
    QCOMPARE(m_source->counted, counted); // counting again is for a ledger that grew
}

void TestRequestTableLarge::scrollsByPages()
{
    QTableView *table = m_page->table();
    table->setFocus();
    QTest::keyClick(table, Qt::Key_End);
    for (int i = 0; i < 200; ++i) {
        QTest::keyClick(table, Qt::Key_PageUp);
        QTRY_VERIFY(visibleRowsAreLoaded());
        QVERIFY(isBounded());
    }
    const int row = table->rowAt(0);
    QVERIFY(row > 0 && row < m_rows - 200 * 10);
    QCOMPARE(m_page->model()->idAt(row), idOf(m_rows - 1 - row));
    // A page on screen is a fraction of one that is asked for.
    const int shown = int(m_rows) - row;
    QVERIFY2(m_source->slices - m_source->counted <= shown / RequestTableModel::pageRows + 6,
             qPrintable(QString::number(m_source->slices)));
}

void TestRequestTableLarge::dragsThroughTheWholeTable()
{
    QScrollBar *bar = m_page->table()->verticalScrollBar();
    const int before = m_source->slices;
    constexpr int steps = 500;
    for (int i = 0; i <= steps; ++i) {
        bar->setValue(int(qint64(bar->maximum()) * i / steps));
        QCoreApplication::processEvents();
        QVERIFY(isBounded());
    }
    QTRY_VERIFY(visibleRowsAreLoaded());
    QVERIFY2(m_source->slices - before <= steps + 4, qPrintable(QString::number(m_source->slices - before)));
}

void TestRequestTableLarge::pagingReadsRowsByTheirKey()
{
    QTRY_VERIFY(visibleRowsAreLoaded());
    StatementLog::instance().take();
    for (const int row : {int(m_rows / 2), int(m_rows - 1), int(m_rows / 3)}) {
        m_page->table()->scrollTo(m_page->model()->index(row, 0));
        QTRY_VERIFY(visibleRowsAreLoaded());
    }
    auto database = Database::open(m_path, Database::Mode::ReadOnly);
    QVERIFY(database);
    const auto isByKey = [](const std::string &step) { // names are looked up for each row, by their key too
        return step.ends_with("USING INTEGER PRIMARY KEY (rowid=?)") || step.starts_with("CORRELATED SCALAR SUBQUERY");
    };
    int reads = 0;
    for (const std::string &sql : StatementLog::instance().take()) {
        if (sql.starts_with("PRAGMA") || sql.starts_with("EXPLAIN"))
            continue;
        auto plan = database->prepare("EXPLAIN QUERY PLAN " + sql);
        QVERIFY2(plan, sql.c_str());
        while (*plan->step())
            QVERIFY2(isByKey(plan->text(3)), plan->text(3).c_str());
        ++reads;
    }
    QCOMPARE(reads, 1);
}

void TestRequestTableLarge::filters_data()
{
    QTest::addColumn<RequestFilter>("filter");
    QTest::addColumn<int64_t>("expected");
    using Outcome = RequestFilter::Outcome;
    QTest::newRow("limited") << RequestFilter{"", Outcome::Limited, 0, 0, ""} << m_rows / 10;
    QTest::newRow("cancelled") << RequestFilter{"", Outcome::Cancelled, 0, 0, ""} << m_rows / 10;
    QTest::newRow("clear") << RequestFilter{"", Outcome::Clear, 0, 0, ""} << m_rows / 10 * 7;
    QTest::newRow("provider") << RequestFilter{"", Outcome::Any, 0, 0, "box"} << m_rows / 2;
    QTest::newRow("range") << RequestFilter{"", Outcome::Any, startMs + 5'000 * stepMs, 0, ""} << m_rows - 5'000;
    QTest::newRow("nothing") << RequestFilter{"no such thing", Outcome::Any, 0, 0, ""} << int64_t(0);
}

void TestRequestTableLarge::filters()
{
    QFETCH(RequestFilter, filter);
    QFETCH(int64_t, expected);
    RequestTableModel *model = m_page->model();
    model->setFilter(filter);
    waitForCount(expected);
    if (expected == 0)
        return;
    m_page->table()->scrollToBottom();
    QTRY_VERIFY(visibleRowsAreLoaded());
    const QString oldest = model->idAt(model->rowCount() - 1);
    QVERIFY2(oldest <= idOf(5'000), qPrintable(oldest));
    QVERIFY(model->rowOf(oldest) == model->rowCount() - 1);
}

void TestRequestTableLarge::filtersByText()
{
    m_page->filterBar()->field()->setFocus();
    QTest::keyClicks(m_page->filterBar()->field(), u"MODEL-3"_s);
    waitForCount(m_rows / 5);
    m_page->table()->scrollToBottom();
    QTRY_VERIFY(visibleRowsAreLoaded());
    QCOMPARE(m_page->model()->idAt(int(m_rows / 5) - 1), idOf(3));
    m_page->filterBar()->clear();
    waitForCount(m_rows);
}

void TestRequestTableLarge::filtersInWords_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<int64_t>("expected");
    QTest::newRow("status") << u"status:5xx"_s << m_rows / 10;
    QTest::newRow("either") << u"status:429,499"_s << m_rows / 5;
    QTest::newRow("model") << u"model:\"model-3\""_s << m_rows / 5;
    QTest::newRow("not") << u"-provider:box -status:2xx"_s << m_rows / 10;
    QTest::newRow("flags") << u"is:stream,error"_s << m_rows / 10 * 6;
    QTest::newRow("cost") << u"cost:>1"_s << int64_t(0);
    QTest::newRow("one id") << u"id:\"%1\""_s.arg(idOf(17)) << int64_t(1);
    QTest::newRow("rare") << idOf(4'321) << int64_t(1);
}

void TestRequestTableLarge::filtersInWords()
{
    QFETCH(QString, text);
    QFETCH(int64_t, expected);
    m_page->showFilter(text);
    waitForCount(expected);
    QVERIFY(m_page->filterBar()->problemText().isEmpty());
    if (expected > 0)
        QTRY_VERIFY(visibleRowsAreLoaded());
}

void TestRequestTableLarge::theFirstPageComesBeforeAllAreFound()
{
    RequestTableModel *model = m_page->model();
    int first = -1;
    connect(model, &RequestTableModel::searching, this, [&first](qint64 found) {
        if (first < 0)
            first = int(found);
    });
    m_page->showFilter(u"status:200"_s);
    QTRY_VERIFY(first >= 0);
    QVERIFY2(first == RequestTableModel::pageRows, qPrintable(QString::number(first)));
    QVERIFY(!model->idAt(0).isEmpty());
    waitForCount(m_rows / 10 * 7);
    model->disconnect(this);
}

void TestRequestTableLarge::aSearchCanBeStopped()
{
    RequestTableModel *model = m_page->model();
    m_page->showFilter(u"nowhere at all"_s);
    QTRY_VERIFY(model->isLoading());
    Q_EMIT m_page->filterBar()->cancelRequested();
    QVERIFY(!model->isLoading());
    const int asked = m_source->counted;
    m_page->showFilter({});
    waitForCount(m_rows);
    QVERIFY(m_source->counted > asked);
}

// Processor time of this thread between two rests of its event loop: what a busy machine adds does not count.
void TestRequestTableLarge::theGuiThreadIsNeverHeldUp()
{
    const auto used = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
    };
    double last = used();
    double longest = 0;
    QObject watch;
    // Once a turn, whichever dispatcher it is; what blocks takes no processor time.
    connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, &watch, [&] {
        longest = std::max(longest, used() - last);
        last = used();
    });
    const auto runUntil = [](const std::function<bool()> &done) {
        QEventLoop loop;
        QTimer look;
        connect(&look, &QTimer::timeout, &loop, [&] {
            if (done())
                loop.quit();
        });
        look.start(5);
        loop.exec();
    };
    const RequestTableModel *model = m_page->model();
    for (const char *text : {"status:5xx", "is:stream", "model-3 is:error", "nothing like it", ""}) {
        m_page->showFilter(QString::fromLatin1(text));
        runUntil([model] { return !model->isLoading(); });
        m_page->table()->scrollToBottom();
        runUntil([&] { return model->rowCount() == 0 || visibleRowsAreLoaded(); });
        m_page->table()->scrollToTop();
    }
    QVERIFY(longest > 0);
    qInfo("longest turn of the event loop: %.1f ms", longest);
#ifdef NDEBUG
    constexpr double mostMs = 50;
#else
    constexpr double mostMs = 400; // unoptimised, perhaps with sanitizers
#endif
    QVERIFY(longest < mostMs);
}

// Over all that ran above: the order comes from an index, and no row is read only to be skipped.
void TestRequestTableLarge::noStatementSortsOrSkips()
{
    using Outcome = RequestFilter::Outcome;
    StatementLog::instance().take();
    RequestTableModel *model = m_page->model();
    for (const RequestFilter &filter :
         {RequestFilter{"", Outcome::Failed, 0, 0, ""}, RequestFilter{"", Outcome::Any, 0, 0, "openai"},
          RequestFilter{"", Outcome::Any, startMs + 1'000, 0, ""},
          RequestFilter{"x", Outcome::Clear, startMs + 1'000, 0, ""}, RequestFilter{}}) {
        model->setFilter(filter);
        QTRY_VERIFY_WITH_TIMEOUT(!model->isLoading(), 60'000);
    }
    m_feed = std::make_unique<LedgerFeed>(m_path); // a new reader: the whole table's index is built again
    CountingSource fresh(*m_feed);
    RequestTableModel again(fresh);
    again.setFilter({});
    QTRY_COMPARE_WITH_TIMEOUT(again.rowCount(), int(m_rows), 60'000);

    auto database = Database::open(m_path, Database::Mode::ReadOnly);
    QVERIFY(database);
    int seen = 0;
    for (const std::string &sql : StatementLog::instance().take()) {
        if (!sql.starts_with("SELECT"))
            continue;
        ++seen;
        QVERIFY2(sql.find("OFFSET") == std::string::npos, sql.c_str());
        auto plan = database->prepare("EXPLAIN QUERY PLAN " + sql);
        QVERIFY2(plan, sql.c_str());
        while (*plan->step()) {
            const std::string step = plan->text(3);
            const std::string told = sql + "\n" + step;
            QVERIFY2(step.find("TEMP B-TREE") == std::string::npos, told.c_str());
            // One row for each kind of request; a single one.
            const bool small = step.find("spend_key") != std::string::npos || step == "SCAN history_cut";
            QVERIFY2(!step.starts_with("SCAN") || small || step.find("INDEX exchange_") != std::string::npos,
                     told.c_str());
        }
    }
    QVERIFY2(seen >= 7, qPrintable(QString::number(seen)));
}

QTEST_MAIN(TestRequestTableLarge)
#include "tst_request_table_large.moc"
