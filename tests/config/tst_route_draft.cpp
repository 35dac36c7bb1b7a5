// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/route_draft.h"
#include "core/config/route_text.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtTest/QTest>

#include <algorithm>
#include <random>

using namespace signalbox;

namespace {

std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

std::vector<RouteConfig> routesOf(const std::string &routes)
{
    const auto config = readConfig(quoted("{'version':1,'providers':[{'id':'a','dialect':'openai-chat','baseUrl':"
                                          "'http://127.0.0.1:1/v1'}],'routes':" +
                                          routes + "}"));
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return config->routes;
}

std::string textOf(const std::vector<RouteConfig> &routes)
{
    Config config;
    config.routes = routes;
    return routesText(config);
}

std::vector<DraftId> allIds(const RouteDraft &draft, DraftId from = 0)
{
    std::vector<DraftId> ids;
    for (const DraftId child : draft.children(from)) {
        ids.push_back(child);
        const std::vector<DraftId> below = allIds(draft, child);
        ids.insert(ids.end(), below.begin(), below.end());
    }
    return ids;
}

// One operation of any kind at any place; empty: it was refused.
DraftEdit randomEdit(RouteDraft &draft, std::mt19937 &dice)
{
    const std::vector<DraftId> ids = allIds(draft);
    const auto any = [&] { return ids.empty() ? DraftId(0) : ids[dice() % ids.size()]; };
    const auto kind = [&] { return PolicyNode::Kind(dice() % 9); };
    Result<DraftEdit> edit = DraftEdit();
    switch (dice() % 9) {
    case 0:
        edit = draft.insert(any(), dice() % 4, newPolicyNode(kind()), double(dice() % 5));
        break;
    case 1: {
        RouteConfig route;
        route.id = "new";
        route.to.provider = "a";
        route.to.model = "*";
        edit = draft.insertRoute(dice() % 3, route);
        break;
    }
    case 2:
        edit = draft.remove(any());
        break;
    case 3: {
        const DraftId id = any();
        edit = draft.move(id, draft.contains(id) && draft.isRoute(id) ? 0 : any(), dice() % 4);
        break;
    }
    case 4:
        edit = draft.wrap(any(), kind());
        break;
    case 5:
        edit = draft.unwrap(any());
        break;
    case 6:
        edit = draft.duplicate(any());
        break;
    case 7:
        edit = draft.setKind(any(), kind());
        break;
    default: {
        const DraftId id = any();
        if (!draft.contains(id))
            return {};
        DraftFields fields = draft.fields(id);
        fields.node.disabled = !fields.node.disabled;
        fields.weight = double(dice() % 7);
        edit = draft.setFields(id, fields);
    }
    }
    return edit ? *edit : DraftEdit();
}

const std::string sample =
    "[{'id':'r','match':{'model':'gpt-*'},'to':{'fallback':[{'weighted':[{'weight':3,'to':{'target':'a/x'}},"
    "{'weight':1,'to':{'target':'a/y'}}]},{'when':{'has':['image']},'then':{'target':'a/v'},'else':{'target':'a/w'}}]"
    "}},{'id':'s','to':{'target':'a/*'}}]";

} // namespace

class TestRouteDraft final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Every config that the tests have becomes a draft and comes back as it was.
    void configsComeBack_data()
    {
        QTest::addColumn<QString>("path");
        const QDir folder(QStringLiteral(SIGNALBOX_TEST_DATA));
        for (const QString &name : folder.entryList({QStringLiteral("*.json")}))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }

    void configsComeBack()
    {
        QFETCH(QString, path);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto config = readConfig(file.readAll().toStdString());
        if (!config)
            QSKIP("not a config that is valid");
        const RouteDraft draft(config->routes);
        QCOMPARE(draft.routes(), config->routes);
        for (const DraftId id : allIds(draft)) {
            QCOMPARE(draft.at(draft.pointer(id)), id);
            QCOMPARE(draft.at(draft.pointer(id) + "/nothing/there"), id);
        }
        // What is copied is what is pasted.
        for (const DraftId id : allIds(draft)) {
            const auto pasted = readPastedRoutes(*config, draft.json(id));
            QVERIFY2(pasted, pasted ? "" : (draft.json(id) + pasted.error().message).c_str());
            if (draft.isRoute(id))
                QCOMPARE(pasted->routes.front(), draft.route(id));
            else
                QCOMPARE(*pasted->node, draft.node(id));
        }
    }

    void randomEditsAreTakenBack_data()
    {
        QTest::addColumn<unsigned>("seed");
        for (unsigned seed = 1; seed <= 12; ++seed)
            QTest::newRow(qPrintable(QString::number(seed))) << seed;
    }

    void randomEditsAreTakenBack()
    {
        QFETCH(unsigned, seed);
        std::mt19937 dice(seed);
        RouteDraft draft(routesOf(sample));
        std::vector<DraftEdit> edits;
        std::vector<std::string> texts{textOf(draft.routes())};
        std::vector<std::vector<DraftId>> ids{allIds(draft)};
        for (int i = 0; i < 80; ++i) {
            const std::vector<DraftId> before = allIds(draft);
            DraftEdit edit = randomEdit(draft, dice);
            if (edit.empty()) {
                QCOMPARE(textOf(draft.routes()), texts.back()); // refused: nothing changed
                QCOMPARE(allIds(draft), before);
                continue;
            }
            edits.push_back(std::move(edit));
            texts.push_back(textOf(draft.routes()));
            ids.push_back(allIds(draft));
        }
        QVERIFY(edits.size() > 15);
        for (int round = 0; round < 2; ++round) {
            for (size_t i = edits.size(); i-- > 0;) {
                draft.revert(edits[i]);
                QCOMPARE(textOf(draft.routes()), texts[i]);
                QCOMPARE(allIds(draft), ids[i]); // undo gives back the same ids
            }
            for (size_t i = 0; i < edits.size(); ++i) {
                draft.repeat(edits[i]);
                QCOMPARE(textOf(draft.routes()), texts[i + 1]);
                QCOMPARE(allIds(draft), ids[i + 1]);
            }
        }
    }

    // What somebody writes by hand arrives, and what is the same keeps its ids.
    void textBecomesTheDraft()
    {
        std::mt19937 dice(7);
        for (int round = 0; round < 60; ++round) {
            RouteDraft other(routesOf(sample));
            for (int i = 0; i < 12; ++i)
                randomEdit(other, dice);
            RouteDraft draft(routesOf(sample));
            const DraftEdit edit = draft.become(other.routes());
            QCOMPARE(draft.routes(), other.routes());
            draft.revert(edit);
            QCOMPARE(draft.routes(), routesOf(sample));
            QVERIFY(draft.become(draft.routes()).empty());
        }
        RouteDraft draft(routesOf(sample));
        const std::vector<DraftId> before = allIds(draft);
        std::vector<RouteConfig> changed = draft.routes();
        changed.front().to.children.front().children.front().model = "other";
        std::swap(changed[0], changed[1]);
        draft.become(changed);
        std::vector<DraftId> after = allIds(draft);
        QVERIFY(std::is_permutation(before.begin(), before.end(), after.begin(), after.end()));
    }

    void elseDoesNotBecomeThen()
    {
        RouteDraft draft(routesOf(sample));
        const DraftId then = draft.at("/routes/0/to/fallback/1/then");
        QCOMPARE(draft.fields(then).node.model, std::string("v"));
        QVERIFY(draft.remove(then));
        QCOMPARE(draft.fields(draft.at("/routes/0/to/fallback/1/then")).node.kind, PolicyNode::Kind::Reject);
        QCOMPARE(draft.fields(draft.at("/routes/0/to/fallback/1/else")).node.model, std::string("w"));
    }

    void refusalsSayWhy()
    {
        RouteDraft draft(routesOf(sample));
        const DraftId fallback = draft.at("/routes/0/to");
        const DraftId split = draft.at("/routes/0/to/fallback/0");
        const auto intoItself = draft.move(fallback, split, 0);
        QVERIFY(!intoItself);
        QCOMPARE(intoItself.error().message, std::string("a node cannot be put into itself"));
        QVERIFY(!draft.insert(draft.at("/routes/1"), 0, newPolicyNode(PolicyNode::Kind::Reject)));
        QVERIFY(!draft.insert(draft.at("/routes/1/to"), 0, newPolicyNode(PolicyNode::Kind::Reject)));
        QVERIFY(!draft.insert(draft.at("/routes/0/to/fallback/1"), 0, newPolicyNode(PolicyNode::Kind::Reject)));
        QVERIFY(!draft.unwrap(fallback)); // two nodes, and a route leads to one
        QVERIFY(!draft.setKind(fallback, PolicyNode::Kind::Target));
        QVERIFY(!draft.wrap(fallback, PolicyNode::Kind::Target));
        QCOMPARE(draft.routes(), routesOf(sample));
    }

    void whatIsOffIsWrittenAndRead()
    {
        RouteDraft draft(routesOf(sample));
        const DraftId id = draft.at("/routes/0/to/fallback/0");
        DraftFields fields = draft.fields(id);
        fields.node.disabled = true;
        QVERIFY(draft.setFields(id, fields));
        const std::string text = textOf(draft.routes());
        QVERIFY2(text.find("\"disabled\": true") != std::string::npos, text.c_str());
        QCOMPARE(routesOf(text), draft.routes());
    }
};

QTEST_APPLESS_MAIN(TestRouteDraft)
#include "tst_route_draft.moc"
