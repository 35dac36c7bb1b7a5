// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette/command_palette.h"
#include "ui/preferences/preferences.h"
#include "ui/routing/ask_panel.h"
#include "ui/routing/history_panel.h"
#include "ui/routing/node_fields.h"
#include "ui/routing/node_form.h"
#include "ui/routing/problem_strip.h"
#include "ui/routing/review_panel.h"
#include "ui/routing/route_actions.h"
#include "ui/routing/route_document.h"
#include "ui/routing/route_text_edit.h"
#include "ui/routing/route_tree_model.h"
#include "ui/routing/routes_page.h"
#include "ui/widgets/diff_view.h"

#include "core/config/config_reader.h"
#include "core/ledger/ledger.h"
#include "fake_pages.h"
#include "sample_routes.h"
#include "ui/data/ledger_feed.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QStandardPaths>
#include <QtCore/QTemporaryDir>
#include <QtGui/QTextBlock>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>
#include <QtWidgets/QTreeView>

#include <algorithm>

using namespace signalbox;

class TestRoutesPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QStandardPaths::setTestModeEnabled(true);
        QCoreApplication::setOrganizationName(QStringLiteral("signalbox-test"));
        QCoreApplication::setApplicationName(QStringLiteral("routes-page"));
        Preferences().clear();
    }

    void aProblemIsShownInItsPlace()
    {
        RouteTextEdit text;
        text.setConfig(configWith(weighted));
        QVERIFY(!text.hasDraft());
        QString words = text.editor()->toPlainText();
        words.replace(QStringLiteral("b/z"), QStringLiteral("nobody/z"));
        text.editor()->setPlainText(words);
        QTRY_VERIFY(!text.problem().isEmpty());
        QVERIFY2(text.problem().startsWith(QStringLiteral("/routes/0/to/fallback/1")), qPrintable(text.problem()));
        QVERIFY(text.hasDraft());
        QVERIFY(!text.draft());
        QCOMPARE(text.editor()->extraSelections().size(), 1);
        QVERIFY(text.editor()->extraSelections().first().cursor.selectedText().contains(QStringLiteral("nobody/z")));
        text.discard();
        QVERIFY(text.problem().isEmpty());
        QVERIFY(!text.hasDraft());
    }

    void applyAndUndo()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        const std::unique_ptr<QWidget> tools(page.headerActions());
        page.showView(RoutesPage::Text);
        page.apply(); // nothing has changed
        QVERIFY(actions.log.isEmpty());
        QString words = page.textEdit()->editor()->toPlainText();
        words.replace(QStringLiteral("gpt-*"), QStringLiteral("claude-*"));
        page.textEdit()->editor()->setPlainText(words);
        QTRY_VERIFY(page.textEdit()->draft());
        page.apply();
        QCOMPARE(actions.now->routes.at(0).match.model, std::string("claude-*"));
        QVERIFY(!page.textEdit()->hasDraft());
        QCOMPARE(page.tree()->model()->index(0, 0).data().toString(), QStringLiteral("main · model claude-*"));
    }

    void whatIsAddedIsTypedFor()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        page.show();
        page.choose(page.document()->draft().at("/routes/0/to"));
        const size_t before = page.document()->draft().children(page.editing()->chosen()).size();
        QAction *open = nullptr;
        for (QAction *action : page.actions()) {
            if (action->shortcut() == QKeySequence(Qt::Key_Insert))
                open = action;
        }
        QVERIFY(open);
        open->trigger();
        CommandPalette *list = page.quickAdd();
        QVERIFY(list->isVisible());
        QTest::keyClicks(list->field(), QStringLiteral("hedge"));
        QCOMPARE(list->model()->command(0)->text, QStringLiteral("Hedge"));
        QTest::keyClick(list->field(), Qt::Key_Return);
        QVERIFY(!list->isVisible());
        const DraftId made = page.editing()->chosen();
        QCOMPARE(page.document()->draft().fields(made).node.kind, PolicyNode::Kind::Hedge);
        QCOMPARE(page.document()->draft().children(page.document()->draft().parentOf(made)).size(), before + 1);
        // The next time it is the first; Escape adds nothing.
        page.choose(page.document()->draft().parentOf(made));
        open->trigger();
        QCOMPARE(list->model()->command(0)->text, QStringLiteral("Hedge"));
        QTest::keyClick(list->field(), Qt::Key_Escape);
        QVERIFY(!list->isVisible());
        QCOMPARE(page.document()->draft().children(page.editing()->chosen()).size(), before + 1);
    }

    void formAndTextAreOneDraft()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        page.show();
        page.showView(RoutesPage::Both);
        const DraftId route = page.document()->draft().at("/routes/0");
        page.choose(route);
        auto *model = qobject_cast<QLineEdit *>(page.nodeForm()->editor(QStringLiteral("match/model")));
        QVERIFY(model);
        model->setText(QStringLiteral("o3*"));
        page.nodeForm()->commit(QStringLiteral("match/model"));
        QVERIFY(page.textEdit()->editor()->toPlainText().contains(QStringLiteral("\"o3*\"")));
        // What cannot be is told below the field, and the draft stays.
        auto *affinity = qobject_cast<QLineEdit *>(page.nodeForm()->editor(QStringLiteral("affinity")));
        affinity->setText(QStringLiteral("soon"));
        page.nodeForm()->commit(QStringLiteral("affinity"));
        QVERIFY(page.nodeForm()->isWrong(QStringLiteral("affinity")));
        QCOMPARE(page.document()->draft().routes().at(0).affinity, RouteConfig().affinity);
        // The other way round.
        QString words = page.textEdit()->editor()->toPlainText();
        page.textEdit()->editor()->setPlainText(words.replace(QStringLiteral("o3*"), QStringLiteral("o4*")));
        QTRY_COMPARE(page.document()->draft().routes().at(0).match.model, std::string("o4*"));
        QCOMPARE(model->text(), QStringLiteral("o4*"));
        QVERIFY(page.document()->draft().contains(route));
        page.document()->undoStack()->undo();
        page.document()->undoStack()->undo();
        QVERIFY(page.textEdit()->editor()->toPlainText().contains(QStringLiteral("gpt-*")));
        QVERIFY(!page.document()->isChanged());
        // A text that cannot be read does not let the form change something else.
        page.textEdit()->editor()->setPlainText(QStringLiteral("[ {"));
        QTRY_VERIFY(page.textEdit()->isBroken());
        QTRY_VERIFY(!page.nodeForm()->isEnabled());
        page.apply();
        QVERIFY(actions.log.isEmpty());
    }

    void keysEditTheOutline()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        page.resize(1200, 700);
        page.show();
        page.showView(RoutesPage::Form);
        QVERIFY(QTest::qWaitForWindowActive(&page));
        const RouteDraft &draft = page.document()->draft();
        page.tree()->setFocus();
        const DraftId last = draft.at("/routes/0/to/fallback/1");
        page.choose(last);
        QCOMPARE(page.nodeForm()->node(), last);
        QTest::keyClick(page.tree(), Qt::Key_Up, Qt::AltModifier);
        QCOMPARE(draft.placeOf(last), size_t(0));
        QTest::keyClick(page.tree(), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(draft.children(draft.parentOf(last)).size(), size_t(3));
        QTest::keyClick(page.tree(), Qt::Key_Delete);
        QCOMPARE(draft.children(draft.parentOf(last)).size(), size_t(2));
        page.choose(last);
        QTest::keyClick(page.tree(), Qt::Key_D);
        QVERIFY(draft.fields(last).node.disabled);
        QTest::keyClick(page.tree(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!draft.fields(last).node.disabled);
        QTest::keyClick(page.tree(), Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(draft.fields(last).node.disabled);
        page.editing()->copy();
        page.choose(draft.at("/routes/0/to/fallback/1"));
        page.editing()->paste();
        QCOMPARE(draft.children(draft.at("/routes/0/to/fallback/1")).size(), size_t(3)); // into the weighted node
        while (page.document()->undoStack()->canUndo())
            page.document()->undoStack()->undo();
        QVERIFY(!page.document()->isChanged());
    }

    void errorsKeepItFromBeingApplied()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        const std::unique_ptr<QWidget> tools(page.headerActions());
        page.show();
        const DraftId split = page.document()->draft().at("/routes/0/to/fallback/0");
        page.choose(split);
        page.editing()->addNode(newPolicyNode(PolicyNode::Kind::Hedge));
        page.apply();
        QVERIFY(actions.log.isEmpty());
        QVERIFY(!page.problem().isEmpty());
        QTRY_VERIFY2(page.problemStrip()->summary().contains(QStringLiteral("error")),
                     qPrintable(page.problemStrip()->summary()));
        QListWidget *list = page.problemStrip()->list();
        page.choose(page.document()->draft().at("/routes/0"));
        Q_EMIT list->itemActivated(list->item(0));
        QCOMPARE(page.document()->draft().fields(page.nodeForm()->node()).node.kind, PolicyNode::Kind::Hedge);
        page.document()->undoStack()->undo();
        QTRY_VERIFY(page.problemStrip()->summary().isEmpty());
    }

    void changedElsewhereToo_data()
    {
        QTest::addColumn<int>("choice");
        QTest::addColumn<QStringList>("routes");
        QTest::newRow("merge") << 0
                               << QStringList{QStringLiteral("main mine-*"), QStringLiteral("other *"),
                                              QStringLiteral("main-theirs gpt-*")};
        QTest::newRow("theirs") << 1 << QStringList{QStringLiteral("main gpt-*"), QStringLiteral("other *")};
        QTest::newRow("mine") << 2 << QStringList{QStringLiteral("main mine-*")};
    }

    void changedElsewhereToo()
    {
        QFETCH(int, choice);
        QFETCH(QStringList, routes);
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        page.show();
        const DraftId route = page.document()->draft().at("/routes/0");
        DraftFields fields = page.document()->draft().fields(route);
        fields.route->match.model = "mine-*";
        QVERIFY(page.document()->setFields(route, fields, {}));
        const std::vector<RouteConfig> mine = page.document()->draft().routes();
        Config theirs = *actions.now;
        theirs.routes[0].to.children.pop_back();
        theirs.routes.push_back(theirs.routes[0]);
        theirs.routes[1].id = "other";
        theirs.routes[1].match = {};
        actions.now = std::make_shared<const Config>(theirs);
        Q_EMIT actions.configChanged(actions.now);
        QVERIFY(page.document()->hasConflict());
        QVERIFY(!page.conflictBar()->isHidden());
        QCOMPARE(page.document()->draft().routes(), mine); // nothing is lost
        page.apply();
        QVERIFY(actions.log.isEmpty());
        const QList<QPushButton *> buttons = page.conflictBar()->findChildren<QPushButton *>();
        QCOMPARE(buttons.size(), 3);
        buttons.at(choice)->click();
        QVERIFY(!page.document()->hasConflict());
        QStringList now;
        for (const RouteConfig &one : page.document()->draft().routes())
            now << QString::fromStdString(one.id + ' ' + one.match.model);
        QCOMPARE(now, routes);
        if (choice != 2) {
            page.document()->undoStack()->undo();
            QCOMPARE(page.document()->draft().routes(), mine);
        }
    }

    void historyAndBack()
    {
        const QTemporaryDir folder;
        auto ledger = Ledger::open({folder.path(), 30, 64});
        QVERIFY(ledger);
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        const Config first = *actions.now;
        (*ledger)->noteConfigVersion(writeConfig(first), "the first");
        Config second = first;
        second.routes[0].match.model = "claude-*";
        (*ledger)->noteConfigVersion(writeConfig(second), "the second");
        (*ledger)->noteConfigVersion(writeConfig(second), "the same again");
        actions.now = std::make_shared<const Config>(second);
        LedgerFeed feed((*ledger)->databasePath());
        RoutesPage page(&control, &actions, nullptr, &feed);
        page.show();
        HistoryPanel *history = page.historyPanel();
        // The ledger's thread writes when it comes to it.
        QTRY_VERIFY([&] {
            page.showSide(RoutesPage::History);
            return history->table()->model()->rowCount() == 2;
        }());
        const QAbstractItemModelTester tester(history->table()->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(history->table()->model()->index(0, 1).data().toString(), QStringLiteral("the second (in use)"));
        QTRY_VERIFY(history->diff()->shownText().contains(QStringLiteral("claude-*")));
        QVERIFY(history->diff()->added() > 0 && history->diff()->removed() > 0);
        history->table()->selectRow(1);
        // The first one only adds.
        QTRY_VERIFY(history->diff()->removed() == 0 && history->diff()->added() > 0);
        QVERIFY(history->diff()->shownText().contains(QStringLiteral("gpt-*")));
        history->takeRoutes();
        QCOMPARE(page.document()->draft().routes(), first.routes);
        QVERIFY(page.document()->isChanged());
        QVERIFY(page.reviewPanel()->summary().contains(QStringLiteral("main")));
        page.document()->undoStack()->undo();
        QVERIFY(!page.document()->isChanged());
        page.showSide(RoutesPage::History);
        history->rollBack();
        QVERIFY2(history->problem().isEmpty(), qPrintable(history->problem()));
        QCOMPARE(actions.now->routes, first.routes);
        QCOMPARE(page.document()->draft().routes(), first.routes);
    }

    void theDraftIsAsked()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith(weighted);
        RoutesPage page(&control, &actions);
        page.askPanel()->ask();
        QVERIFY(!actions.explainedDraft);
        const DraftId route = page.document()->draft().at("/routes/0");
        QVERIFY(page.document()->remove(page.document()->draft().at("/routes/0/to/fallback/1")));
        page.askPanel()->ask();
        QVERIFY(actions.explainedDraft);
        QCOMPARE(actions.explainedDraft->routes, page.document()->draft().routes());
        QVERIFY(page.document()->draft().contains(route));
    }

    void anEmptyPageLeadsToTheFirstRoute()
    {
        FakeControl control;
        FakeActions actions;
        actions.now = configWith("[]");
        RoutesPage page(&control, &actions);
        page.show();
        QPushButton *write = nullptr;
        for (QPushButton *button : page.findChildren<QPushButton *>()) {
            if (button->text() == QStringLiteral("Write a route"))
                write = button;
        }
        QVERIFY(write);
        QVERIFY(write->isVisibleTo(&page));
        write->click();
        QVERIFY(page.document()->isChanged());
        QVERIFY2(page.textEdit()->draft(), qPrintable(page.textEdit()->problem()));
        QCOMPARE(page.textEdit()->draft()->routes.at(0).id, std::string("default"));
    }

    void asking()
    {
        FakeActions actions;
        actions.explanation = quoted("{'route':'main','targets':[{'target':'a/x','reason':'75 % of route main'}],"
                                     "'notes':['left out b/y: its breaker is open']}");
        AskPanel panel(&actions);
        panel.modelField()->setText(QStringLiteral("gpt-5"));
        panel.ask();
        QTRY_VERIFY(!panel.lines().isEmpty());
        QVERIFY(actions.explained.find(quoted("'model':'gpt-5'")) != std::string::npos);
        QCOMPARE(panel.lines(), (QStringList{QStringLiteral("Route main"), QStringLiteral("1. a/x"),
                                             QStringLiteral("75 % of route main"), QStringLiteral("Left out"),
                                             QStringLiteral("left out b/y: its breaker is open")}));
        panel.setAnswer(Error{"model_not_found", "No route matches.", 404});
        QVERIFY(panel.lines().isEmpty());
    }
};

QTEST_MAIN(TestRoutesPage)
#include "tst_routes_page.moc"
