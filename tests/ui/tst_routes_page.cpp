// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/ask_panel.h"
#include "ui/routing/route_text_edit.h"
#include "ui/routing/route_tree_model.h"
#include "ui/routing/routes_page.h"

#include "core/config/config_reader.h"
#include "fake_pages.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"

#include <QtGui/QTextBlock>
#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTreeView>

#include <algorithm>

using namespace signalbox;

namespace {

// Texts in single quotes: moc loses count of the braces in raw strings.
std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

ConfigPtr configWith(const std::string &routes)
{
    const auto config = readConfig(
        quoted("{'version':1,'providers':[{'id':'a','dialect':'openai-chat','baseUrl':'http://127.0.0.1:1/v1'},"
               "{'id':'b','dialect':'openai-chat','baseUrl':'http://127.0.0.1:2/v1'}],'routes':" +
               routes + "}"));
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return std::make_shared<const Config>(*config);
}

const std::string weighted = "[{'id':'main','match':{'model':'gpt-*'},'to':{'fallback':[{'weighted':["
                             "{'weight':3,'to':{'target':'a/x'}},{'weight':1,'to':{'target':'b/y'}}],"
                             "'shift':{'p95Above':'3s'}},{'target':'b/z'}]}}]";

QString cell(const QAbstractItemModel &model, const QModelIndex &parent, int row, int column)
{
    return model.index(row, column, parent).data().toString();
}

} // namespace

class TestRoutesPage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void treeOfTheRoutes()
    {
        RouteTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setConfig(configWith(weighted));
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex route = model.index(0, 0);
        QCOMPARE(route.data().toString(), QStringLiteral("main · model gpt-*"));
        const QModelIndex fallback = model.index(0, 0, route);
        QCOMPARE(fallback.data().toString(), QStringLiteral("Fallback"));
        const QModelIndex split = model.index(0, 0, fallback);
        QCOMPARE(split.data().toString(), QStringLiteral("Weighted · shifts away above p95 3s"));
        QCOMPARE(model.rowCount(split), 2);
        QCOMPARE(cell(model, split, 0, RouteTreeModel::Node), QStringLiteral("a/x"));
        QCOMPARE(cell(model, split, 0, RouteTreeModel::Configured), QStringLiteral("75\u00A0%"));
        QCOMPARE(model.index(1, 0, split).data(RouteTreeModel::PointerRole).toString(),
                 QStringLiteral("/routes/0/to/fallback/0/weighted/1/to"));
        QCOMPARE(model.index(1, 0, fallback).data(RouteTreeModel::PointerRole).toString(),
                 QStringLiteral("/routes/0/to/fallback/1"));
    }

    void figuresOfTheSnapshot()
    {
        RouteTreeModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setConfig(configWith(weighted));
        GatewaySnapshot snapshot;
        snapshot.atNs = 1'000'000'000;
        snapshot.weights.push_back({"/routes/0/to/fallback/0/weighted/0", "a/x", 0.75, 0.4});
        HealthBook::TargetRow held{"b", "z", {Block::CoolDown, 9'000'000'000}, {}};
        held.figures.attempts = 10;
        held.figures.errorRate = 0.25;
        held.figures.ttftP95Ms = 1840;
        snapshot.targets.push_back(held);
        snapshot.targets.push_back({"b", "y", {}, {}});
        QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);
        QSignalSpy reset(&model, &QAbstractItemModel::modelReset);
        model.setSnapshot(snapshot);
        QVERIFY(changed.count() > 0);
        QCOMPARE(reset.count(), 0);
        const QModelIndex fallback = model.index(0, 0, model.index(0, 0));
        const QModelIndex split = model.index(0, 0, fallback);
        QCOMPARE(cell(model, split, 0, RouteTreeModel::Effective), QStringLiteral("40\u00A0%"));
        QCOMPARE(cell(model, split, 1, RouteTreeModel::Effective), QString());
        QCOMPARE(cell(model, fallback, 1, RouteTreeModel::FirstToken), QStringLiteral("1.84"));
        QCOMPARE(cell(model, fallback, 1, RouteTreeModel::Errors), QStringLiteral("25.0\u00A0%"));
        const QModelIndex state = model.index(1, RouteTreeModel::State, fallback);
        QVERIFY2(state.data().toString().startsWith(QStringLiteral("Held 8")), qPrintable(state.data().toString()));
        QCOMPARE(state.data(SignalRole).toInt(), int(Signal::Held));
        const QModelIndex unknown = model.index(1, RouteTreeModel::State, split);
        QCOMPARE(unknown.data().toString(), QStringLiteral("Not asked lately"));
        QCOMPARE(unknown.data(SignalRole).toInt(), int(Signal::Off));
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
