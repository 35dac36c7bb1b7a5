// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/conversation.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

class TestConversation final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dialectNames();
    void goodBodies_data();
    void goodBodies();
    void badBodies_data();
    void badBodies();
    void depth();
    void viewsOutliveTheBody();
    void toolNames();
    void instructions();
    void untakenSettings();
    void everySettingIsVisited();
};

void TestConversation::dialectNames()
{
    for (const Dialect dialect : allDialects)
        QCOMPARE(*dialectFromName(dialectName(dialect)), dialect);
    QCOMPARE(dialectName(Dialect::OpenAiResponses), "openai-responses");
    QVERIFY(!dialectFromName("openai"));
}

void TestConversation::goodBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("again");
    const auto row = [](const char *name, const char *body, const char *again) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(again);
    };
    row("object", R"({"b":1,"a":[]})", R"({"b":1,"a":[]})");
    row("blanks around", " \r\n\t{} \r\n\t", "{}");
    row("a number", "12 ", "12");
    row("a text", R"("\u00e9\ud83d\ude00")", "\"é😀\"");
    row("large integers", "[9223372036854775807,18446744073709551615]", "[9223372036854775807,18446744073709551615]");
}

void TestConversation::goodBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, again);
    const auto source = parseSource(body.toStdString());
    QVERIFY2(source, source ? "" : source.error().message.c_str());
    QCOMPARE(QByteArray::fromStdString(json::serialize((*source)->root)), again);
}

void TestConversation::badBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("place"); // empty: none is told
    const auto row = [](const char *name, const QByteArray &body, const char *place) {
        QTest::newRow(name) << body << QByteArray(place);
    };
    row("empty", "", "line 1, column 1:");
    row("blank", "  ", "line 1, column 3:");
    row("no value", R"({"a":})", "line 1, column 6:");
    row("second line", "{\n  \"a\": tru\n}", "line 2, column 8:");
    row("after CRLF", "{\r\n\"a\":x}", "line 2, column 5:");
    row("cut off", R"({"a":[1,2)", "line 1, column 10:");
    row("cut off in a text", R"({"a":"b)", "line 1, column 8:");
    row("trailing comma", R"({"a":1,})", "line 1, column 8:");
    row("comment",
        "{/"
        "*x*/}",
        "line 1, column 2:");
    row("byte order mark", "\xEF\xBB\xBF{}", "line 1, column 1:");
    row("more behind it", "{} {}", "");
    row("a letter behind it", "{}x", "");
    row("not UTF-8", "\"\xff\"", "line 1, column 2:");
    row("half a surrogate", R"("\ud83d")", "line 1, column ");
    row("raw control character", "\"a\nb\"", "line 1, column 3:");
}

void TestConversation::badBodies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, place);
    const auto source = parseSource(std::string_view(body.constData(), static_cast<size_t>(body.size())));
    QVERIFY(!source);
    QCOMPARE(source.error().code, std::string("json_invalid"));
    QCOMPARE(source.error().httpStatus, 400);
    QVERIFY2(QByteArray::fromStdString(source.error().message).contains(place), source.error().message.c_str());
}

void TestConversation::depth()
{
    const auto nested = [](size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
    QVERIFY(parseSource(nested(128)));
    QVERIFY(!parseSource(nested(129)));
    QVERIFY(!parseSource(nested(1'000'000)));
}

void TestConversation::viewsOutliveTheBody()
{
    Conversation conversation;
    {
        std::string body = R"({"model":"a model whose name is long enough to live on the heap"})";
        auto source = parseSource(body);
        QVERIFY(source);
        conversation.source = *source;
        conversation.model = (*source)->root.at("model").as_string();
        body.assign(body.size(), 'x');
    }
    const Conversation copy = conversation;
    conversation = {};
    QCOMPARE(copy.model, std::string_view("a model whose name is long enough to live on the heap"));
}

void TestConversation::toolNames()
{
    Conversation conversation;
    for (const auto &[id, name] : {std::pair("1", "first"), std::pair("2", "second"), std::pair("1", "again")}) {
        ToolCallPart call;
        call.id = id;
        call.name = name;
        Message message{Role::Assistant, {}, nullptr};
        message.parts.push_back({TextPart{"x"}});
        message.parts.push_back({call});
        conversation.messages.push_back(std::move(message));
    }
    QCOMPARE(conversation.toolNameOf("2"), std::string_view("second"));
    QCOMPARE(conversation.toolNameOf("1"), std::string_view("again")); // ids are used again by some clients
    QCOMPARE(conversation.toolNameOf("3"), std::string_view());
}

void TestConversation::instructions()
{
    Conversation conversation;
    QCOMPARE(conversation.leadingInstructions(), size_t(0));
    for (const Role role : {Role::System, Role::Developer, Role::User, Role::System})
        conversation.messages.push_back({role, {}, nullptr});
    QCOMPARE(conversation.leadingInstructions(), size_t(2));
    conversation.messages.erase(conversation.messages.begin() + 2);
    QCOMPARE(conversation.leadingInstructions(), size_t(3));
}

void TestConversation::untakenSettings()
{
    const json::value root = json::parse(R"({"temperature":1,"top_p":0.5,"seed":3})");
    Settings settings;
    settings.temperature = {1.0, &root.at("temperature")};
    settings.topP = {0.5, &root.at("top_p")};
    settings.seed = {3, &root.at("seed")};
    LossReport losses;
    SettingsTaker taker(settings, losses);
    QCOMPARE(*taker.take(&Settings::topP), 0.5);
    QVERIFY(!taker.take(&Settings::topK));
    QCOMPARE(taker.originOf(&Settings::seed), &root.at("seed"));
    taker.report("no such thing");
    const std::vector<LossEntry> expected = {{"/temperature", LossKind::Dropped, "no such thing", false},
                                             {"/seed", LossKind::Dropped, "no such thing", false}};
    QCOMPARE(losses.resolve(root, false), expected);
}

// A setting that forEach forgets would be lost in silence.
void TestConversation::everySettingIsVisited()
{
    Settings settings;
    size_t bytes = 0;
    settings.forEach([&](const auto &setting) { bytes += sizeof(setting); });
    QCOMPARE(bytes + sizeof(settings.native), sizeof(Settings)); // takeNative() and report() look at those
}

QTEST_APPLESS_MAIN(TestConversation)
#include "tst_conversation.moc"
