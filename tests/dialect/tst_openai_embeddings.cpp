// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

class TestOpenAiEmbeddings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data();
    void requests();
    void unknownFieldsAreLost();
    void bothFormsOfReplies();
    void oddBase64Lengths();
    void brokenReplies();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;
namespace json = boost::json;

namespace {

const EmbeddingCodec &codec()
{
    return openai_chat::embeddingCodec();
}

std::string forwarded(std::string_view body, LossReport &losses)
{
    const auto request = codec().decodeRequest(body, {}, losses);
    if (!request)
        return request.error().message;
    return codec().encodeRequest(*request, {"up", Quirks()}, losses)->body;
}

} // namespace

void TestOpenAiEmbeddings::requests_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("sent");
    QTest::newRow("text") << QByteArray(R"({"model":"m","input":"a","encoding_format":"base64"})")
                          << QByteArray(R"({"model":"up","input":["a"]})");
    QTest::newRow("list") << QByteArray(R"({"model":"m","input":["a","b"],"dimensions":3,"user":"u"})")
                          << QByteArray(R"({"model":"up","input":["a","b"],"dimensions":3,"user":"u"})");
    QTest::newRow("tokens") << QByteArray(R"({"model":"m","input":[1,2]})")
                            << QByteArray(R"({"model":"up","input":[1,2]})");
    QTest::newRow("token lists") << QByteArray(R"({"model":"m","input":[[1],[2]]})")
                                 << QByteArray(R"({"model":"up","input":[[1],[2]]})");
    QTest::newRow("missing") << QByteArray(R"({"model":"m"})") << QByteArray("input is missing");
    QTest::newRow("mixed") << QByteArray(R"({"model":"m","input":["a",1]})") << QByteArray("/input/1: must be a text");
    QTest::newRow("format") << QByteArray(R"({"model":"m","input":"a","encoding_format":"hex"})")
                            << QByteArray("/encoding_format: must be float or base64");
}

void TestOpenAiEmbeddings::requests()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, sent);
    LossReport losses;
    QCOMPARE(QByteArray::fromStdString(forwarded(body.toStdString(), losses)), sent);
    QVERIFY(losses.empty());
}

void TestOpenAiEmbeddings::unknownFieldsAreLost()
{
    LossReport losses;
    forwarded(R"({"model":"m","input":"a","odd":1})", losses);
    QCOMPARE(losses.size(), size_t{1});
}

void TestOpenAiEmbeddings::bothFormsOfReplies()
{
    const auto floats = codec().decodeReply(
        R"({"data":[{"index":1,"embedding":[0.25,-1e-3]},{"index":0,"embedding":[1,2]}],"model":"m","usage":{"prompt_tokens":4,"total_tokens":4}})");
    QVERIFY(floats.has_value());
    QCOMPARE(floats->vectors.size(), size_t{2});
    QCOMPARE(floats->vectors[0], (std::vector<float>{1, 2}));
    QCOMPARE(floats->vectors[1], (std::vector<float>{0.25F, -0.001F}));
    QCOMPARE(floats->usage.input.value_or(-1), int64_t{4});
    QCOMPARE(floats->usage.output.value_or(-1), int64_t{0});

    LossReport losses;
    const auto asked = codec().decodeRequest(R"({"model":"m","input":"a","encoding_format":"base64"})", {}, losses);
    const std::string body = codec().encodeReply(*floats, *asked, {"m", "req", 1});
    const json::value sent = json::parse(body);
    QVERIFY(!sent.at("id").as_string().empty());
    QCOMPARE(json::serialize(sent.at("data").at(0).at("embedding")), std::string("\"AACAPwAAAEA=\""));
    const auto again = codec().decodeReply(body);
    QVERIFY(again.has_value());
    QCOMPARE(again->vectors, floats->vectors);

    const auto plain = codec().decodeRequest(R"({"model":"m","input":"a"})", {}, losses);
    const std::string text = codec().encodeReply(*floats, *plain, {"m", "req", 1});
    QVERIFY(text.find("[0.25,-0.001]") != std::string::npos);
    QVERIFY(text.find(R"("usage":{"prompt_tokens":4,"total_tokens":4})") != std::string::npos);
}

void TestOpenAiEmbeddings::oddBase64Lengths()
{
    for (size_t size = 1; size < 8; ++size) {
        EmbeddingReply reply;
        reply.vectors = {std::vector<float>(size, 0.1F)};
        EmbeddingRequest request;
        request.base64 = true;
        const auto again = codec().decodeReply(codec().encodeReply(reply, request, {"m", "req", 1}));
        QVERIFY(again.has_value());
        QCOMPARE(again->vectors, reply.vectors);
    }
}

void TestOpenAiEmbeddings::brokenReplies()
{
    for (const char *body : {"", "{}", R"({"data":[{"embedding":"*"}]})", R"({"data":[{"index":9,"embedding":[]}]})",
                             R"({"data":[{"embedding":["a"]}]})"})
        QCOMPARE(codec().decodeReply(body).error().code, std::string("reply_invalid"));
}

#endif

QTEST_APPLESS_MAIN(TestOpenAiEmbeddings)
#include "tst_openai_embeddings.moc"
