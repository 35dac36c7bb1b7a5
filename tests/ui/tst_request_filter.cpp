// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_pages.h"
#include "ui/inspector/request_inspector.h"
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/requests_page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QSettings>
#include <QtCore/QStandardPaths>
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
        QSettings().clear();
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
        QTRY_COMPARE(QString::fromStdString(m_source->lastFilter.text), QStringLiteral("opus"));
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
