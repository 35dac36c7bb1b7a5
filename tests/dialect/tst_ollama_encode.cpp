// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/ollama_builder.h"

using namespace signalbox;

namespace {

MediaPart media(MediaPart::Kind kind, std::string_view type, std::string_view data, std::string_view url = {})
{
    MediaPart part;
    part.kind = kind;
    part.source.mimeType = type;
    part.source.data = data;
    part.source.url = url;
    return part;
}

ToolCallPart call(std::string_view id, std::string_view name, std::string_view arguments)
{
    ToolCallPart part;
    part.id = id;
    part.name = name;
    part.arguments = arguments;
    return part;
}

} // namespace

class TestOllamaEncode final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void roles();
    void textsAreJoined();
    void media_data();
    void media();
    void thinking_data();
    void thinking();
    void toolCalls();
    void toolResults();
    void otherParts();
    void billingTextIsDropped();
    void emptyMessagesAreLeftOut();
    void tools();
};

void TestOllamaEncode::roles()
{
    Builder builder;
    builder.message(Role::System).parts.push_back({TextPart{"one"}});
    builder.message(Role::Developer).parts.push_back({TextPart{"two"}});
    builder.conversation.messages.back().origin = builder.place("a");
    builder.user("three");
    builder.message(Role::Assistant).parts.push_back({TextPart{"four"}});
    builder.conversation.messages.back().name = "Ann";
    builder.conversation.messages.back().origin = builder.place("b");
    builder.encode();
    QCOMPARE(builder.at("/messages"),
             QByteArray(R"([{"role":"system","content":"one"},{"role":"system","content":"two"},)"
                        R"({"role":"user","content":"three"},{"role":"assistant","content":"four"}])"));
    QCOMPARE(builder.lost(), QByteArrayList({"renamed /a", "dropped /b"}));
}

void TestOllamaEncode::textsAreJoined()
{
    Builder builder;
    Message &user = builder.message(Role::User);
    user.parts.push_back({TextPart{"a\"b"}});
    user.parts.push_back({TextPart{"c"}, builder.place("a"), CacheBreakpoint{"5m", builder.place("b")}});
    Message &assistant = builder.message(Role::Assistant);
    Citation citation;
    citation.url = "u";
    citation.origin = builder.place("c");
    assistant.parts.push_back({TextPart{"It is ", {citation}}});
    assistant.parts.push_back({TextPart{"so."}});
    builder.encode();
    QCOMPARE(builder.at("/messages/0/content"), QByteArray("\"a\\\"b\\nc\""));
    QCOMPARE(builder.at("/messages/1/content"), QByteArray(R"("It is so.")"));
    QCOMPARE(builder.lost(), QByteArrayList({"dropped /b", "dropped /c"}));
}

void TestOllamaEncode::media_data()
{
    using Kind = MediaPart::Kind;
    QTest::addColumn<int>("kind");
    QTest::addColumn<QByteArray>("type");
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("plain");
    QTest::addColumn<QByteArray>("message"); // without role
    QTest::addColumn<QByteArray>("lost");
    const auto row = [](const char *name, Kind kind, const char *type, const char *data, const char *url,
                        const char *plain, const char *message, const char *lost) {
        QTest::newRow(name) << int(kind) << QByteArray(type) << QByteArray(data) << QByteArray(url) << QByteArray(plain)
                            << QByteArray(message) << QByteArray(lost);
    };
    row("image", Kind::Image, "image/png", "AAAA", "", "", R"("content":"see","images":["AAAA"])", "");
    row("image by URL", Kind::Image, "", "", "https://x/y.png", "", R"("content":"see")", "dropped /a");
    row("image by file", Kind::Image, "", "", "", "", R"("content":"see")", "dropped /a");
    row("audio", Kind::Audio, "audio/wav", "AAAA", "", "", R"("content":"see")", "dropped /a");
    row("video", Kind::Video, "video/mp4", "AAAA", "", "", R"("content":"see")", "dropped /a");
    row("pdf", Kind::Document, "application/pdf", "AAAA", "", "", R"("content":"see")", "dropped /a");
    row("document by URL", Kind::Document, "text/plain", "", "https://x/y", "", R"("content":"see")", "dropped /a");
    row("text as bytes", Kind::Document, "text/plain", "aMOp", "", "", R"("content":"see\nhé")", "approximated /a");
    row("text as text", Kind::Document, "text/plain", "", "", "hello", R"("content":"see\nhello")", "approximated /a");
    row("not UTF-8", Kind::Document, "text/plain", "/////w==", "", "", R"("content":"see")", "dropped /a");
    row("not base64", Kind::Document, "text/plain", "a?b!", "", "", R"("content":"see")", "dropped /a");
}

void TestOllamaEncode::media()
{
    QFETCH(int, kind);
    QFETCH(QByteArray, type);
    QFETCH(QByteArray, data);
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, plain);
    QFETCH(QByteArray, message);
    QFETCH(QByteArray, lost);
    const std::string texts[] = {type.toStdString(), data.toStdString(), url.toStdString(), plain.toStdString()};
    Builder builder;
    builder.user("see");
    MediaPart part = ::media(static_cast<MediaPart::Kind>(kind), texts[0], texts[1], texts[2]);
    part.plainText = texts[3];
    builder.conversation.messages[0].parts.push_back({part, builder.place("a")});
    builder.encode();
    QCOMPARE(builder.at("/messages/0"), "{\"role\":\"user\"," + message + "}");
    QCOMPARE(builder.lost().join(','), lost);
}

void TestOllamaEncode::thinking_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("signature");
    QTest::addColumn<QByteArray>("summary");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("lost");
    const auto row = [](const char *name, const char *text, const char *signature, const char *summary,
                        const char *sent, const char *lost) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(signature) << QByteArray(summary) << QByteArray(sent)
                            << QByteArray(lost);
    };
    row("plain", "hm", "", "", R"("hm")", "");
    row("signed", "hm", "sig", "", R"("hm")", "approximated /a");
    row("redacted", "", "blob", "", "missing", "dropped /a");
    row("summary", "", "", "short", R"("short")", "approximated /a");
    row("summary, encrypted", "", "blob", "short", R"("short")", "approximated /a");
    row("nothing", "", "", "", "missing", "dropped /a");
}

void TestOllamaEncode::thinking()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, signature);
    QFETCH(QByteArray, summary);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, lost);
    const std::string texts[] = {text.toStdString(), signature.toStdString(), summary.toStdString()};
    Builder builder;
    ThinkingPart part;
    part.text = texts[0];
    part.signature = texts[1];
    if (!texts[2].empty())
        part.summary.emplace_back(texts[2]);
    Message &message = builder.message(Role::Assistant);
    message.parts.push_back({part, builder.place("a")});
    message.parts.push_back({TextPart{"x"}});
    builder.encode();
    QCOMPARE(builder.at("/messages/0/thinking"), sent);
    QCOMPARE(builder.at("/messages/0/content"), QByteArray(R"("x")"));
    QCOMPARE(builder.lost().join(','), lost);
}

void TestOllamaEncode::toolCalls()
{
    Builder builder;
    Message &message = builder.message(Role::Assistant);
    message.parts.push_back({call("c1", "f", R"({"z":1, "a":2})"), builder.place("a")});
    message.parts.push_back({call("", "g", ""), builder.place("b")});
    message.parts.push_back({call("c3", "h", "not json"), builder.place("c")});
    ToolCallPart custom = call("c4", "patch", "{}");
    custom.custom = true;
    message.parts.push_back({custom, builder.place("d")});
    ToolCallPart signedCall = call("c5", "i", "{}");
    signedCall.signature = "sig";
    signedCall.nameSpace = "space";
    message.parts.push_back({signedCall, builder.place("e")});
    builder.encode();
    QCOMPARE(builder.at("/messages/0"),
             QByteArray(R"({"role":"assistant","content":"","tool_calls":[)"
                        R"({"id":"c1","function":{"index":0,"name":"f","arguments":{"z":1,"a":2}}},)"
                        R"({"function":{"index":1,"name":"g","arguments":{}}},)"
                        R"({"id":"c3","function":{"index":2,"name":"h","arguments":{"input":"not json"}}},)"
                        R"({"id":"c4","function":{"index":3,"name":"patch","arguments":{"input":"{}"}}},)"
                        R"({"id":"c5","function":{"index":4,"name":"i","arguments":{}}}]})"));
    QCOMPARE(builder.lost(), QByteArrayList({"approximated /c", "approximated /d", "approximated /e", "dropped /e"}));
}

// Results stand behind their calls, their images behind all of them, and what the user said in between after that.
void TestOllamaEncode::toolResults()
{
    Builder builder;
    Message &assistant = builder.message(Role::Assistant);
    assistant.parts.push_back({call("c1", "f", "{}")});
    assistant.parts.push_back({call("c2", "g", "{}")});
    ToolResultPart image;
    image.callId = "c1";
    image.content.push_back({TextPart{"seen"}});
    image.content.push_back({::media(MediaPart::Kind::Image, "image/png", "AAAA"), builder.place("a")});
    builder.message(Role::User).parts.push_back({image, builder.place("b")});
    ToolResultPart failed;
    failed.callId = "c2";
    failed.name = "own name";
    failed.isError = true;
    failed.content.push_back({TextPart{"no such file"}});
    Message &second = builder.message(Role::User);
    second.parts.push_back({TextPart{"and now?"}});
    second.parts.push_back({failed, builder.place("c")});
    builder.encode();
    QCOMPARE(builder.at("/messages/1"),
             QByteArray(R"({"role":"tool","content":"seen","tool_name":"f","tool_call_id":"c1"})"));
    QCOMPARE(builder.at("/messages/2"),
             QByteArray(R"({"role":"tool","content":"The tool failed:\nno such file","tool_name":"own name",)"
                        R"("tool_call_id":"c2"})"));
    QCOMPARE(builder.at("/messages/3"),
             QByteArray(R"({"role":"user","content":"From the result of the tool:","images":["AAAA"]})"));
    QCOMPARE(builder.at("/messages/4"), QByteArray(R"({"role":"user","content":"and now?"})"));
    QCOMPARE(builder.lost(), QByteArrayList({"approximated /b", "approximated /c"}));
}

void TestOllamaEncode::otherParts()
{
    Builder builder;
    Message &message = builder.message(Role::Assistant);
    message.parts.push_back({RefusalPart{"I will not."}, builder.place("a")});
    NativePart native;
    native.type = "server_tool_use";
    message.parts.push_back({native, builder.place("b")});
    ToolResultPart inner;
    ToolResultPart outer;
    outer.callId = "c";
    outer.content.push_back({inner, builder.place("c")});
    builder.message(Role::User).parts.push_back({outer, builder.place("d")});
    builder.encode();
    QCOMPARE(builder.at("/messages"), QByteArray(R"([{"role":"assistant","content":"I will not."},)"
                                                 R"({"role":"tool","content":"","tool_call_id":"c"}])"));
    QCOMPARE(builder.lost(), QByteArrayList({"approximated /a", "dropped /b", "dropped /c"}));
}

void TestOllamaEncode::billingTextIsDropped()
{
    Builder builder;
    Message &system = builder.message(Role::System);
    system.parts.push_back({TextPart{"x-anthropic-billing-header: cc_version=2"}, builder.place("a")});
    system.parts.push_back({TextPart{"You are Claude Code."}, builder.place("b")});
    builder.user("x-anthropic-billing-header: is mine to say");
    builder.encode();
    QCOMPARE(builder.at("/messages/0/content"), QByteArray(R"("You are Claude Code.")"));
    QCOMPARE(builder.at("/messages/1/content"), QByteArray(R"("x-anthropic-billing-header: is mine to say")"));
    QCOMPARE(builder.lost(), QByteArrayList({"dropped /a"}));
}

void TestOllamaEncode::emptyMessagesAreLeftOut()
{
    Builder builder;
    builder.message(Role::System);
    builder.user("");
    builder.user("x");
    builder.encode();
    QCOMPARE(builder.at("/messages"), QByteArray(R"([{"role":"user","content":"x"}])"));
    QCOMPARE(builder.lost(), QByteArrayList());
}

void TestOllamaEncode::tools()
{
    Builder builder;
    builder.user("x");
    Tool function;
    function.name = "f";
    function.description = "does";
    function.schema = builder.place("schema");
    function.strict = {true, builder.place("a")};
    function.deferLoading = {false, builder.place("b")};
    function.cache = CacheBreakpoint{"", builder.place("c")};
    Tool bare;
    bare.name = "g";
    Tool custom;
    custom.kind = Tool::Kind::Custom;
    custom.name = "patch";
    custom.origin = builder.place("d");
    custom.format = builder.place("e");
    Tool native;
    native.kind = Tool::Kind::Native;
    native.origin = builder.place("f");
    builder.conversation.tools = {function, bare, custom, native};
    builder.encode();
    QCOMPARE(builder.at("/tools"),
             QByteArray(
                 R"([{"type":"function","function":{"name":"f","description":"does",)"
                 R"("parameters":{"type":"object","properties":{"z":{},"a":{"type":"string"}}}}},)"
                 R"({"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}},)"
                 R"({"type":"function","function":{"name":"patch",)"
                 R"("parameters":{"type":"object","properties":{"input":{"type":"string"}},"required":["input"]}}}])"));
    QCOMPARE(builder.lost(), QByteArrayList({"dropped /a", "dropped /c", "approximated /d", "dropped /e", "dropped /f",
                                             "approximated /schema/properties/z"}));
}

QTEST_APPLESS_MAIN(TestOllamaEncode)
#include "tst_ollama_encode.moc"
