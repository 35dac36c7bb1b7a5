// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/playground/test_case.h"
#include "core/playground/test_case_files.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <algorithm>

using namespace signalbox;

namespace {

std::string quoted(const char *text)
{
    std::string out = text;
    for (char &c : out)
        c = c == '\'' ? '"' : c;
    return out;
}

FoldedReply answer(const char *text)
{
    FoldedReply reply;
    reply.choices.resize(1);
    reply.choices[0].parts.emplace_back().text = text;
    return reply;
}

} // namespace

class TestTestCase final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatWasWritten();
    void mistakes_data();
    void mistakes();
    void checks_data();
    void checks();
    void calls();
    void filesKeepCases();
};

void TestTestCase::readsWhatWasWritten()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../fuzz/corpus/test_case/full.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const std::string text = file.readAll().toStdString();
    const auto read = readTestCase(text);
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    QCOMPARE(read->name, std::string("Full"));
    QCOMPARE(read->draft.settings.dialect, Dialect::Anthropic);
    QCOMPARE(read->draft.settings.maxTokens.value_or(0), int64_t{200});
    QVERIFY(!read->draft.settings.stream);
    QCOMPARE(read->draft.turns.size(), size_t{3});
    QCOMPARE(read->draft.turns[0].images.at(0).base64, std::string("aGk="));
    QCOMPARE(read->draft.turns[1].said(), std::string("Let me see."));
    QCOMPARE(read->draft.turns[1].calls().at(0)->name, std::string("look_up"));
    QCOMPARE(read->draft.turns[2].results.at(0).text, std::string("42"));
    QCOMPARE(read->targets.at(2), (ChatTarget{ChatTarget::Kind::Target, "box/m"}));
    QCOMPARE(read->checks.size(), size_t{6});
    const std::string written = writeTestCase(*read);
    const auto again = readTestCase(written);
    QVERIFY2(again.has_value(), again ? "" : again.error().message.c_str());
    QCOMPARE(writeTestCase(*again), written);
    QVERIFY(again->draft.settings == read->draft.settings);
    QVERIFY(again->checks == read->checks);
}

void TestTestCase::mistakes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    const auto row = [](const char *name, const char *text, const char *says) {
        QTest::newRow(name) << QByteArray::fromStdString(quoted(text)) << QByteArray(says);
    };
    row("not JSON", "{\n 'name': }", "Line 2, column");
    row("unknown key", "{'name':'a','nmae':1}", "/nmae: is not known here. Allowed: name, dialect");
    row("no name", "{'turns':[{'role':'user','text':'x'}]}", "/name: is missing");
    row("no turns", "{'name':'a'}", "/turns: must end with a turn of the user");
    row("dialect", "{'name':'a','dialect':'x','turns':[{'role':'user'}]}", "/dialect: must be openai-chat");
    row("temperature", "{'name':'a','settings':{'temperature':3},'turns':[{'role':'user'}]}",
        "/settings/temperature: must be a number from");
    row("effort", "{'name':'a','settings':{'effort':'huge'},'turns':[{'role':'user'}]}",
        "/settings/effort: must be none");
    row("tools", "{'name':'a','tools':[{}],'turns':[{'role':'user'}]}", "/tools: /0/name: is missing");
    row("role", "{'name':'a','turns':[{'role':'system'}]}", "/turns/0/role: must be user or assistant");
    row("image", "{'name':'a','turns':[{'role':'user','images':[{}]}]}", "/turns/0/images/0: needs either data");
    row("target", "{'name':'a','turns':[{'role':'user'}],'targets':['route:']}",
        "/targets/0: must be a model, route:ID");
    row("check", "{'name':'a','turns':[{'role':'user'}],'checks':[{'like':'x'}]}",
        "/checks/0/like: is not known. Allowed: contains");
    row("regex", "{'name':'a','turns':[{'role':'user'}],'checks':[{'matches':'('}]}", "is no regular expression");
    row("shape", "{'name':'a','turns':[{'role':'user'}],'checks':[{'json':{'oneOf':[]}}]}",
        "/checks/0/json/oneOf: is not understood. Allowed: type");
}

void TestTestCase::mistakes()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    const auto read = readTestCase(text.toStdString());
    QVERIFY(!read);
    QVERIFY2(read.error().message.find(says.toStdString()) != std::string::npos, read.error().message.c_str());
}

void TestTestCase::checks_data()
{
    QTest::addColumn<QByteArray>("check");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<bool>("passed");
    const auto row = [](const char *name, const char *check, const char *said, bool passed) {
        QTest::newRow(name) << QByteArray::fromStdString(quoted(check)) << QByteArray::fromStdString(quoted(said))
                            << passed;
    };
    row("contains", "{'contains':'42'}", "It is 42.", true);
    row("contains not", "{'contains':'42'}", "It is 41.", false);
    row("lacks", "{'lacks':'sorry'}", "fine", true);
    row("lacks not", "{'lacks':'sorry'}", "so sorry", false);
    row("equals", "{'equals':'yes'}", " yes\n", true);
    row("equals not", "{'equals':'yes'}", "yes.", false);
    row("matches", "{'matches':'^[0-9]+$'}", "123", true);
    row("matches not", "{'matches':'^[0-9]+$'}", "12a", false);
    row("json", "{'json':{'type':'object','required':['a']}}", "{'a':1}", true);
    row("fenced", "{'json':{'type':'object'}}", "```json\n{'a':1}\n```", true);
    row("not json", "{'json':{'type':'object'}}", "Here: {'a':1}", false);
    row("missing", "{'json':{'required':['a']}}", "{'b':1}", false);
    row("nested", "{'json':{'properties':{'a':{'items':{'type':'integer'}}}}}", "{'a':[1,'2']}", false);
    row("enum", "{'json':{'properties':{'a':{'enum':['x','y']}}}}", "{'a':'y'}", true);
    row("const", "{'json':{'const':7}}", "8", false);
}

void TestTestCase::checks()
{
    QFETCH(QByteArray, check);
    QFETCH(QByteArray, said);
    QFETCH(bool, passed);
    const auto read = readTestCase(quoted("{'name':'a','turns':[{'role':'user','text':'x'}],'checks':[") +
                                   check.toStdString() + "]}");
    QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
    const auto outcomes = runChecks(read->checks, answer(said.constData()));
    QCOMPARE(outcomes.size(), size_t{1});
    QVERIFY2(outcomes[0].passed == passed, outcomes[0].text.c_str());
    QVERIFY(!outcomes[0].text.empty());
}

void TestTestCase::calls()
{
    FoldedReply reply = answer("");
    FoldedPart call;
    call.kind = ReplyPartKind::ToolCall;
    call.name = "look_up";
    reply.choices[0].parts.push_back(call);
    AnswerCheck check;
    check.kind = AnswerCheck::Kind::Calls;
    check.text = "look_up";
    QVERIFY(runChecks({check}, reply).at(0).passed);
    check.text = "other";
    QVERIFY(!runChecks({check}, reply).at(0).passed);
}

void TestTestCase::filesKeepCases()
{
    QTemporaryDir folder;
    const TestCaseFiles files(folder.path());
    QVERIFY(files.list().empty());
    TestCase one;
    one.name = "A first / case";
    one.draft.turns.emplace_back().text = "x";
    const auto saved = files.save(one);
    QVERIFY(saved.has_value());
    one.draft.turns[0].text = "y";
    QCOMPARE(*files.save(one), *saved);
    TestCase like = one;
    like.name = "A first ? case"; // makes the same file name
    QVERIFY(*files.save(like) != *saved);
    QFile broken(folder.path() + QStringLiteral("/testcases/broken.json"));
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{");
    broken.close();
    const auto all = files.list();
    QCOMPARE(all.size(), size_t{3});
    QVERIFY(std::any_of(all.begin(), all.end(), [](const StoredCase &c) { return !c.problem.isEmpty(); }));
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const StoredCase &c) { return c.testCase.name == one.name; });
    QVERIFY(found != all.end());
    QCOMPARE(found->testCase.draft.turns.at(0).text, std::string("y"));
    QVERIFY(files.remove(found->file).has_value());
    QCOMPARE(files.list().size(), size_t{2});
    QVERIFY(files.putBack(*found).has_value());
    QCOMPARE(files.list().size(), size_t{3});
}

QTEST_GUILESS_MAIN(TestTestCase)
#include "tst_test_case.moc"
