// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/node_fields.h"
#include "ui/routing/route_actions.h"
#include "ui/routing/route_document.h"
#include "ui/routing/route_tree_model.h"

#include "sample_routes.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace signalbox;

namespace {

QString cell(const QAbstractItemModel &model, const QModelIndex &parent, int row, int column)
{
    return model.index(row, column, parent).data().toString();
}

} // namespace

class TestRouteDocument final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void treeOfTheRoutes()
    {
        RouteDocument document;
        RouteTreeModel model(document);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        document.setConfig(configWith(weighted));
        QCOMPARE(model.rowCount(), 1);
        const QModelIndex route = model.index(0, 0);
        QCOMPARE(route.data().toString(), QStringLiteral("main · model gpt-*"));
        const QModelIndex fallback = model.index(0, 0, route);
        QCOMPARE(fallback.data().toString(), QStringLiteral("Fallback"));
        const QModelIndex split = model.index(0, 0, fallback);
        QCOMPARE(split.data().toString(), QStringLiteral("Weighted · shifts away above p95 3\u00a0s"));
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
        RouteDocument document;
        RouteTreeModel model(document);
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        document.setConfig(configWith(weighted));
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
        // Figures follow the node, wherever the draft puts it.
        const DraftId id = document.draft().at("/routes/0/to/fallback/0/weighted/0/to");
        QVERIFY(document.move(id, document.draft().parentOf(id), 1));
        QCOMPARE(model.indexOf(id).siblingAtColumn(RouteTreeModel::Effective).data().toString(),
                 QStringLiteral("40\u00A0%"));
        QVERIFY(document.setDisabled(id, true));
        QCOMPARE(model.indexOf(id).siblingAtColumn(RouteTreeModel::State).data().toString(), QStringLiteral("Off"));
        QVERIFY(model.indexOf(id).data().toString().contains(QStringLiteral("(off)")));
    }

    void everyEditIsOneStepOfUndo()
    {
        RouteDocument document;
        document.setConfig(configWith(weighted));
        const std::vector<RouteConfig> before = document.draft().routes();
        const DraftId split = document.draft().at("/routes/0/to/fallback/0");
        DraftId made = 0;
        QVERIFY(document.insert(split, 1, newPolicyNode(PolicyNode::Kind::Reject), &made));
        QVERIFY(document.draft().contains(made));
        QVERIFY(document.wrap(made, PolicyNode::Kind::Fit));
        QVERIFY(document.duplicate(split));
        QVERIFY(!document.insert(made, 0, newPolicyNode(PolicyNode::Kind::Reject)));
        QCOMPARE(document.why(), QStringLiteral("A reject is where a route ends"));
        QCOMPARE(document.undoStack()->count(), 3);
        QVERIFY(!document.undoStack()->undoText().isEmpty());
        QVERIFY(document.isChanged());
        // Typing in one field is one step; another field begins the next.
        DraftFields fields = document.draft().fields(split);
        for (const int seconds : {2, 4}) {
            fields.node.shift->p95Above = Millis(seconds * 1000);
            QVERIFY(document.setFields(split, fields, QStringLiteral("shift/p95Above")));
        }
        fields.node.shift->minShare = 0.5;
        QVERIFY(document.setFields(split, fields, QStringLiteral("shift/minShare")));
        QCOMPARE(document.undoStack()->count(), 5);
        while (document.undoStack()->canUndo())
            document.undoStack()->undo();
        QCOMPARE(document.draft().routes(), before);
        QVERIFY(!document.isChanged());
    }

    void fieldsOfEveryKind()
    {
        std::vector<RouteConfig> routes = configWith(weighted)->routes;
        PolicyNode when = newPolicyNode(PolicyNode::Kind::When);
        when.children.push_back(newPolicyNode(PolicyNode::Kind::Reject));
        routes[0].to.children.push_back(when);
        for (const auto kind : {PolicyNode::Kind::Cheapest, PolicyNode::Kind::Fastest, PolicyNode::Kind::Hedge,
                                PolicyNode::Kind::Fit, PolicyNode::Kind::Reject})
            routes[0].to.children.push_back(newPolicyNode(kind));
        RouteDraft draft(routes);
        const auto set = [&](const char *pointer, const char *key, const char *value) {
            const DraftId id = draft.at(pointer);
            for (const NodeField &field : fieldsOf(draft, id, {})) {
                if (field.key != QLatin1String(key))
                    continue;
                DraftFields fields = draft.fields(id);
                const QString wrong = field.set(fields, QString::fromUtf8(value));
                if (wrong.isEmpty())
                    draft.setFields(id, fields);
                return wrong;
            }
            return QStringLiteral("no field %1").arg(QLatin1String(key));
        };
        QCOMPARE(set("/routes/0", "match/tokensAbove", "1000"), QString());
        QCOMPARE(set("/routes/0", "match/header", "X-Team: blue*, x-b: ?"), QString());
        QCOMPARE(set("/routes/0", "constraints/regions", "eu, us"), QString());
        QCOMPARE(set("/routes/0", "affinity", "off"), QString());
        QCOMPARE(set("/routes/0/to", "on", "429, 5xx"), QString());
        QCOMPARE(set("/routes/0/to/fallback/0", "shift/p95Above", "800 ms"), QString());
        QCOMPARE(set("/routes/0/to/fallback/0", "shift/errorRateAbove", "12,5 %"), QString());
        QCOMPARE(set("/routes/0/to/fallback/0/weighted/1/to", "weight", "2.5"), QString());
        QCOMPARE(set("/routes/0/to/fallback/2", "when/has", "image, tools"), QString());
        QCOMPARE(set("/routes/0/to/fallback/2", "when/time", "08:00-18:00"), QString());
        QCOMPARE(set("/routes/0/to/fallback/2", "when/timeZone", "Europe/Berlin"), QString());
        QCOMPARE(set("/routes/0/to/fallback/3", "maxUsd", "0.05"), QString());
        QCOMPARE(set("/routes/0/to/fallback/3", "minQuality", "70"), QString());
        QCOMPARE(set("/routes/0/to/fallback/3", "unrated", "1"), QString());
        QCOMPARE(set("/routes/0/to/fallback/4", "metric", "4"), QString());
        QCOMPARE(set("/routes/0/to/fallback/5", "after", "800 ms"), QString());
        QCOMPARE(set("/routes/0/to/fallback/5", "max", "10"), QString());
        QCOMPARE(set("/routes/0/to/fallback/6", "truncate", "2"), QString());
        QCOMPARE(set("/routes/0/to/fallback/7", "reject/status", "451"), QString());
        QCOMPARE(set("/routes/0/to/fallback/7", "disabled", "1"), QString());
        for (const auto &[pointer, key, value] :
             {std::tuple("/routes/0", "affinity", "soon"), std::tuple("/routes/0", "match/tokensAbove", "many"),
              std::tuple("/routes/0/to/fallback/0", "shift/errorRateAbove", "101"),
              std::tuple("/routes/0/to/fallback/2", "when/time", "25:00"),
              std::tuple("/routes/0/to/fallback/2", "when/timeZone", "Mars/North"),
              std::tuple("/routes/0/to/fallback/5", "after", "p200"),
              std::tuple("/routes/0/to/fallback/7", "reject/status", "200")}) {
            const QString wrong = set(pointer, key, value);
            QVERIFY2(!wrong.isEmpty() && !wrong.startsWith(QStringLiteral("no field")), key);
        }
        const RouteConfig route = draft.routes().at(0);
        QCOMPARE(route.match.headers.at("x-team"), std::string("blue*"));
        QCOMPARE(route.constraints.regions.size(), size_t(2));
        QCOMPARE(route.affinity, Millis(0));
        QCOMPARE(route.to.on.size(), size_t(2));
        QCOMPARE(*route.to.children[0].shift->errorRateAbove, 0.125);
        QCOMPARE(route.to.children[0].weights[1], 2.5);
        QCOMPARE(route.to.children[2].condition.has.size(), size_t(2));
        QVERIFY(route.to.children[3].unratedAllowed);
        QCOMPARE(route.to.children[5].hedgeMax, 0.1);
        QCOMPARE(route.to.children[6].truncate, PolicyNode::Truncate::Oldest);
        QVERIFY(route.to.children[7].disabled);
    }

    void newNodesGoWhereTheyFit()
    {
        RouteDocument document;
        document.setConfig(configWith(weighted));
        const RouteDraft &draft = document.draft();
        const DraftId fallback = draft.at("/routes/0/to");
        QCOMPARE(placeForNew(draft, fallback).parent, fallback);
        const NewPlace behind = placeForNew(draft, draft.at("/routes/0/to/fallback/1"));
        QCOMPARE(behind.parent, fallback);
        QCOMPARE(behind.place, size_t(2));
        QCOMPARE(placeForNew(draft, draft.at("/routes/0")).parent, fallback);
        QVERIFY(!placeForNew(draft, 0).why.isEmpty());
        document.setConfig(configWith("[{'id':'s','to':{'target':'a/x'}}]"));
        QVERIFY(!placeForNew(draft, draft.at("/routes/0/to")).why.isEmpty());
    }
};

QTEST_MAIN(TestRouteDocument)
#include "tst_route_document.moc"
