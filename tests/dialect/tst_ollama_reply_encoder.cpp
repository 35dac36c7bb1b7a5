// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

const QByteArray head = R"({"model":"m","created_at":"2025-11-22T16:00:00.000000000Z",)";

PartStart startOf(int part, ReplyPartKind kind, std::string_view id = {}, std::string_view name = {})
{
    PartStart start;
    start.part = part;
    start.kind = kind;
    start.id = id;
    start.name = name;
    return start;
}

PartDelta textOf(int part, std::string_view text)
{
    PartDelta delta;
    delta.part = part;
    delta.text = text;
    return delta;
}

UsageReport usage()
{
    UsageReport report;
    report.usage.input = 8;
    report.usage.cachedInput = 4;
    report.usage.output = 5;
    return report;
}

// Streams and folds the same events.
class Reply
{
public:
    explicit Reply(std::string_view path = "/api/chat")
    {
        m_options.model = "m";
        m_options.requestId = "0193f1c2";
        m_options.nowSeconds = 1763827200;
        m_options.path = path;
        m_options.elapsedNs = [this] { return m_elapsed += 100; };
        m_encoder = ollama::codec().replyEncoder(m_options);
    }
    Reply &operator<<(const ReplyEvent &event)
    {
        m_encoder->take(event, m_out);
        m_folder.take(event);
        return *this;
    }
    QByteArray taken() { return QByteArray::fromStdString(std::exchange(m_out, {})); }
    QByteArray end()
    {
        m_encoder->end(m_out);
        return taken();
    }
    QByteArray ping()
    {
        m_encoder->ping(m_out);
        return taken();
    }
    QByteArray whole()
    {
        m_options.elapsedNs = {};
        return QByteArray::fromStdString(ollama::codec().encodeReply(m_folder.reply(), m_options));
    }

private:
    ReplyOptions m_options;
    int64_t m_elapsed = 0;
    std::unique_ptr<ReplyEncoder> m_encoder;
    ReplyFolder m_folder;
    std::string m_out;
};

} // namespace

class TestOllamaReplyEncoder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void text();
    void thinking();
    void parallelToolCalls();
    void madeIds();
    void generate();
    void otherParts();
    void logprobs();
    void reasons_data();
    void reasons();
    void lateUsage();
    void failure();
    void pings();
    void otherChoices();
    void unendedParts();
    void providersModel();
    void everyLineIsValid();
};

void TestOllamaReplyEncoder::text()
{
    Reply reply;
    reply << MessageStart{} << startOf(0, ReplyPartKind::Text);
    QCOMPARE(reply.taken(), QByteArray());
    reply << textOf(0, "Grüße \"😀\"\n");
    const QByteArray first = head + R"("message":{"role":"assistant","content":"Grüße \"😀\"\n"},"done":false})" + "\n";
    QCOMPARE(reply.taken(), first);
    reply << textOf(0, "") << PartEnd{0} << usage() << Finish{};
    QCOMPARE(reply.taken(), QByteArray());
    const QByteArray last =
        head + R"("message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":200,)" +
        R"("load_duration":0,"prompt_eval_count":12,"prompt_eval_duration":100,"eval_count":5,"eval_duration":100})" +
        "\n";
    QCOMPARE(reply.end(), last);
    const QByteArray whole =
        head + R"("message":{"role":"assistant","content":"Grüße \"😀\"\n"},"done":true,"done_reason":"stop",)" +
        R"("total_duration":0,"load_duration":0,"prompt_eval_count":12,"prompt_eval_duration":0,)" +
        R"("eval_count":5,"eval_duration":0})";
    QCOMPARE(reply.whole(), whole);
}

void TestOllamaReplyEncoder::thinking()
{
    Reply reply;
    reply << startOf(0, ReplyPartKind::Thinking) << textOf(0, "hm") << PartEnd{0};
    const QByteArray line =
        head + R"("message":{"role":"assistant","content":"","thinking":"hm"},"done":false})" + "\n";
    QCOMPARE(reply.taken(), line);
    PartDelta blob;
    blob.part = 1;
    blob.signature = "secret";
    reply << startOf(1, ReplyPartKind::RedactedThinking) << blob << PartEnd{1};
    QCOMPARE(reply.taken(), QByteArray());
    QVERIFY(reply.whole().contains(R"("content":"","thinking":"hm"})"));
}

void TestOllamaReplyEncoder::parallelToolCalls()
{
    Reply reply;
    reply << startOf(0, ReplyPartKind::ToolCall, "c1", "f") << startOf(1, ReplyPartKind::ToolCall, "c2", "g")
          << textOf(0, "{\"z\":1,") << textOf(1, "") << textOf(0, "\"a\":\"é\"}");
    QCOMPARE(reply.taken(), QByteArray());
    reply << PartEnd{1};
    const QByteArray second = head +
                              R"("message":{"role":"assistant","content":"","tool_calls":[{"id":"c2","function":)" +
                              R"({"index":0,"name":"g","arguments":{}}}]},"done":false})" + "\n";
    QCOMPARE(reply.taken(), second);
    reply << PartEnd{0} << Finish{FinishReason::ToolCalls, 0, {}, {}};
    const QByteArray first = head +
                             R"("message":{"role":"assistant","content":"","tool_calls":[{"id":"c1","function":)" +
                             R"({"index":1,"name":"f","arguments":{"z":1,"a":"é"}}}]},"done":false})" + "\n";
    QCOMPARE(reply.taken(), first);
    QVERIFY(reply.end().contains(R"("done_reason":"stop")"));
    const QByteArray calls =
        R"("tool_calls":[{"id":"c1","function":{"index":0,"name":"f","arguments":{"z":1,"a":"é"}}},)"
        R"({"id":"c2","function":{"index":1,"name":"g","arguments":{}}}]})";
    QVERIFY2(reply.whole().contains(calls), reply.whole().constData());
}

void TestOllamaReplyEncoder::madeIds()
{
    const auto idsOf = [] {
        Reply reply;
        reply << startOf(0, ReplyPartKind::ToolCall, {}, "f") << PartEnd{0}
              << startOf(1, ReplyPartKind::ToolCall, {}, "f") << PartEnd{1};
        const QList<QByteArray> lines = reply.taken().trimmed().split('\n');
        std::vector<std::string> ids;
        for (const QByteArray &line : lines) {
            const json::value tree = json::parse(line.toStdString());
            ids.emplace_back(tree.at("message").at("tool_calls").at(0).at("id").as_string());
        }
        return ids;
    };
    const auto ids = idsOf();
    QCOMPARE(ids.size(), size_t(2));
    QVERIFY(ids[0].starts_with("call_") && ids[0].size() == 29);
    QVERIFY(ids[0] != ids[1]);
    QCOMPARE(idsOf(), ids);
}

void TestOllamaReplyEncoder::generate()
{
    Reply reply("/api/generate");
    reply << startOf(0, ReplyPartKind::Thinking) << textOf(0, "hm") << PartEnd{0} << startOf(1, ReplyPartKind::Text)
          << textOf(1, "Hi") << PartEnd{1} << Finish{FinishReason::Length, 0, {}, {}};
    const QByteArray lines = head + R"("response":"","thinking":"hm","done":false})" + "\n" + head +
                             R"("response":"Hi","done":false})" + "\n";
    QCOMPARE(reply.taken(), lines);
    const QByteArray start = head + R"("response":"","done":true,"done_reason":"length",)";
    QVERIFY(reply.end().startsWith(start));
    const QByteArray whole = head + R"("response":"Hi","thinking":"hm","done":true,"done_reason":"length",)";
    QVERIFY(reply.whole().startsWith(whole));
}

void TestOllamaReplyEncoder::otherParts()
{
    Reply reply;
    PartDelta said;
    said.part = 2;
    said.transcript = "spoken";
    PartStart custom = startOf(4, ReplyPartKind::ToolCall, "c", "patch");
    custom.custom = true;
    reply << startOf(0, ReplyPartKind::Refusal) << textOf(0, "No.") << PartEnd{0} << startOf(1, ReplyPartKind::Image)
          << textOf(1, "AAAA") << PartEnd{1} << startOf(2, ReplyPartKind::Audio) << said << PartEnd{2}
          << startOf(3, ReplyPartKind::Native) << textOf(3, "{}") << PartEnd{3} << custom << textOf(4, "{\"a\":1}")
          << PartEnd{4} << startOf(5, ReplyPartKind::ToolCall, "d", "f") << textOf(5, "no json") << PartEnd{5};
    const QList<QByteArray> lines = reply.taken().trimmed().split('\n');
    QCOMPARE(lines.size(), 5);
    QVERIFY(lines[0].contains(R"("content":"No.")"));
    QVERIFY(lines[1].contains(R"("images":["AAAA"])"));
    QVERIFY(lines[2].contains(R"("content":"spoken")"));
    QVERIFY(lines[3].contains("\"arguments\":{\"input\":\"{\\\"a\\\":1}\"}"));
    QVERIFY(lines[4].contains(R"("arguments":{"input":"no json"})"));
    const QByteArray whole = reply.whole();
    QVERIFY2(whole.contains(R"("content":"No.spoken","images":["AAAA"],"tool_calls":[)"), whole.constData());
}

void TestOllamaReplyEncoder::logprobs()
{
    const json::value list = json::parse(R"([{"token":"a","logprob":-0.5,"bytes":null,"top_logprobs":[]}])");
    Reply reply;
    PartDelta delta = textOf(0, "a");
    delta.logprobs = &list;
    reply << startOf(0, ReplyPartKind::Text) << delta << PartEnd{0} << Finish{};
    const QByteArray probs =
        R"("logprobs":[{"token":"a","logprob":-0.5,"bytes":null,"top_logprobs":[]}],"done":false})";
    QVERIFY(reply.taken().contains(probs));
    QVERIFY(reply.whole().contains(R"(},"logprobs":[{"token":"a",)"));
}

void TestOllamaReplyEncoder::reasons_data()
{
    QTest::addColumn<int>("reason");
    QTest::addColumn<QByteArray>("native");
    QTest::addColumn<QByteArray>("word");
    const auto row = [](FinishReason reason, const char *native, const char *word) {
        QTest::addRow("%d %s", int(reason), native) << int(reason) << QByteArray(native) << QByteArray(word);
    };
    row(FinishReason::Stop, "end_turn", "stop");
    row(FinishReason::StopSequence, "stop_sequence", "stop");
    row(FinishReason::Length, "MAX_TOKENS", "length");
    row(FinishReason::ToolCalls, "tool_use", "stop");
    row(FinishReason::Pause, "pause_turn", "stop");
    row(FinishReason::ContentFilter, "SAFETY", "content_filter");
    row(FinishReason::Refusal, "refusal", "refusal");
    row(FinishReason::Other, "load", "load");
    row(FinishReason::Other, "", "stop");
}

void TestOllamaReplyEncoder::reasons()
{
    QFETCH(int, reason);
    QFETCH(QByteArray, native);
    QFETCH(QByteArray, word);
    const std::string said = native.toStdString();
    Reply reply;
    reply << Finish{static_cast<FinishReason>(reason), 0, {}, said};
    const QByteArray expected = "\"done\":true,\"done_reason\":\"" + word + "\"";
    QVERIFY(reply.end().contains(expected));
    QVERIFY(reply.whole().contains(expected));
}

void TestOllamaReplyEncoder::lateUsage()
{
    Reply reply;
    reply << Finish{} << usage();
    QVERIFY(reply.end().contains(R"("eval_count":5)"));

    Reply cached;
    UsageReport report;
    report.usage.output = 3;
    cached << report << Finish{};
    const QByteArray last = cached.end();
    QVERIFY(last.contains(R"("eval_count":3)"));
    QVERIFY(!last.contains("prompt_eval_count"));
}

void TestOllamaReplyEncoder::failure()
{
    Reply reply;
    reply << startOf(0, ReplyPartKind::Text) << textOf(0, "half");
    reply.taken();
    reply << Failure{Error{"overloaded_error", "The provider is \"busy\".", 529}};
    QCOMPARE(reply.taken(), QByteArray("{\"error\":\"The provider is \\\"busy\\\".\"}\n"));
    reply << textOf(0, "more") << PartEnd{0} << Finish{};
    QCOMPARE(reply.taken(), QByteArray());
    QCOMPARE(reply.ping(), QByteArray());
    QCOMPARE(reply.end(), QByteArray());
}

void TestOllamaReplyEncoder::pings()
{
    Reply chat;
    const QByteArray line = head + R"("message":{"role":"assistant","content":""},"done":false})" + "\n";
    QCOMPARE(chat.ping(), line);
    chat << Finish{};
    chat.end();
    QCOMPARE(chat.ping(), QByteArray());
    Reply generate("/api/generate");
    const QByteArray response = head + R"("response":"","done":false})" + "\n";
    QCOMPARE(generate.ping(), response);
}

void TestOllamaReplyEncoder::otherChoices()
{
    Reply reply;
    PartStart other = startOf(0, ReplyPartKind::Text);
    other.choice = 1;
    reply << other << textOf(0, "not shown") << PartEnd{0} << Finish{FinishReason::Length, 1, {}, {}} << Finish{};
    QCOMPARE(reply.taken(), QByteArray());
    QVERIFY(reply.end().contains(R"("done_reason":"stop")"));
    QVERIFY(!reply.whole().contains("not shown"));
}

void TestOllamaReplyEncoder::unendedParts()
{
    Reply reply;
    reply << startOf(0, ReplyPartKind::ToolCall, "c", "f") << textOf(0, "{}") << Finish{};
    const QByteArray lines = reply.end();
    QCOMPARE(lines.count('\n'), 2);
    QVERIFY(lines.indexOf("tool_calls") < lines.indexOf("\"done\":true"));
}

void TestOllamaReplyEncoder::providersModel()
{
    Reply reply;
    MessageStart start;
    start.model = "gpt-5-2025";
    reply << start << Finish{};
    QVERIFY(reply.end().startsWith(R"({"model":"gpt-5-2025",)"));
    QVERIFY(reply.whole().startsWith(R"({"model":"gpt-5-2025",)"));
}

void TestOllamaReplyEncoder::everyLineIsValid()
{
    for (const char *path : {"/api/chat", "/api/generate"}) {
        Reply reply(path);
        for (int i = 0; i < 8; ++i)
            reply << startOf(i, static_cast<ReplyPartKind>(i), "\"id\n", "na\"me") << textOf(i, "te\"x\\t\x01")
                  << PartEnd{i};
        reply << usage() << Finish{};
        QList<QByteArray> lines = reply.taken().trimmed().split('\n');
        lines += reply.end().trimmed();
        lines += reply.whole();
        for (const QByteArray &line : lines) {
            boost::system::error_code failure;
            const json::value tree = json::parse(line.toStdString(), failure);
            QVERIFY2(!failure && tree.is_object(), line.constData());
            QVERIFY(tree.as_object().contains("model") && tree.as_object().contains("created_at"));
            QVERIFY(tree.at("done").is_bool());
        }
    }
}

QTEST_APPLESS_MAIN(TestOllamaReplyEncoder)
#include "tst_ollama_reply_encoder.moc"
