// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"

#include "core/base/ids.h"
#include "core/ledger/ledger.h"
#include "ui/data/ledger_feed.h"
#include "ui/requests/facet_panel.h"
#include "ui/requests/request_export.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/requests_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QListView>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;

// The table's rows out of a real ledger, and the page that follows it.
class TestRequestSource final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<LedgerFeed> m_feed;
    QByteArray m_written;

    static int64_t now() { return QDateTime::currentMSecsSinceEpoch(); }

    std::string book(int64_t startedAtMs, int status = 200)
    {
        RequestRecord record;
        record.id = makeUuid7(startedAtMs);
        record.startedAtMs = startedAtMs;
        record.client = "laptop";
        record.provider = "box";
        record.model = "m1";
        record.status = status;
        record.durationMs = 12;
        const std::string id = record.id;
        m_ledger->record(std::move(record));
        return id;
    }
    void waitForRows(int64_t rows) { QTRY_COMPARE(m_ledger->health().rows, rows); }

    Result<RequestSlice> slice(LedgerRequestSource &source, const RequestFilter &filter, int64_t offset, int limit,
                               bool counted)
    {
        std::optional<Result<RequestSlice>> answer;
        source.slice(filter, offset, limit, counted, this,
                     [&answer](Result<RequestSlice> result) { answer = std::move(result); });
        if (answer)
            return Error{"answered_inside_the_call", {}};
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return Error{"no_answer", {}};
        // The first page comes before all are found.
        if (*answer && counted && !(*answer)->complete)
            return slice(source, filter, offset, limit, counted);
        return *answer;
    }
    Result<std::optional<RequestDetail>> detail(LedgerRequestSource &source, const std::string &id)
    {
        std::optional<Result<std::optional<RequestDetail>>> answer;
        source.detail(id, this, [&answer](Result<std::optional<RequestDetail>> result) { answer = std::move(result); });
        if (!QTest::qWaitFor([&] { return answer.has_value(); }))
            return Error{"no_answer", {}};
        return *answer;
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        QCoreApplication::setApplicationName(u"tst_request_source"_s);
        theme().install();
    }

    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        auto ledger = Ledger::open({m_dir->path(), 30, 64});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_feed = std::make_unique<LedgerFeed>(m_ledger->databasePath());
    }

    void cleanup()
    {
        m_feed.reset();
        m_ledger.reset();
    }

    void slicesAreNewestFirst()
    {
        const int64_t start = now() - 60'000;
        std::vector<std::string> ids;
        for (int i = 0; i < 30; ++i)
            ids.push_back(book(start + i * 100, i % 3 == 0 ? 429 : 200));
        waitForRows(30);
        LedgerRequestSource source(*m_feed);
        const auto top = slice(source, {}, 0, 4, true);
        QVERIFY2(top, top ? "" : top.error().code.c_str());
        QCOMPARE(top->rows.size(), size_t(4));
        QCOMPARE(top->rows[0].id, ids[29]);
        QCOMPARE(top->rows[3].id, ids[26]);
        QCOMPARE(top->count, int64_t(30));
        QCOMPARE(top->total, int64_t(30));
        QVERIFY(top->ms > 0);
        const auto end = slice(source, {}, 28, 10, false);
        QVERIFY(end);
        QCOMPARE(end->rows.size(), size_t(2));
        QCOMPARE(end->rows[1].id, ids[0]);
        QCOMPARE(end->count, int64_t(0)); // nobody asked
    }

    void countsWhatMatchesAndWhatThereIs()
    {
        for (int i = 0; i < 9; ++i)
            book(now() - 1'000 * (i + 1), i % 3 == 0 ? 429 : 200);
        waitForRows(9);
        LedgerRequestSource source(*m_feed);
        RequestFilter limited;
        limited.outcome = RequestFilter::Outcome::Limited;
        const auto some = slice(source, limited, 0, 200, true);
        QVERIFY(some);
        QCOMPARE(some->count, int64_t(3));
        QCOMPARE(some->total, int64_t(9));
        QCOMPARE(some->rows.size(), size_t(3));
        for (const RequestRow &row : some->rows)
            QCOMPARE(row.status, 429);
    }

    void facetsAndValuesComeFromTheLedger()
    {
        for (int i = 0; i < 9; ++i)
            book(now() - 1'000 * (i + 1), i % 3 == 0 ? 429 : 200);
        waitForRows(9);
        LedgerRequestSource source(*m_feed);
        FacetPanel panel(source);
        QAbstractItemModelTester tester(panel.model(), QAbstractItemModelTester::FailureReportingMode::QtTest);
        panel.resize(200, 600);
        panel.show();
        panel.setFilter({}, {});
        QTRY_VERIFY(!panel.model()->isCounting());
        const auto find = [&panel](const char *field, const char *value) {
            for (int row = 0; row < panel.model()->rowCount(); ++row) {
                const QModelIndex index = panel.model()->index(row);
                if (index.data(FacetModel::FieldRole) == QLatin1String(field) &&
                    index.data(FacetModel::ValueRole) == QLatin1String(value) &&
                    index.data(FacetModel::KindRole).toInt() == FacetModel::Value)
                    return index;
            }
            return QModelIndex();
        };
        QCOMPARE(find("status", "429").data(FacetModel::CountRole).toString(), u"3"_s);
        QCOMPARE(find("client", "laptop").data(FacetModel::CountRole).toString(), u"9"_s);
        QVERIFY(panel.noteText().isEmpty());
        QSignalSpy chosen(&panel, &FacetPanel::textChosen);
        panel.view()->setCurrentIndex(find("status", "429"));
        QTest::keyClick(panel.view(), Qt::Key_Space);
        QCOMPARE(chosen.takeFirst().front().toString(), u"status:429"_s);
        panel.setFilter(u"status:429"_s, {});
        QCOMPARE(find("status", "429").data(FacetModel::ChoiceRole).toInt(), int(FilterChoice::Chosen));
        QCOMPARE(*panel.model()->textAfter(find("status", "429"), false), QString());
        QCOMPARE(*panel.model()->textAfter(find("provider", "box"), true), u"status:429 -provider:box"_s);
        std::optional<Result<RequestSource::Values>> values;
        source.values(this, [&values](Result<RequestSource::Values> answer) { values = std::move(answer); });
        QTRY_VERIFY(values.has_value());
        QCOMPARE((*values)->at("client"), std::vector<std::string>{"laptop"});
    }

    void whatIsShownIsExported()
    {
        std::vector<std::string> ids;
        for (int i = 0; i < 6; ++i)
            ids.push_back(book(now() - 1'000 * (i + 1), i % 3 == 0 ? 429 : 200));
        waitForRows(6);
        FakeControl control;
        RequestsPage page(&control, std::make_unique<LedgerRequestSource>(*m_feed), nullptr);
        page.resize(1200, 700);
        page.show();
        page.activate();
        QTRY_COMPARE(page.model()->rowCount(), 6);
        page.showFilter(u"status:429"_s);
        QTRY_COMPARE(page.model()->rowCount(), 2);
        const auto lines = [&](const QString &name) {
            QSignalSpy done(page.exporter(), &RequestExport::finished);
            page.exportTo(m_dir->filePath(name));
            QTRY_COMPARE_WITH_TIMEOUT(done.size(), 1, 20'000);
            QFile file(m_dir->filePath(name));
            QVERIFY(file.open(QIODevice::ReadOnly));
            m_written = file.readAll();
        };
        lines(u"a.csv"_s);
        QCOMPARE(m_written.count('\n'), 3); // with its head
        page.showFilter({});
        QTRY_COMPARE(page.model()->rowCount(), 6);
        for (const int row : {1, 2, 4})
            page.table()->selectionModel()->select(page.model()->index(row, 0),
                                                   QItemSelectionModel::Select | QItemSelectionModel::Rows);
        lines(u"b.jsonl"_s);
        QCOMPARE(m_written.count('\n'), 3);
        for (const size_t i : {1, 2, 4})
            QVERIFY(m_written.contains(ids[i].c_str()));
        QSignalSpy failed(page.exporter(), &RequestExport::failed);
        page.exportTo(m_dir->filePath(u"no such folder/c.csv"_s));
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!page.exporter()->isRunning());
    }

    void detailIsThereOrNot()
    {
        const std::string id = book(now());
        waitForRows(1);
        LedgerRequestSource source(*m_feed);
        const auto there = detail(source, id);
        QVERIFY(there && *there);
        QCOMPARE((*there)->record.id, id);
        QCOMPARE((*there)->record.client, std::string("laptop"));
        const auto none = detail(source, "no such id");
        QVERIFY(none && !*none);
    }

    void aLedgerThatCannotBeReadIsSaid()
    {
        LedgerFeed feed(m_dir->filePath(u"none.db"_s));
        LedgerRequestSource source(feed);
        QVERIFY(!slice(source, {}, 0, 10, true));
        QVERIFY(!detail(source, "x"));
        RequestTableModel model(source);
        QSignalSpy failed(&model, &RequestTableModel::failed);
        model.setFilter({});
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(!failed[0][0].toString().isEmpty());
    }

    void aDeadContextHearsNothing()
    {
        book(now());
        waitForRows(1);
        LedgerRequestSource source(*m_feed);
        bool heard = false;
        {
            QObject page;
            source.slice({}, 0, 10, true, &page, [&heard](const Result<RequestSlice> &) { heard = true; });
        }
        QVERIFY(slice(source, {}, 0, 10, false)); // answers keep their order
        QVERIFY(!heard);
    }

    // A range follows as the live view does, and lets its oldest rows go.
    void rangesFollow()
    {
        constexpr int64_t hourMs = 3'600'000;
        const std::string old = book(now() - hourMs + 3'000); // leaves the hour in three seconds
        const std::string kept = book(now() - 60'000);
        book(now() - 2 * hourMs);
        waitForRows(3);
        FakeControl control;
        RequestsPage page(&control, std::make_unique<LedgerRequestSource>(*m_feed), m_ledger.get());
        page.resize(1200, 700);
        page.show();
        page.activate();
        RequestTableModel *model = page.model();
        QTRY_COMPARE(model->rowCount(), 3);
        page.filterBar()->setRange(RequestFilterBar::Range::Hour);
        QTRY_COMPARE(model->rowCount(), 2);
        QCOMPARE(model->idAt(1).toStdString(), old);
        const std::string fresh = book(now());
        QTRY_COMPARE(model->idAt(0).toStdString(), fresh);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 2, 20'000);
        QCOMPARE(model->idAt(1).toStdString(), kept);
        QTRY_VERIFY(page.filterBar()->countText().startsWith(u"2 of 4"_s));
        page.deactivate();
        book(now());
        waitForRows(5);
        QCOMPARE(model->rowCount(), 2); // out of sight
        page.activate();
        QTRY_COMPARE(model->rowCount(), 3);
    }

    // What is being read does not move: the range stands still while the table is scrolled.
    void aScrolledRangeStandsStill()
    {
        FakeSource source;
        source.count = 1'000;
        RequestTableModel model(source);
        RequestFilter hour;
        hour.fromMs = 1'000;
        model.setFilter(hour);
        QTRY_COMPARE(model.rowCount(), 1'000);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        QSignalSpy removed(&model, &QAbstractItemModel::rowsRemoved);
        model.setFollowing(false);
        model.setRangeStart(2'000);
        source.count = 1'005;
        const int before = source.slices;
        model.noteCommitted();
        QTRY_VERIFY(source.slices > before);
        QCOMPARE(source.lastFilter.fromMs, int64_t(1'000));
        QCOMPARE(model.rowCount(), 1'000);
        model.setFollowing(true);
        source.count = 900; // a hundred and more fell out
        model.noteCommitted();
        QTRY_COMPARE(model.rowCount(), 900);
        QCOMPARE(source.lastFilter.fromMs, int64_t(2'000));
        QCOMPARE(model.idAt(0), u"id-899"_s);
        QCOMPARE(reset.size(), 0);
        QCOMPARE(removed.size(), 1);
    }
};

QTEST_MAIN(TestRequestSource)
#include "tst_request_source.moc"
