// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/inspector/request_inspector.h"
#include "ui/preferences/preferences.h"
#include "ui/requests/request_columns.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/request_views.h"
#include "ui/requests/requests_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTableView>

using namespace signalbox;

class tst_RequestFilter final : public QObject
{
    Q_OBJECT

private:
    FakeSource *m_source = nullptr;
    FakeControl m_control;
    std::unique_ptr<RequestsPage> m_page;

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        Preferences().clear();
        theme().install();
    }

    void init()
    {
        auto source = std::make_unique<FakeSource>();
        source->count = 1000;
        m_source = source.get();
        m_page = std::make_unique<RequestsPage>(&m_control, std::move(source), nullptr);
        m_page->resize(1200, 700);
        m_page->show();
        m_page->activate();
        QTRY_COMPARE(m_page->model()->rowCount(), 1000);
    }

    void cleanup() { m_page.reset(); }

    void wordsGoToTheLedgerOnceTypingRests()
    {
        const int before = m_source->slices;
        QTest::keyClicks(m_page->filterBar()->field(), QStringLiteral("opus"));
        QCOMPARE(m_source->slices, before);
        QTRY_COMPARE(m_source->lastFilter.terms.size(), size_t(1));
        QCOMPARE(m_source->lastFilter.terms.front().glob, std::string("opus"));
        QCOMPARE(m_source->slices, before + 1);
        QTRY_VERIFY(m_page->filterBar()->countText().startsWith(QStringLiteral("1,000 of 1,000")));
    }

    void rangeLooksBackFromNow()
    {
        m_page->filterBar()->setRange(RequestFilterBar::Range::Hour);
        QCOMPARE(m_page->filterBar()->filter(10'000'000).fromMs, 6'400'000);
        m_page->filterBar()->clear();
        QCOMPARE(m_page->filterBar()->filter(10'000'000), RequestFilter{});
    }

    void aMistakeIsSaidInPlaceAndLeavesTheFilter()
    {
        RequestFilterBar *bar = m_page->filterBar();
        m_page->showFilter(QStringLiteral("status:5xx"));
        QTRY_COMPARE(m_source->lastFilter.terms.size(), size_t(1));
        QVERIFY(bar->problemText().isEmpty());
        bar->field()->setFocus();
        QTest::keyClicks(bar->field(), QStringLiteral(" mdel:gpt"));
        QTRY_VERIFY(bar->problemText().contains(QStringLiteral("model")));
        QVERIFY(bar->problemText().contains(QStringLiteral("mdel")));
        QCOMPARE(bar->text(), QStringLiteral("status:5xx mdel:gpt"));
        QCOMPARE(bar->filter(0).terms.size(), size_t(1));
        m_page->showFilter(QStringLiteral("status:5xx model:gpt"));
        QVERIFY(bar->problemText().isEmpty());
        QCOMPARE(bar->filter(0).terms.size(), size_t(2));
    }

    void everyProblemSaysWhatIsAllowed()
    {
        for (const char *text : {"status:x", "cost:x", "tokens:x", "ttft:1", "is:x", "since:x", "-since:1h",
                                 "cost:2..1", "a:b", "project:", "-", "\"a"}) {
            const FilterText filter = readFilter(text, {});
            QCOMPARE(filter.problems.size(), size_t(1));
            QVERIFY2(filterProblemText(filter.problems.front()).size() > 20, text);
        }
        QVERIFY(filterProblemText(readFilter("is:x", {}).problems.front()).contains(QStringLiteral("fallback")));
    }

    void candidatesFollowWhatIsTyped()
    {
        const RequestSource::Values values{{"project", {"ide", "my docs"}}, {"model", {"gpt-5", "claude-opus"}}};
        const auto labels = [&](const char *text) {
            QStringList all;
            const QString words = QString::fromLatin1(text);
            for (const FilterCandidate &one : filterCandidates(words, int(words.size()), values).items)
                all += one.label;
            return all;
        };
        QCOMPARE(labels("proj"), QStringList{QStringLiteral("project:")});
        QVERIFY(labels("").contains(QStringLiteral("status:")));
        QCOMPARE(labels("project:"), (QStringList{QStringLiteral("ide"), QStringLiteral("my docs")}));
        QCOMPARE(labels("status:429 is:f"), QStringList{QStringLiteral("fallback")});
        QCOMPARE(labels("opus"), QStringList{QStringLiteral("model:claude-opus")});
        const FilterCandidates docs = filterCandidates(QStringLiteral("a project:ide,my"), 16, values);
        QCOMPARE(docs.start, 14);
        QCOMPARE(docs.length, 2);
        QCOMPARE(docs.items.front().insert, QStringLiteral("\"my docs\" "));
    }

    void historyIsKeptNewestFirst()
    {
        Preferences().remove(QStringLiteral("requests/filterHistory"));
        FilterLineEdit *field = m_page->filterBar()->field();
        for (const char *words : {"is:error", "is:lossy", "is:error", "is:nonsense"}) {
            field->setText(QString::fromLatin1(words));
            QTest::keyClick(field, Qt::Key_Return);
        }
        QCOMPARE(FilterLineEdit::history(), (QStringList{QStringLiteral("is:error"), QStringLiteral("is:lossy")}));
        field->clear();
        field->setFocus();
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClick(field, Qt::Key_Down);
        QCOMPARE(field->offered(), FilterLineEdit::history());
        QTest::keyClick(field, Qt::Key_Escape);
    }

    void viewsAreSavedRenamedAndComeBack()
    {
        RequestViews views;
        QAbstractItemModelTester tester(&views, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const int shipped = views.rowCount();
        QVERIFY(shipped >= 5);
        for (int row = 0; row < shipped; ++row)
            QVERIFY(readFilter(views.at(row).filter.toStdString(), {1'800'000'000'000, QTimeZone::utc()}).isSound());
        const RequestView mine{QStringLiteral("Mine"), QStringLiteral("is:error"), 2, {}};
        QCOMPARE(views.save(mine), shipped);
        QVERIFY(views.setData(views.index(shipped), QStringLiteral("Yours")));
        QVERIFY(!views.setData(views.index(0), QStringLiteral("yours")));
        const RequestView gone = views.remove(0);
        QCOMPARE(RequestViews().rowCount(), shipped);
        views.insert(0, gone);
        QCOMPARE(RequestViews().at(shipped).name, QStringLiteral("Yours"));
        RequestViews again;
        QCOMPARE(again.at(0), gone);
    }

    void aViewSetsFilterRangeAndColumns()
    {
        m_page->columns()->setWanted(RequestTableModel::Session, true);
        m_page->views()->save({QStringLiteral("V"), QStringLiteral("is:fallback"), 1, m_page->columns()->state()});
        m_page->columns()->reset();
        m_page->showView(m_page->views()->rowOf(QStringLiteral("V")));
        QCOMPARE(m_page->filterBar()->text(), QStringLiteral("is:fallback"));
        QVERIFY(m_page->filterBar()->range() == RequestFilterBar::Range::Hour);
        QVERIFY(m_page->columns()->isWanted(RequestTableModel::Session));
        QTRY_VERIFY(!m_source->lastFilter.terms.empty() && m_source->lastFilter.fromMs > 0);
        m_page->columns()->reset();
    }

    void severalRowsAreGatheredAndStay()
    {
        QTRY_VERIFY(!m_page->model()->idAt(5).isEmpty());
        QSignalSpy selected(m_page.get(), &RequestsPage::selectionChanged);
        QItemSelectionModel *model = m_page->table()->selectionModel();
        for (const int row : {2, 5})
            model->select(m_page->model()->index(row, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        const QStringList ids{QStringLiteral("id-997"), QStringLiteral("id-994")};
        QCOMPARE(selected.back().front().toStringList(), ids);
        m_source->count += 3;
        m_page->model()->setFollowing(true);
        m_page->model()->noteCommitted();
        QTRY_COMPARE(m_page->model()->rowCount(), 1003);
        QCOMPARE(m_page->selectedIds(), ids);
        QVERIFY(model->isRowSelected(8, {}));
        QVERIFY(!m_page->inspector()->isVisible());
    }

    void aPausedTableCountsWhatIsNew()
    {
        m_page->setPaused(true);
        m_source->count += 7;
        m_page->model()->noteCommitted();
        QTRY_COMPARE(m_page->model()->waiting(), 7);
        QCOMPARE(m_page->model()->rowCount(), 1000);
        m_page->setPaused(false);
        QTRY_COMPARE(m_page->model()->rowCount(), 1007);
    }

    void keysMoveOpenAndClose()
    {
        QTableView *table = m_page->table();
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Home);
        QTest::keyClick(table, Qt::Key_J);
        QCOMPARE(table->currentIndex().row(), 1);
        QTest::keyClick(table, Qt::Key_K);
        QCOMPARE(table->currentIndex().row(), 0);
        QCOMPARE(m_source->details, 0);
        QTest::keyClick(table, Qt::Key_Return);
        QVERIFY(m_page->inspector()->isVisible());
        QTRY_COMPARE(m_page->inspector()->record().id, std::string("id-999"));
        QCOMPARE(m_source->details, 1);
        QTest::keyClick(table, Qt::Key_Escape);
        QVERIFY(!m_page->inspector()->isVisible());
        QTest::keyClick(table, Qt::Key_End);
        QCOMPARE(table->currentIndex().row(), 999);
    }

    void selectionFollowsItsRequest()
    {
        m_page->table()->selectRow(5);
        const QString id = m_page->model()->idAt(5);
        m_source->count += 4;
        m_page->model()->setFollowing(true);
        m_page->model()->noteCommitted();
        QTRY_COMPARE(m_page->model()->rowCount(), 1004);
        QCOMPARE(m_page->model()->idAt(m_page->table()->currentIndex().row()), id);
        QCOMPARE(m_page->table()->currentIndex().row(), 9);
    }

    void everyFieldAndButtonHasAName()
    {
        for (const QWidget *widget : m_page->findChildren<QWidget *>()) {
            if (!qobject_cast<const QLineEdit *>(widget) && !qobject_cast<const QTableView *>(widget))
                continue;
            QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
        }
    }
};

QTEST_MAIN(tst_RequestFilter)
#include "tst_request_filter.moc"
