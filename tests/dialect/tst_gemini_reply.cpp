// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_support.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

namespace {

const std::initializer_list<const char *> richChunks = {
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":"Let me","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":4,"totalTokenCount":12},"modelVersion":"gemini-3","responseId":"r1"})",
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":" think.","thought":true,"thoughtSignature":"dDE="}]},"index":0}],"modelVersion":"gemini-3","responseId":"r1"})",
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"Grüße, 你好, 🚦 \\\"quo\\\\ted\\\" "
    "{brace] \\u00e9\\ud83d\\ude00\"}]},\"index\":0}]}",
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":" end","thoughtSignature":"dDI="}]},"index":0}]})",
    "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"id\":\"c1\",\"name\":"
    "\"weather\",\"args\":{\"city\":\"Oslo\",\"q\":\"\\\"}{\"}},\"thoughtSignature\":\"dDM=\"},{\"functionCall\":{"
    "\"name\":\"time\",\"args\":{}}}]},\"index\":0}]}",
    R"({"candidates":[{"content":{"role":"model","parts":[{"executableCode":{"language":"PYTHON","code":"1"}},{"inlineData":{"mimeType":"image/png","data":"iVBORw0KGgo="}}]},"index":0}]})",
    R"({"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20},"modelVersion":"gemini-3","responseId":"r1"})"};

} // namespace

class TestGeminiReply final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void events()
    {
        const Run run = runStream(sse(richChunks), 1000000, 0);
        QCOMPARE(run.outcome, std::string());
        QCOMPARE(bytes(run.events),
                 bytes("message |r1 |gemini-3\n"
                       "part 0 choice 0 kind 1 | | | |\ndelta 0 |Let me | |\nusage |8 |4 |0 |0\n"
                       "delta 0 | think. |dDE= |\nend 0\n"
                       "part 1 choice 0 kind 0 | | | |\ndelta 1 |Grüße, 你好, 🚦 \"quo\\ted\" {brace] é😀 | |\n"
                       "delta 1 | end | |\nend 1\n"
                       "part 2 choice 0 kind 1 | | | |\ndelta 2 | |dDI= |\nend 2\n"
                       "part 3 choice 0 kind 3 |c1 |weather | |\ndelta 3 |{\"city\":\"Oslo\",\"q\":\"\\\"}{\"} |dDM= "
                       "|\nend 3\n"
                       "part 4 choice 0 kind 3 | |time | |\ndelta 4 |{} | |\nend 4\n"
                       "part 5 choice 0 kind 7 | | | |executableCode\n"
                       "delta 5 |{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}} | |\nend 5\n"
                       "part 6 choice 0 kind 5 | | |image/png |\ndelta 6 |iVBORw0KGgo= | |\nend 6\n"
                       "usage |8 |4 |8 |3\nfinish 3 choice 0 |STOP\n"));
    }

    void anyChunking_data()
    {
        QTest::addColumn<bool>("asArray");
        QTest::addColumn<bool>("outArray");
        QTest::newRow("events to events") << false << false;
        QTest::newRow("events to array") << false << true;
        QTest::newRow("array to events") << true << false;
        QTest::newRow("array to array") << true << true;
    }
    void anyChunking()
    {
        QFETCH(bool, asArray);
        QFETCH(bool, outArray);
        const std::string stream = asArray ? array(richChunks) : sse(richChunks);
        const StreamFraming framing = outArray ? StreamFraming::JsonArray : StreamFraming::Sse;
        const Run whole = runStream(stream, stream.size(), 0, framing);
        QCOMPARE(whole.outcome, std::string());
        for (unsigned seed = 0; seed < 40; ++seed) {
            const Run pieces = runStream(stream, seed == 0 ? 1 : 1 + seed * 3, seed, framing);
            QCOMPARE(bytes(pieces.events), bytes(whole.events));
            QCOMPARE(bytes(pieces.wire), bytes(whole.wire));
        }
        QCOMPARE(bytes(runStream(array(richChunks), 7, 0).events), bytes(runStream(sse(richChunks), 7, 0).events));
    }

    void ownStreamComesBack()
    {
        for (const StreamFraming framing : {StreamFraming::Sse, StreamFraming::JsonArray}) {
            const Run first = runStream(sse(richChunks), 4096, 0, framing);
            const Run second = runStream(first.wire, 4096, 0, framing);
            QCOMPARE(second.outcome, std::string());
            QCOMPARE(second.reply.usage, first.reply.usage);
            const std::vector<FoldedPart> &before = first.reply.choices[0].parts;
            const std::vector<FoldedPart> &after = second.reply.choices[0].parts;
            QCOMPARE(after.size(), before.size());
            for (size_t i = 0; i < before.size(); ++i) {
                QCOMPARE(bytes(after[i].text), bytes(before[i].text));
                QCOMPARE(bytes(after[i].signature), bytes(before[i].signature));
                QCOMPARE(after[i].kind, before[i].kind);
            }
            QVERIFY(after[4].id.starts_with("call_")); // made where the provider gave none
            QCOMPARE(second.reply.choices[0].finish, first.reply.choices[0].finish);
            QVERIFY(first.wire.find("[DONE]") == std::string::npos);
        }
    }

    void framing()
    {
        const Run events = runStream(sse(richChunks), 4096, 0);
        QVERIFY(events.wire.starts_with("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Let "
                                        "me\",\"thought\":true}],\"role\":\"model\"},\"index\":0}],\"modelVersion\":"
                                        "\"gemini-3\",\"responseId\":\"r1\"}\r\n\r\n"));
        QVERIFY(events.wire.ends_with("\r\n\r\n"));
        const Run list = runStream(sse(richChunks), 4096, 0, StreamFraming::JsonArray);
        const boost::json::value parsed = boost::json::parse(list.wire);
        const boost::json::object &last = parsed.get_array().back().get_object();
        QCOMPARE(
            bytes(jsonText(last)),
            bytes(
                R"({"candidates":[{"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":5,"totalTokenCount":20,"cachedContentTokenCount":4,"thoughtsTokenCount":3},"modelVersion":"gemini-3","responseId":"r1"})"));
    }

    void wholeIsTheFoldOfStreamed()
    {
        const std::unique_ptr<ReplyDecoder> decoder = gemini::codec().replyDecoder();
        Fold sink;
        QVERIFY(decoder->whole(
            R"({"candidates":[{"content":{"parts":[{"text":"think","thought":true},{"text":"Hi","thoughtSignature":"dDI="},{"functionCall":{"name":"f","args":{"a":1}}}],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"cachedContentTokenCount":4,"candidatesTokenCount":5},"modelVersion":"v","responseId":"r"})",
            sink));
        ReplyOptions options;
        options.model = "asked";
        options.requestId = "id";
        const std::string body = gemini::codec().encodeReply(sink.folder.reply(), options);
        const std::string id = sink.folder.reply().choices[0].parts.back().id;
        QVERIFY(id.empty());
        QCOMPARE(
            bytes(body),
            bytes("{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"think\",\"thought\":true},{\"text\":\"Hi\","
                  "\"thoughtSignature\":\"dDI=\"},{\"functionCall\":{\"id\":\"" +
                  makeId("call_", "id", 0) +
                  "\",\"name\":\"f\",\"args\":{\"a\":1}}}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0}],"
                  "\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":5,\"totalTokenCount\":17,"
                  "\"cachedContentTokenCount\":4},\"modelVersion\":\"v\",\"responseId\":\"r\"}"));
    }

    void finishReasons_data()
    {
        QTest::addColumn<QByteArray>("native");
        QTest::addColumn<int>("reason");
        QTest::newRow("STOP") << QByteArray("STOP") << int(FinishReason::Stop);
        QTest::newRow("MAX_TOKENS") << QByteArray("MAX_TOKENS") << int(FinishReason::Length);
        for (const char *word : {"SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "IMAGE_SAFETY"})
            QTest::newRow(word) << QByteArray(word) << int(FinishReason::ContentFilter);
        for (const char *word : {"LANGUAGE", "OTHER", "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL"})
            QTest::newRow(word) << QByteArray(word) << int(FinishReason::Other);
        QTest::newRow("new word") << QByteArray("BRAND_NEW") << int(FinishReason::Other);
    }
    void finishReasons()
    {
        QFETCH(QByteArray, native);
        QFETCH(int, reason);
        const QByteArray chunk = "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"" +
                                 native + "\",\"finishMessage\":\"why\"}]}";
        const Run run = runStream(sse({chunk.constData()}), 4096, 0);
        QCOMPARE(run.outcome, std::string());
        QCOMPARE(int(*run.reply.choices[0].finish), reason);
        QCOMPARE(bytes(run.reply.choices[0].nativeFinish), native);
        const QByteArray back = native == "BRAND_NEW" ? QByteArray("OTHER") : native;
        const QByteArray wanted = "\"finishReason\":\"" + back + "\"";
        QVERIFY(bytes(run.wire).contains(wanted));
        const bool filtered = reason == int(FinishReason::ContentFilter);
        QCOMPARE(run.reply.choices[0].parts.back().kind, filtered ? ReplyPartKind::Refusal : ReplyPartKind::Text);
    }

    void foreignFinishReasons()
    {
        ReplyOptions options;
        FoldedReply reply;
        reply.choices.resize(1);
        const auto word = [&](FinishReason reason) {
            reply.choices[0].finish = reason;
            const std::string body = gemini::codec().encodeReply(reply, options);
            const boost::json::value value = boost::json::parse(body);
            return std::string(value.at_pointer("/candidates/0/finishReason").get_string());
        };
        QCOMPARE(word(FinishReason::Stop), std::string("STOP"));
        QCOMPARE(word(FinishReason::StopSequence), std::string("STOP"));
        QCOMPARE(word(FinishReason::ToolCalls), std::string("STOP"));
        QCOMPARE(word(FinishReason::Pause), std::string("STOP"));
        QCOMPARE(word(FinishReason::Length), std::string("MAX_TOKENS"));
        QCOMPARE(word(FinishReason::ContentFilter), std::string("SAFETY"));
        QCOMPARE(word(FinishReason::Refusal), std::string("SAFETY"));
        QCOMPARE(word(FinishReason::Other), std::string("OTHER"));
    }

    void blockedPrompt()
    {
        const char *body =
            R"({"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":30,"totalTokenCount":30},"modelVersion":"m"})";
        const Run run = runStream(sse({body}), 3, 0);
        QCOMPARE(run.outcome, std::string());
        const FoldedChoice &choice = run.reply.choices[0];
        QCOMPARE(*choice.finish, FinishReason::ContentFilter);
        QCOMPARE(choice.parts[0].kind, ReplyPartKind::Refusal);
        QVERIFY(choice.parts[0].text.find("SAFETY") != std::string::npos);
        QCOMPARE(*run.reply.usage.input, int64_t{30});
    }

    void severalCandidates()
    {
        const Run run = runStream(
            sse({R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0},{"content":{"parts":[{"text":"x"}]},"index":1}]})",
                 R"({"candidates":[{"content":{"parts":[{"text":"y"}]},"index":1,"finishReason":"MAX_TOKENS"}]})",
                 R"({"candidates":[{"content":{"parts":[{"text":"b"}]},"index":0,"finishReason":"STOP"}]})"}),
            5, 0);
        QCOMPARE(run.outcome, std::string());
        QCOMPARE(run.reply.choices[0].parts[0].text, std::string("ab"));
        QCOMPARE(run.reply.choices[1].parts[0].text, std::string("xy"));
        QCOMPARE(*run.reply.choices[1].finish, FinishReason::Length);
        const Run half = runStream(
            sse({R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0,"finishReason":"STOP"},{"content":{"parts":[{"text":"x"}]},"index":1}]})"}),
            5, 0);
        QCOMPARE(half.outcome, std::string("stream_incomplete"));
    }

    void groundingBecomesCitations()
    {
        const char *body =
            R"({"candidates":[{"content":{"parts":[{"text":"Grüße aus Oslo."}]},"finishReason":"STOP","groundingMetadata":{"webSearchQueries":["q"],"searchEntryPoint":{"renderedContent":"<b>"},"groundingChunks":[{"web":{"uri":"https://a","title":"A"}},{"web":{"uri":"https://b","title":"B"}}],"groundingSupports":[{"segment":{"startIndex":8,"endIndex":16,"text":"aus Oslo"},"groundingChunkIndices":[1]}]}}]})";
        const std::unique_ptr<ReplyDecoder> decoder = gemini::codec().replyDecoder();
        Fold sink;
        QVERIFY(decoder->whole(body, sink));
        const FoldedPart &part = sink.folder.reply().choices[0].parts[0];
        QCOMPARE(part.citations.size(), size_t{1});
        QCOMPARE(part.citations[0].url, std::string("https://b"));
        QCOMPARE(*part.citations[0].begin, int64_t{6}); // bytes became characters
        QCOMPARE(*part.citations[0].end, int64_t{14});
        QCOMPARE(decoder->losses().size(), size_t{1});
        QCOMPARE(decoder->losses()[0].pointer, std::string("/candidates/*/groundingMetadata/searchEntryPoint"));
        const std::string back = gemini::codec().encodeReply(sink.folder.reply(), {});
        QVERIFY2(back.find("\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"https://"
                           "b\",\"title\":\"B\"}}],\"groundingSupports\":[{\"segment\":{\"startIndex\":8,\"endIndex\":"
                           "16,\"text\":\"aus Oslo\"},\"groundingChunkIndices\":[0]}]}") != std::string::npos,
                 back.c_str());
    }

    void logprobsAreConverted()
    {
        const char *body =
            R"({"candidates":[{"content":{"parts":[{"text":"Hi"}]},"finishReason":"STOP","logprobsResult":{"topCandidates":[{"candidates":[{"token":"Hi","tokenId":1,"logProbability":-0.1},{"token":"Yo","logProbability":-2}]}],"chosenCandidates":[{"token":"Hi","tokenId":1,"logProbability":-0.1}]}}]})";
        Fold sink;
        QVERIFY(gemini::codec().replyDecoder()->whole(body, sink));
        QCOMPARE(
            bytes(sink.folder.reply().choices[0].parts[0].logprobs),
            bytes(
                R"([{"token":"Hi","logprob":-0.1,"bytes":null,"top_logprobs":[{"token":"Hi","logprob":-0.1,"bytes":null},{"token":"Yo","logprob":-2,"bytes":null}]}])"));
        QVERIFY(gemini::codec()
                    .encodeReply(sink.folder.reply(), {})
                    .find(R"("chosenCandidates":[{"token":"Hi","logProbability":-0.1}])") != std::string::npos);
    }

    void unknownFieldsAreNotedOnce()
    {
        const std::unique_ptr<ReplyDecoder> decoder = gemini::codec().replyDecoder();
        Fold sink;
        const std::string stream = sse(
            {R"({"candidates":[{"content":{"parts":[{"text":"a","odd":1}]},"safetyRatings":[],"index":0}],"new":1})",
             R"({"candidates":[{"content":{"parts":[{"text":"b","odd":2}]},"finishReason":"STOP","index":0}],"new":2})"});
        QVERIFY(decoder->feed(stream, sink));
        QVERIFY(decoder->finish(sink));
        std::vector<std::string> pointers;
        for (const LossEntry &entry : decoder->losses())
            pointers.push_back(entry.pointer);
        QCOMPARE(pointers, (std::vector<std::string>{"/candidates/*/content/parts/*/odd", "/candidates/*/safetyRatings",
                                                     "/new"}));
    }

    void interleavedCallsOfOthers()
    {
        ReplyOptions options;
        options.model = "asked";
        options.requestId = "id";
        const std::unique_ptr<ReplyEncoder> encoder = gemini::codec().replyEncoder(options);
        std::string out;
        const auto take = [&](const ReplyEvent &event) { encoder->take(event, out); };
        const auto start = [](int part, ReplyPartKind kind, std::string_view id, std::string_view name) {
            PartStart event;
            event.part = part;
            event.kind = kind;
            event.id = id;
            event.name = name;
            event.dialect = Dialect::Anthropic;
            return event;
        };
        take(MessageStart{});
        encoder->ping(out);
        take(start(0, ReplyPartKind::Thinking, {}, {}));
        take(PartDelta{0, "hm", "foreign"});
        take(PartEnd{0});
        take(start(1, ReplyPartKind::ToolCall, "a", "f"));
        take(start(2, ReplyPartKind::ToolCall, {}, "g"));
        take(PartDelta{1, "{\"x\""});
        take(PartDelta{2, "{\"y\":"});
        take(PartDelta{1, ":1}"});
        take(PartEnd{1});
        take(PartDelta{2, "2}"});
        take(Finish{FinishReason::ToolCalls});
        take(UsageReport{{8, 4, 0, 5, 0}});
        encoder->end(out);
        const std::string tail = "\"modelVersion\":\"asked\",\"responseId\":\"id\"}\r\n\r\n";
        const auto chunk = [&](const std::string &part) {
            return R"(data: {"candidates":[{"content":{"parts":[)" + part + R"(],"role":"model"},"index":0}],)" + tail;
        };
        QCOMPARE(
            bytes(out),
            bytes(
                chunk(R"({"text":""})") + chunk(R"({"text":"hm","thought":true})") +
                chunk(R"({"functionCall":{"id":"a","name":"f","args":{"x":1}}})") +
                chunk("{\"functionCall\":{\"id\":\"" + makeId("call_", "id", 1) +
                      "\",\"name\":\"g\",\"args\":{\"y\":2}}}") +
                R"(data: {"candidates":[{"content":{"parts":[],"role":"model"},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":5,"totalTokenCount":17,"cachedContentTokenCount":4},)" +
                tail));
    }

    void eventsAreFast()
    {
        std::string stream;
        constexpr int count = 1000;
        for (int i = 0; i < count; ++i)
            stream += "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"word "
                      "\"}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":12,"
                      "\"candidatesTokenCount\":5,\"totalTokenCount\":17,\"promptTokensDetails\":[{\"modality\":"
                      "\"TEXT\",\"tokenCount\":12}]},\"modelVersion\":\"m\",\"responseId\":\"r\"}\r\n\r\n";
        stream += "data: {\"candidates\":[{\"finishReason\":\"STOP\",\"index\":0}]}\r\n\r\n";
        size_t size = 0;
        QBENCHMARK
        {
            size = runStream(stream, 4096, 0).wire.size();
        }
        QVERIFY(size > count * 50);
    }
};

QTEST_APPLESS_MAIN(TestGeminiReply)
#include "tst_gemini_reply.moc"
