// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preferences/preferences.h"
#include "ui/requests/row_actions.h"

#include "tests/ledger/sample_records.h"
#include "tests/ui/fake_pages.h"
#include "ui/data/ledger_feed.h"
#include "ui/inspector/compare_window.h"
#include "ui/inspector/replay_run.h"
#include "ui/inspector/request_actions.h"
#include "ui/inspector/request_inspector.h"
#include "ui/inspector/request_replayer.h"
#include "ui/requests/replay_panel.h"
#include "ui/requests/request_columns.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_selection.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/requests_page.h"
#include "ui/widgets/theme.h"

#include "core/ledger/ledger.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QGuiApplication>
#include <QtTest/QtTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace signalbox;
using namespace Qt::StringLiterals;
using Table = RequestTableModel;

namespace {

class CountingSender final : public RequestSender
{
public:
    std::vector<ConsoleRequest> sent;
    quint64 send(const ConsoleRequest &request, QObject *, Told, Done) override
    {
        sent.push_back(request);
        return sent.size();
    }
    void cancel(quint64) override {}
};

QAction *actionOf(const QMenu *menu, const QString &words)
{
    for (QAction *action : menu->actions()) {
        if (QString(action->text()).remove(u'&').startsWith(words))
            return action;
        if (action->menu()) {
            if (QAction *inside = actionOf(action->menu(), words))
                return inside;
        }
    }
    return nullptr;
}

} // namespace

// What can be done with rows of the request table, over a real ledger.
class TestRowActions final : public QObject
{
    Q_OBJECT

private:
    static constexpr int rows = 30;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<Ledger> m_ledger;
    std::unique_ptr<LedgerFeed> m_feed;
    FakeControl m_control;
    CountingSender m_sender;
    std::unique_ptr<RequestsPage> m_page;
    int64_t m_start = 0;
    int m_booked = 0;

    void book(int count)
    {
        for (int i = 0; i < count; ++i, ++m_booked) {
            RequestRecord record = test::sampleRecord(m_booked, m_start + m_booked * 1'000);
            record.bodies = {{StoredBody::Kind::ClientRequest, "application/json",
                              "{\"model\":\"m\",\"n\":" + std::to_string(m_booked) + "}", false}};
            m_ledger->record(std::move(record));
        }
    }
    void waitForRows(int count) { QTRY_COMPARE(m_page->model()->rowCount(), count); }
    void choose(std::initializer_list<int> chosen)
    {
        QItemSelectionModel *model = m_page->table()->selectionModel();
        model->clearSelection();
        for (const int row : chosen)
            model->select(m_page->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        QCOMPARE(m_page->selectedIds().size(), qsizetype(chosen.size()));
    }
    std::unique_ptr<QMenu> menuAt(int row, int column)
    {
        return std::unique_ptr<QMenu>(
            m_page->rowActions()->makeMenu(m_page->model()->index(row, column), m_page.get()));
    }
    void showRunning(const std::vector<std::string> &ids)
    {
        GatewaySnapshot snapshot;
        for (const std::string &id : ids) {
            InFlightRow row;
            row.id = id;
            row.startedAtMs = m_start;
            snapshot.running.push_back(row);
        }
        m_control.now = std::make_shared<GatewaySnapshot>(snapshot);
        Q_EMIT m_control.snapshotChanged(m_control.now);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        Preferences().clear();
        theme().install();
    }
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        auto ledger = Ledger::open({m_dir->path(), 36'500, 2048});
        QVERIFY(ledger);
        m_ledger = std::move(*ledger);
        m_start = QDateTime::currentMSecsSinceEpoch() - 3'600'000;
        m_booked = 0;
        book(rows);
        QTRY_COMPARE(m_ledger->health().rows, int64_t(rows));
        m_feed = std::make_unique<LedgerFeed>(m_ledger->databasePath());
        m_control.now = std::make_shared<const GatewaySnapshot>();
        m_control.cancelled.clear();
        m_sender.sent.clear();
        m_page =
            std::make_unique<RequestsPage>(&m_control, std::make_unique<LedgerRequestSource>(*m_feed), m_ledger.get());
        m_page->inspector()->requestActions()->setSender(&m_sender);
        m_page->resize(1400, 800);
        m_page->show();
        m_page->activate();
        waitForRows(rows);
        QTRY_VERIFY(!m_page->model()->isLoading());
        QGuiApplication::clipboard()->clear();
    }
    void cleanup()
    {
        m_page.reset();
        m_feed.reset();
        m_ledger.reset();
    }

    void theMenuHasEveryAction();
    void theMenuOpensByKeyAndByMouse();
    void theCellBecomesAFilter();
    void severalAreCopied();
    void twoAreCompared();
    void severalAreReplayedAfterAQuestion();
    void thoseInFlightAreCancelled();
    void allThatIsLoadedIsChosen();
    void whatIsChosenSurvivesABurst();
    void lettersThatMeanNothingDoNothing();
    void selectedRowsBecomeAnArchive();
    void headersSort();
    void ordersAreToldAndLeft();
};

void TestRowActions::theMenuHasEveryAction()
{
    choose({0});
    const auto menu = menuAt(0, Table::Target);
    for (const auto &words :
         {u"Open"_s, u"Only · Model"_s, u"Without · Model"_s, u"Only · Provider"_s, u"Copy the id"_s,
          u"Copy the row as cURL"_s, u"Python"_s, u"Node"_s, u"JSON"_s, u"Markdown row"_s, u"Replay the row"_s,
          u"Another target"_s, u"Compare"_s, u"Mark the chosen"_s, u"Export"_s, u"Cancel"_s})
        QVERIFY2(actionOf(menu.get(), words), qPrintable(words));
    QVERIFY(actionOf(menu.get(), u"Replay the row"_s)->isEnabled());
    QVERIFY(!actionOf(menu.get(), u"Cancel"_s)->isEnabled());  // it is over
    QVERIFY(!actionOf(menu.get(), u"Compare"_s)->isEnabled()); // with what?
    choose({0, 1, 2});
    const auto several = menuAt(0, Table::Duration);
    QVERIFY(actionOf(several.get(), u"Copy 3 ids"_s));
    QVERIFY(actionOf(several.get(), u"Markdown table of 3 rows"_s));
    QVERIFY(actionOf(several.get(), u"Replay 3 requests"_s));
    QVERIFY(actionOf(several.get(), u"Only from here up"_s));
    QVERIFY(actionOf(several.get(), u"Only up to here"_s));
}

void TestRowActions::theMenuOpensByKeyAndByMouse()
{
    QTableView *table = m_page->table();
    table->selectRow(1);
    const auto opened = [] { return qobject_cast<QMenu *>(QApplication::activePopupWidget()); };
    QContextMenuEvent byKey(QContextMenuEvent::Keyboard, QPoint(1, 1), table->mapToGlobal(QPoint(1, 1)));
    QCoreApplication::sendEvent(table, &byKey);
    QTRY_VERIFY(opened());
    QVERIFY(actionOf(opened(), u"Copy the id"_s));
    opened()->close();
    QTRY_VERIFY(!opened());
    const QPoint at = table->visualRect(m_page->model()->index(2, Table::Client)).center();
    QContextMenuEvent byMouse(QContextMenuEvent::Mouse, at, table->viewport()->mapToGlobal(at));
    QCoreApplication::sendEvent(table->viewport(), &byMouse);
    QTRY_VERIFY(opened());
    QVERIFY(actionOf(opened(), u"Only · Client: laptop"_s));
    opened()->close();
}

void TestRowActions::theCellBecomesAFilter()
{
    choose({0});
    const auto menu = menuAt(0, Table::Client);
    actionOf(menu.get(), u"Without · Client"_s)->trigger();
    QCOMPARE(m_page->filterBar()->text(), u"-client:laptop"_s);
    QTRY_COMPARE(m_page->model()->rowCount(), 0);
    m_page->showFilter({});
    waitForRows(rows);
}

void TestRowActions::severalAreCopied()
{
    choose({0, 2});
    const QStringList ids = m_page->selectedIds();
    m_page->rowActions()->copyIds();
    QCOMPARE(QGuiApplication::clipboard()->text(), ids.join(u'\n'));
    m_page->rowActions()->copyAs(RowActions::CopyAs::Markdown);
    QTRY_COMPARE(QGuiApplication::clipboard()->text().trimmed().count(u'\n'), 3); // head, line, two rows
    m_page->rowActions()->copyAs(RowActions::CopyAs::Curl);
    QTRY_COMPARE(QGuiApplication::clipboard()->text().count(u"curl "_s), 2);
    QVERIFY(QGuiApplication::clipboard()->text().contains(u"$SIGNALBOX_API_KEY"_s));
    m_page->rowActions()->copyAs(RowActions::CopyAs::Json);
    QTRY_VERIFY(QGuiApplication::clipboard()->text().startsWith(u'['));
    const QJsonArray all = QJsonDocument::fromJson(QGuiApplication::clipboard()->text().toUtf8()).array();
    QCOMPARE(all.size(), 2);
    QCOMPARE(all.first().toObject().value(u"id"_s).toString(), ids.first());
}

void TestRowActions::twoAreCompared()
{
    choose({0, 3});
    m_page->rowActions()->compare();
    QTRY_VERIFY(m_page->findChild<CompareWindow *>());
    delete m_page->findChild<CompareWindow *>();
    // Or one with what was marked.
    choose({1});
    actionOf(menuAt(1, 0).get(), u"Mark the chosen"_s)->trigger();
    QTRY_VERIFY(m_page->inspector()->requestActions()->marked());
    QVERIFY(!actionOf(menuAt(1, 0).get(), u"Compare"_s)->isEnabled()); // with itself
    choose({4});
    QVERIFY(actionOf(menuAt(4, 0).get(), u"Compare"_s)->isEnabled());
    m_page->rowActions()->compare();
    QTRY_VERIFY(m_page->findChild<CompareWindow *>());
}

void TestRowActions::severalAreReplayedAfterAQuestion()
{
    choose({0, 1, 2});
    m_page->rowActions()->replay(u"box/m1"_s);
    QTRY_VERIFY(m_page->replayPanel()->isVisible());
    QVERIFY(m_sender.sent.empty());
    QCOMPARE(m_page->replayPanel()->run()->rowCount(), 3);
    m_page->replayPanel()->startButton()->click();
    QCOMPARE(m_sender.sent.size(), size_t(ReplayRun::mostAtOnce));
    QCOMPARE(m_sender.sent.front().target, std::string("box/m1"));
    m_page->replayPanel()->dismiss();
    // One alone needs no question: its window has a button to cancel.
    m_sender.sent.clear();
    choose({5});
    m_page->rowActions()->replay();
    QTRY_COMPARE(m_sender.sent.size(), size_t(1));
    QVERIFY(m_sender.sent.front().target.empty());
}

void TestRowActions::thoseInFlightAreCancelled()
{
    showRunning({"run-b", "run-a"});
    waitForRows(rows + 2);
    choose({0, 1, 4});
    const auto menu = menuAt(0, 0);
    QVERIFY(actionOf(menu.get(), u"Cancel 2 requests in flight"_s));
    m_page->rowActions()->cancel();
    const std::vector<std::string> wanted{"run-b", "run-a"};
    QVERIFY(m_control.cancelled == wanted);
    // The list under a chosen one changes: another is not cancelled in its place.
    m_control.cancelled.clear();
    choose({1});
    showRunning({"run-c", "run-b"});
    QCOMPARE(m_page->selectedIds(), QStringList{u"run-a"_s});
    m_page->rowActions()->cancel();
    QVERIFY(m_control.cancelled.empty());
}

void TestRowActions::allThatIsLoadedIsChosen()
{
    book(270);
    waitForRows(300);
    QTRY_VERIFY(!m_page->model()->idAt(0).isEmpty());
    QCOMPARE(m_page->model()->loadedRows(), size_t(Table::pageRows));
    m_page->table()->setFocus();
    QTest::keyClick(m_page->table(), Qt::Key_A, Qt::ControlModifier);
    QCOMPARE(m_page->selectedIds().size(), qsizetype(Table::pageRows));
    QCOMPARE(m_page->selectedCount(), int(Table::pageRows));
}

void TestRowActions::whatIsChosenSurvivesABurst()
{
    book(370);
    waitForRows(400);
    const QModelIndex far = m_page->model()->index(250, 0);
    (void)far.data(); // its page is asked for
    QTRY_VERIFY(!m_page->model()->loadedId(250).isEmpty());
    QTRY_VERIFY(!m_page->model()->loadedId(3).isEmpty());
    choose({3, 4, 250});
    const QStringList ids = m_page->selectedIds();
    m_page->model()->setFollowing(true);
    for (int burst = 0; burst < 3; ++burst) {
        book(50);
        waitForRows(400 + (burst + 1) * 50);
        QCOMPARE(m_page->selectedIds(), ids); // although the page of the last one is gone
    }
    const auto isChosen = [&](int row) { return m_page->table()->selectionModel()->isRowSelected(row, {}); };
    QTRY_VERIFY(isChosen(153) && isChosen(154));
    (void)m_page->model()->index(400, 0).data();
    QTRY_VERIFY(!m_page->model()->loadedId(400).isEmpty());
    QTRY_VERIFY2(isChosen(400), "it is chosen again when it is there again");
    QCOMPARE(m_page->selectedIds().size(), 3);
}

void TestRowActions::lettersThatMeanNothingDoNothing()
{
    m_page->table()->selectRow(2);
    m_page->table()->setFocus();
    QTest::keyClick(m_page->table(), Qt::Key_Q);
    QTest::keyClick(m_page->table(), Qt::Key_2); // a view would look for a row that begins so
    QCOMPARE(m_page->table()->currentIndex().row(), 2);
}

void TestRowActions::selectedRowsBecomeAnArchive()
{
    choose({0, 1});
    const QString path = m_dir->filePath(u"two.har"_s);
    m_page->exportTo(path);
    const auto entries = [&] {
        QFile file(path);
        if (!file.open(QIODevice::ReadOnly))
            return -1;
        const QJsonObject log = QJsonDocument::fromJson(file.readAll()).object().value(u"log"_s).toObject();
        return int(log.value(u"entries"_s).toArray().size());
    };
    QTRY_COMPARE(entries(), 2);
}

void TestRowActions::headersSort()
{
    QHeaderView *header = m_page->table()->horizontalHeader();
    const auto click = [header](int column) {
        const QPoint at(header->sectionViewportPosition(column) + header->sectionSize(column) / 2,
                        header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
    };
    click(Table::Duration);
    QVERIFY(m_page->model()->order());
    QCOMPARE(header->sortIndicatorSection(), int(Table::Duration));
    QCOMPARE(header->sortIndicatorOrder(), Qt::DescendingOrder);
    QTRY_COMPARE(m_page->model()->index(0, Table::Duration).data().toString(), u"0.13"_s);
    QTRY_VERIFY(!m_page->model()->isLoading());
    QCOMPARE(m_page->model()->rowCount(), rows);
    click(Table::Duration);
    QCOMPARE(header->sortIndicatorOrder(), Qt::AscendingOrder);
    QTRY_COMPARE(m_page->model()->index(0, Table::Duration).data().toString(), u"0.10"_s);
    click(Table::Client); // is not sorted by, and takes no arrow
    QCOMPARE(header->sortIndicatorSection(), int(Table::Duration));
    click(Table::Time);
    QVERIFY(!m_page->model()->order());
    QCOMPARE(header->sortIndicatorSection(), int(Table::Time));
    QTRY_COMPARE(m_page->model()->loadedRow(0) ? m_page->model()->loadedRow(0)->startedAtMs : 0,
                 m_start + (rows - 1) * 1'000);
}

void TestRowActions::ordersAreToldAndLeft()
{
    showRunning({"run-a"});
    waitForRows(rows + 1);
    m_page->sortBy(RequestOrder{RequestOrder::Key::Cost, true});
    waitForRows(rows); // what runs has no cost yet
    const QAbstractItemModel *model = m_page->model();
    QVERIFY(
        model->headerData(Table::CostUsd, Qt::Horizontal, Qt::AccessibleTextRole).toString().contains(u"largest"_s));
    QVERIFY(model->headerData(Table::CostUsd, Qt::Horizontal, Qt::ToolTipRole).toString().contains(u"10,000"_s));
    QTRY_VERIFY(!m_page->model()->isLoading());
    // The dearest that comes takes its place.
    m_page->model()->setFollowing(true);
    RequestRecord dear = test::sampleRecord(1, m_start + 99'000);
    dear.cost = {9'000'000'000, CostState::Exact, "p"};
    const QString id = QString::fromStdString(dear.id);
    m_ledger->record(std::move(dear));
    QTRY_COMPARE(m_page->model()->idAt(0), id);
    const std::unique_ptr<QMenu> menu(m_page->makeOrderMenu(m_page.get()));
    QVERIFY(actionOf(menu.get(), u"Cost"_s)->isChecked());
    actionOf(menu.get(), u"The smallest first"_s)->trigger();
    QVERIFY(m_page->model()->order() && !m_page->model()->order()->descending);
    actionOf(menu.get(), u"Time"_s)->trigger();
    waitForRows(rows + 2);
    QVERIFY(!m_page->model()->order());
}

QTEST_MAIN(TestRowActions)
#include "tst_row_actions.moc"
