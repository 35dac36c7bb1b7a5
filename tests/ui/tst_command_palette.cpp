// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fake_control.h"
#include "ui/main_window/main_window.h"
#include "ui/palette/command_palette.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/page.h"
#include "ui/widgets/theme.h"

#include <QtCore/QStandardPaths>
#include <QtGui/QAction>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

class ActionPage final : public Page
{
public:
    ActionPage(QString name, const QString &action) : m_name(std::move(name)), m_action(new QAction(action, this))
    {
        addAction(m_action);
        connect(m_action, &QAction::triggered, this, [this] { ++runs; });
    }
    QString title() const override { return m_name; }
    QString iconName() const override { return u"requests"_s; }
    QAction *action() const { return m_action; }

    int runs = 0;

private:
    QString m_name;
    QAction *m_action;
};

} // namespace

class tst_CommandPalette final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(u"signalbox-test"_s);
        theme().install();
    }

    void init() { Preferences().clear(); }

    void lettersMatchInOrder_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("found"); // the letters that matched; "-": no match
        QTest::newRow("all") << u""_s << u"Anything"_s << u""_s;
        QTest::newRow("beginnings") << u"dm"_s << u"admin: Dark mode"_s << u"Dm"_s;
        QTest::newRow("together rather than apart") << u"mode"_s << u"My old models"_s << u"mode"_s;
        QTest::newRow("spaces do not count") << u"n bud"_s << u"New budget"_s << u"Nbud"_s;
        QTest::newRow("not in this order") << u"ba"_s << u"ab"_s << u"-"_s;
        QTest::newRow("too long") << u"abc"_s << u"ab"_s << u"-"_s;
        QTest::newRow("the same letter twice") << u"aa"_s << u"a"_s << u"-"_s;
    }

    void lettersMatchInOrder()
    {
        QFETCH(QString, query);
        QFETCH(QString, text);
        QFETCH(QString, found);
        const auto hit = fuzzyMatch(query, text);
        if (found == u"-"_s) {
            QVERIFY(!hit);
            return;
        }
        QVERIFY(hit);
        QString letters;
        for (const qsizetype at : hit->at)
            letters += text[at];
        QCOMPARE(letters, found);
        QVERIFY(std::is_sorted(hit->at.begin(), hit->at.end()));
    }

    void theBestComesFirst()
    {
        CommandModel model;
        const QAbstractItemModelTester tester(&model);
        const auto command = [](const QString &text, const QString &group) { return Command{text, group, {}, {}}; };
        model.setCommands({command(u"Load more"_s, u"Requests"_s), command(u"Dark"_s, u"Theme"_s),
                           command(u"Copy the endpoint"_s, u"File"_s), command(u"Compare"_s, u"Models"_s)});
        QCOMPARE(model.rowCount(), 4);
        model.setQuery(u"dar"_s);
        QCOMPARE(model.command(0)->text, u"Dark"_s);
        model.setQuery(u"models comp"_s); // by the group, too
        QCOMPARE(model.rowCount(), 1);
        QCOMPARE(model.command(0)->text, u"Compare"_s);
        model.setQuery(u"xyz"_s);
        QCOMPARE(model.rowCount(), 0);
        model.setQuery({});
        model.setRecent({u"File/Copy the endpoint"_s, u"Theme/Dark"_s});
        QCOMPARE(model.command(0)->text, u"Copy the endpoint"_s);
        QCOMPARE(model.command(1)->text, u"Dark"_s);
        QCOMPARE(model.command(2)->text, u"Load more"_s);
        QVERIFY(model.index(0).data(Qt::AccessibleTextRole).toString().contains(u"File"_s));
    }

    void everyPageAndActionIsThere()
    {
        FakeControl control;
        MainWindow window(&control);
        auto *first = new ActionPage(u"First"_s, u"&Do one && only"_s);
        auto *second = new ActionPage(u"Second"_s, u"Do an&other"_s);
        window.addPage(first, u"first"_s);
        window.addPage(second, u"second"_s);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.openPalette();
        QStringList texts;
        for (int row = 0; row < window.palette()->model()->rowCount(); ++row)
            texts += window.palette()->model()->command(row)->text;
        for (const QString &wanted : {u"First"_s, u"Second"_s, u"Do one & only"_s, u"Do another"_s, u"Dark"_s})
            QVERIFY2(texts.contains(wanted), qPrintable(wanted));
        QCOMPARE(texts.removeDuplicates(), qsizetype(0));

        QTest::keyClicks(window.palette()->field(), u"another"_s);
        QTest::keyClick(window.palette()->field(), Qt::Key_Return);
        QVERIFY(window.palette()->isHidden());
        QCOMPARE(window.currentPage(), u"second"_s); // of the page that is not shown: it is shown first
        QCOMPARE(second->runs, 1);
        QCOMPARE(first->runs, 0);

        window.openPalette();
        QCOMPARE(window.palette()->model()->command(0)->text, u"Do another"_s); // used last
        QTest::keyClick(window.palette()->field(), Qt::Key_Down);
        QCOMPARE(window.palette()->list()->currentIndex().row(), 1);
        QTest::keyClick(window.palette()->field(), Qt::Key_Up);
        QTest::keyClick(window.palette()->field(), Qt::Key_Up);
        QCOMPARE(window.palette()->list()->currentIndex().row(), window.palette()->model()->rowCount() - 1);
        QTest::keyClick(window.palette()->field(), Qt::Key_Escape);
        QVERIFY(window.palette()->isHidden());
        QCOMPARE(second->runs, 1);
    }

    void whatCannotBeRunIsLeftOut()
    {
        FakeControl control;
        MainWindow window(&control);
        auto *page = new ActionPage(u"First"_s, u"Do it"_s);
        window.addPage(page, u"first"_s);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        page->action()->setEnabled(false);
        window.openPalette();
        window.palette()->field()->setText(u"Do it"_s);
        const Command *best = window.palette()->model()->command(0);
        QVERIFY(!best || best->text != u"Do it"_s);
    }
};

QTEST_MAIN(tst_CommandPalette)
#include "tst_command_palette.moc"
