// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/facts_gatherer.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

std::string wordsOf(Contents contents)
{
    const std::pair<Content, const char *> names[] = {{Content::Image, "image"},      {Content::Audio, "audio"},
                                                      {Content::Video, "video"},      {Content::Document, "document"},
                                                      {Content::Tools, "tools"},      {Content::Schema, "schema"},
                                                      {Content::Thinking, "thinking"}};
    std::string words;
    for (const auto &[content, name] : names) {
        if (contents.has(content))
            words += (words.empty() ? "" : " ") + std::string(name);
    }
    return words;
}

RoutingFacts factsOf(const HttpRequestHead &head, const std::string &body, RouteTable::Needs needs,
                     std::string &conversation, std::string_view client = "c1")
{
    return gatherFacts({head, "m1", "p1", client, "u1", sessionOf(head), body}, needs, conversation);
}

} // namespace

class TestFactsGatherer final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contentsAreSeen_data();
    void contentsAreSeen();
    void sizesAreEstimated();
    void beginningStaysOverTurns();
    void onlyWhatIsNeededIsGathered();
    void sessionComesBeforeTheBody();
    void brokenBodiesGiveNothing();
};

void TestFactsGatherer::contentsAreSeen_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("words");
    const auto row = [](const char *name, const char *body, const char *words) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(words);
    };
    row("text", R"({"messages":[{"role":"user","content":"hi"}]})", "");
    row("chat image", R"({"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"u"}}]}]})",
        "image");
    row("chat audio", R"({"messages":[{"content":[{"type":"input_audio","input_audio":{"data":"AA"}}]}]})", "audio");
    row("chat file", R"({"messages":[{"content":[{"type":"file","file":{"file_data":"AA"}}]}]})", "document");
    row("chat tools", R"({"tools":[{"type":"function","function":{"name":"f"}}],"messages":[]})", "tools");
    row("no tools", R"({"tools":[],"messages":[]})", "");
    row("tool with a parameter called image",
        R"({"tools":[{"type":"function","function":{"parameters":{"properties":{"a":{"type":"image"}}}}}]})", "tools");
    row("chat schema", R"({"response_format":{"type":"json_schema","json_schema":{}},"messages":[]})", "schema");
    row("chat JSON mode", R"({"response_format":{"type":"json_object"},"messages":[]})", "");
    row("chat effort", R"({"reasoning_effort":"high","messages":[]})", "thinking");
    row("chat no effort", R"({"reasoning_effort":"none","messages":[]})", "");
    row("responses", R"({"input":[{"role":"user","content":[{"type":"input_image"}]}],"reasoning":{"effort":"low"}})",
        "image thinking");
    row("responses schema", R"({"input":"x","text":{"format":{"type":"json_schema","schema":{}}}})", "schema");
    row("anthropic",
        R"({"messages":[{"content":[{"type":"document"},{"type":"image"}]}],"thinking":{"type":"enabled"}})",
        "image document thinking");
    row("anthropic off", R"({"messages":[],"thinking":{"type":"disabled"}})", "");
    row("anthropic schema", R"({"messages":[],"output_config":{"format":{"type":"json_schema"}}})", "schema");
    row("gemini", R"({"contents":[{"parts":[{"inlineData":{"mimeType":"video/mp4","data":"AA"}}]}]})", "video");
    row("gemini settings", R"({"contents":[],"generationConfig":{"responseJsonSchema":{},"thinkingConfig":{}}})",
        "schema thinking");
    row("ollama", R"({"messages":[{"role":"user","images":["AAAA"]}],"format":{"type":"object"},"think":true})",
        "image schema thinking");
    row("ollama off", R"({"messages":[],"format":"json","think":false})", "");
    row("in a tool's result",
        R"({"messages":[{"content":[{"type":"tool_result","content":[{"type":"image","source":{}}]}]}]})", "image");
}

void TestFactsGatherer::contentsAreSeen()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, words);
    QCOMPARE(wordsOf(readRequestShape(body.toStdString()).contents), words.toStdString());
}

void TestFactsGatherer::sizesAreEstimated()
{
    const std::string text(4000, 'x');
    const auto shape =
        readRequestShape(R"({"max_tokens":77,"messages":[{"role":"user","content":")" + text + R"("}]})");
    QVERIFY(shape.tokens() >= 1000 && shape.tokens() < 1020);
    QCOMPARE(shape.maxOutputTokens.value_or(0), 77);
    // A picture counts by what it is, not by the length of its bytes.
    const std::string bytes(1'000'000, 'A');
    const std::string picture =
        R"({"messages":[{"content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,)" + bytes +
        R"("}}]}]})";
    QVERIFY(readRequestShape(picture).tokens() < 1'100);
    QCOMPARE(
        readRequestShape(R"({"contents":[],"generationConfig":{"maxOutputTokens":5}})").maxOutputTokens.value_or(0), 5);
    QCOMPARE(readRequestShape(R"({"messages":[],"options":{"num_predict":6}})").maxOutputTokens.value_or(0), 6);
}

void TestFactsGatherer::beginningStaysOverTurns()
{
    const auto of = [](const std::string &system, const std::string &messages) {
        return readRequestShape(R"({"system":")" + system + R"(","messages":[)" + messages + "]}").beginning;
    };
    const std::string first = R"({"role":"user","content":[{"type":"text","text":"a"}]})";
    const std::string marked =
        R"({"role":"user","content":[{"type":"text","text":"a","cache_control":{"type":"ephemeral"}}]})";
    const std::string more = R"(,{"role":"assistant","content":"b"},{"role":"user","content":"c"})";
    QVERIFY(of("s", first) != 0);
    QCOMPARE(of("s", first + more), of("s", first));
    QCOMPARE(of("s", marked), of("s", first)); // the mark wanders to the newest turn
    QVERIFY(of("t", first) != of("s", first));
    QVERIFY(of("s", R"({"role":"user","content":"z"})") != of("s", first));
    QCOMPARE(readRequestShape(R"({"model":"m"})").beginning, uint64_t{0});
}

void TestFactsGatherer::onlyWhatIsNeededIsGathered()
{
    HttpRequestHead head;
    head.headers.add("x-signalbox-tag", "a, b");
    const std::string body = R"({"tools":[{"name":"f"}],"messages":[{"role":"user","content":"x"}]})";
    std::string conversation;
    const RoutingFacts none = factsOf(head, body, {}, conversation);
    QCOMPARE(none.tags, std::string_view("a, b"));
    QVERIFY(!none.header && !none.inputTokens && none.contents.bits == 0 && none.conversation.empty());
    RouteTable::Needs needs;
    needs.contents = needs.header = needs.conversation = true;
    const RoutingFacts all = factsOf(head, body, needs, conversation);
    QVERIFY(all.contents.has(Content::Tools));
    QCOMPARE(all.header("x-signalbox-tag"), std::string_view("a, b"));
    QVERIFY(!all.conversation.empty());
    std::string others;
    QVERIFY(factsOf(head, body, needs, others, "c2").conversation != all.conversation);
}

void TestFactsGatherer::sessionComesBeforeTheBody()
{
    RouteTable::Needs needs;
    needs.conversation = true;
    HttpRequestHead head;
    head.headers.add("x-claude-code-session-id", "s1");
    std::string conversation;
    QCOMPARE(factsOf(head, "not even JSON", needs, conversation).conversation, std::string_view("c1/session/s1"));
    HttpRequestHead plain;
    std::string keyed;
    QCOMPARE(factsOf(plain, R"({"prompt_cache_key":"k","input":"x"})", needs, keyed).conversation,
             std::string_view("c1/key/k"));
}

void TestFactsGatherer::brokenBodiesGiveNothing()
{
    for (const char *body : {"", "{", "[]", "nothing", R"({"messages":)", R"({"messages":[{"content":)", "\xff\xfe"})
        QCOMPARE(readRequestShape(body).maxOutputTokens.has_value(), false);
    std::string deep = R"({"messages":)";
    deep += std::string(5'000, '[') + std::string(5'000, ']') + "}";
    QCOMPARE(readRequestShape(deep).mediaItems, 0);
}

QTEST_APPLESS_MAIN(TestFactsGatherer)
#include "tst_facts_gatherer.moc"
