// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_support.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

class TestGeminiErrors final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void deadStreams_data()
    {
        QTest::addColumn<QByteArray>("stream");
        QTest::addColumn<QByteArray>("outcome");
        const QByteArray chunk = R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}]})";
        const QByteArray end = R"({"candidates":[{"finishReason":"STOP","index":0}]})";
        QTest::newRow("empty") << QByteArray() << QByteArray("stream_incomplete");
        QTest::newRow("no end") << QByteArray("data: " + chunk + "\r\n\r\n") << QByteArray("stream_incomplete");
        QTest::newRow("cut") << QByteArray("data: " + chunk + "\r\n\r\ndata: {\"candi") << QByteArray("reply_invalid");
        QTest::newRow("cut array") << QByteArray('[' + chunk + ",\n{\"candi") << QByteArray("stream_incomplete");
        QTest::newRow("no bracket") << QByteArray('[' + chunk + ",\n" + end) << QByteArray("");
        QTest::newRow("last blank line") << QByteArray("data: " + chunk + "\n\ndata: " + end) << QByteArray("");
        QTest::newRow("with done") << QByteArray("data: " + chunk + "\n\ndata: " + end + "\n\ndata: [DONE]\n\n")
                                   << QByteArray("");
        QTest::newRow("broken") << QByteArray("data: {\"broken\": \n\n") << QByteArray("reply_invalid");
        QTest::newRow("broken array") << QByteArray("[{\"broken\": }]") << QByteArray("reply_invalid");
        QTest::newRow("no list") << QByteArray("{} x") << QByteArray("reply_invalid");
        QTest::newRow("types") << QByteArray("data: {\"candidates\":{}}\n\n") << QByteArray("reply_invalid");
    }

    void deadStreams()
    {
        QFETCH(QByteArray, stream);
        QFETCH(QByteArray, outcome);
        for (const size_t most : {size_t{1}, size_t{4096}})
            QCOMPARE(bytes(runStream(stream.toStdString(), most, 0).outcome), outcome);
    }

    void errorsInTheStream()
    {
        const char *chunk = R"({"candidates":[{"content":{"parts":[{"text":"a"}]},"index":0}]})";
        const char *error =
            R"({"error":{"code":503,"message":"mock error in the stream","status":"UNAVAILABLE","details":[]}})";
        for (const std::string &stream : {sse({chunk, error, chunk}), array({chunk, error})}) {
            const Run run = runStream(stream, 2, 0);
            QCOMPARE(run.outcome, std::string());
            QVERIFY(run.reply.failure.has_value());
            QCOMPARE(run.reply.failure->httpStatus, 503);
            QCOMPARE(run.reply.failure->code, std::string("UNAVAILABLE"));
            QCOMPARE(run.reply.failure->message, std::string("mock error in the stream"));
            QVERIFY(run.wire.ends_with("data: {\"error\":{\"code\":503,\"message\":\"mock error in the "
                                       "stream\",\"status\":\"UNAVAILABLE\"}}\r\n\r\n"));
            const Run list = runStream(stream, 2, 0, StreamFraming::JsonArray);
            QVERIFY(boost::json::parse(list.wire).get_array().back().get_object().contains("error"));
        }
        Fold sink;
        QVERIFY(gemini::codec().replyDecoder()->whole(
            R"([{"error":{"code":429,"message":"slow down","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"17s"}]}}])",
            sink));
        QCOMPARE(sink.folder.reply().failure->message, std::string("slow down Retry in 17s."));
        QCOMPARE(sink.folder.reply().failure->httpStatus, 429);
    }

    void wholeMustHoldAnAnswer()
    {
        for (const char *body : {"", "{}", "{\"candidates\":[]}", "<html>", "{\"id\":\"broken\",", "[]"}) {
            Fold sink;
            const Result<void> read = gemini::codec().replyDecoder()->whole(body, sink);
            QVERIFY2(!read && read.error().code == "reply_invalid", body);
        }
    }

    void errors_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("name");
        const std::pair<int, const char *> rows[] = {
            {400, "INVALID_ARGUMENT"}, {401, "UNAUTHENTICATED"},    {403, "PERMISSION_DENIED"}, {404, "NOT_FOUND"},
            {413, "INVALID_ARGUMENT"}, {429, "RESOURCE_EXHAUSTED"}, {500, "INTERNAL"},          {502, "UNAVAILABLE"},
            {503, "UNAVAILABLE"},      {504, "DEADLINE_EXCEEDED"},  {529, "UNAVAILABLE"}};
        for (const auto &[status, name] : rows)
            QTest::addRow("%d", status) << status << QByteArray(name);
    }

    void errors()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, name);
        const std::string body = gemini::codec().errorBody({"field_invalid", "say \"what\"", status});
        QCOMPARE(bytes(body), "{\"error\":{\"code\":" + QByteArray::number(status) +
                                  ",\"message\":\"say \\\"what\\\"\",\"status\":\"" + name +
                                  "\",\"details\":[{\"@type\":\"type.googleapis.com/"
                                  "google.rpc.ErrorInfo\",\"reason\":\"field_invalid\",\"domain\":\"signalbox\"}]}}");
        const Error read = gemini::codec().readError(status, body);
        QCOMPARE(read.message, std::string("say \"what\""));
        QCOMPARE(bytes(read.code), name);
        QCOMPARE(read.httpStatus, status);
        QCOMPARE(gemini::codec().errorEvent({"c", "m", status}, StreamFraming::JsonArray).front(), '[');
    }

    void providersErrors()
    {
        const Codec &codec = gemini::codec();
        QCOMPARE(
            codec
                .readError(
                    400,
                    R"({"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}})")
                .code,
            std::string("API_KEY_INVALID"));
        QCOMPARE(codec.readError(502, "<html><title>502 Bad Gateway</title><body>").message,
                 std::string("502 Bad Gateway"));
        QCOMPARE(codec.readError(500, "  plain  ").message, std::string("plain"));
        QCOMPARE(codec.readError(500, R"({"error":"flat"})").message, std::string("flat"));
        QVERIFY(codec.readError(500, "").message.find("500") != std::string::npos);
        QCOMPARE(codec.readError(500, std::string(499, 'a') + "\xC3\xBC\xC3\xBC").message.size(), size_t{499});
    }

    void modelLists()
    {
        const std::vector<ListedModel> models = {{"gpt-5", "openai", 400000, 128000, {}}, {"x", {}, {}, {}, {}}};
        QCOMPARE(
            bytes(gemini::codec().modelList(models)),
            bytes(
                R"({"models":[{"name":"models/gpt-5","version":"001","displayName":"gpt-5","inputTokenLimit":400000,"outputTokenLimit":128000,"supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]},)"
                R"({"name":"models/x","version":"001","displayName":"x","supportedGenerationMethods":["generateContent","streamGenerateContent","countTokens"]}]})"));
        QVERIFY(gemini::codec().model(models[1]).starts_with(R"({"name":"models/x")"));
    }
};

QTEST_APPLESS_MAIN(TestGeminiErrors)
#include "tst_gemini_errors.moc"
