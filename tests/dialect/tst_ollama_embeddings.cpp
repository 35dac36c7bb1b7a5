// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

using namespace signalbox;

namespace {

struct Decoded {
    Decoded(std::string_view body, std::string_view path)
        : result(ollama::embeddingCodec().decodeRequest(body, {path, {}, false}, losses))
    {
    }
    QByteArrayList lost() const
    {
        QByteArrayList list;
        for (const LossEntry &entry : losses.resolve(result->source->root, false))
            list += QByteArray::fromStdString(entry.pointer);
        return list;
    }
    LossReport losses;
    Result<EmbeddingRequest> result;
};

QByteArray encoded(const EmbeddingRequest &request, LossReport &losses)
{
    const Quirks quirks;
    const auto made = ollama::embeddingCodec().encodeRequest(request, {"there", quirks}, losses);
    return made ? QByteArray::fromStdString(made->path + " " + made->body)
                : QByteArray::fromStdString("error " + made.error().code);
}

} // namespace

class TestOllamaEmbeddings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_data();
    void requests();
    void mistakes_data();
    void mistakes();
    void settingsWithoutPlace();
    void tokenListsAreRefused();
    void replies();
    void badReplies_data();
    void badReplies();
    void encodedReplies();
    void floatsReadBack();
};

void TestOllamaEmbeddings::requests_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("single");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArrayList>("lost");
    const auto row = [](const char *name, const char *path, const char *body, bool single, const char *sent,
                        const QByteArrayList &lost) {
        QTest::newRow(name) << QByteArray(path) << QByteArray(body) << single << QByteArray(sent) << lost;
    };
    row("one text", "/api/embed", R"({"model":"m","input":"é"})", false,
        R"(/api/embed {"model":"there","input":["é"]})", {});
    row("several, everything", "/api/embed",
        R"({"model":"m","input":["a","b"],"truncate":false,"dimensions":64,"keep_alive":"5m","options":{"num_ctx":1}})",
        false, R"(/api/embed {"model":"there","input":["a","b"],"truncate":false,"dimensions":64,"keep_alive":"5m"})",
        {QByteArray("/options")});
    row("no text", "/api/embed", R"({"model":"m","input":[]})", false, R"(/api/embed {"model":"there","input":[]})",
        {});
    row("the older call", "/api/embeddings", R"({"model":"m","prompt":"a","keep_alive":-1,"truncate":true})", true,
        R"(/api/embed {"model":"there","input":["a"],"keep_alive":-1})", {QByteArray("/truncate")});
}

void TestOllamaEmbeddings::requests()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(bool, single);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArrayList, lost);
    const std::string where = path.toStdString();
    const Decoded decoded(body.toStdString(), where);
    QVERIFY2(decoded.result, decoded.result ? "" : decoded.result.error().message.c_str());
    QCOMPARE(decoded.result->model, std::string_view("m"));
    QCOMPARE(decoded.result->single, single);
    QCOMPARE(decoded.lost(), lost);
    LossReport losses;
    QCOMPARE(encoded(*decoded.result, losses), sent);
    QVERIFY(losses.empty());
}

void TestOllamaEmbeddings::mistakes_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const char *path, const char *body, const char *message) {
        QTest::newRow(name) << QByteArray(path) << QByteArray(body) << QByteArray(message);
    };
    row("no JSON", "/api/embed", "{", "not valid JSON");
    row("list", "/api/embed", "[]", "must be a JSON object");
    row("no model", "/api/embed", R"({"input":"a"})", "model is missing");
    row("no input", "/api/embed", R"({"model":"m"})", "input is missing");
    row("number", "/api/embed", R"({"model":"m","input":1})", "/input: must be a text or a list");
    row("tokens", "/api/embed", R"({"model":"m","input":["a",1]})", "/input/1: must be a text");
    row("no prompt", "/api/embeddings", R"({"model":"m","input":"a"})", "prompt is missing");
}

void TestOllamaEmbeddings::mistakes()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, message);
    const std::string where = path.toStdString();
    const Decoded decoded(body.toStdString(), where);
    QVERIFY(!decoded.result);
    QCOMPARE(decoded.result.error().httpStatus, 400);
    QVERIFY2(QByteArray::fromStdString(decoded.result.error().message).contains(message),
             decoded.result.error().message.c_str());
}

void TestOllamaEmbeddings::settingsWithoutPlace()
{
    const auto source = parseSource(R"({"user":"me","taskType":"t","title":"x"})");
    const boost::json::value &root = (*source)->root;
    EmbeddingRequest request;
    request.source = *source;
    request.inputs = {"a"};
    request.user = {"me", &root.at("user")};
    request.taskType = {"t", &root.at("taskType")};
    request.title = {"x", &root.at("title")};
    LossReport losses;
    QCOMPARE(encoded(request, losses), QByteArray(R"(/api/embed {"model":"there","input":["a"]})"));
    QCOMPARE(losses.resolve(root, false).size(), size_t(3));
}

void TestOllamaEmbeddings::tokenListsAreRefused()
{
    const auto source = parseSource("[[1,2]]");
    EmbeddingRequest request;
    request.source = *source;
    request.tokenInputs = &(*source)->root;
    LossReport losses;
    QCOMPARE(encoded(request, losses), QByteArray("error field_invalid"));
}

void TestOllamaEmbeddings::replies()
{
    const auto reply = ollama::embeddingCodec().decodeReply(
        R"({"model":"embeddinggemma","embeddings":[[0.1,-2,1e-3],[]],"total_duration":1,"prompt_eval_count":8})");
    QVERIFY(reply);
    QCOMPARE(reply->model, std::string("embeddinggemma"));
    QCOMPARE(reply->vectors, (std::vector<std::vector<float>>{{0.1F, -2.F, 1e-3F}, {}}));
    QCOMPARE(*reply->usage.input, int64_t(8));
    QVERIFY(!reply->usage.output);
    const auto older = ollama::embeddingCodec().decodeReply(R"({"embedding":[1]})");
    QVERIFY(older);
    QCOMPARE(older->vectors, (std::vector<std::vector<float>>{{1.F}}));
    QVERIFY(!older->usage.input);
}

void TestOllamaEmbeddings::badReplies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::newRow("empty") << QByteArray() << QByteArray("reply_invalid");
    QTest::newRow("list") << QByteArray("[]") << QByteArray("reply_invalid");
    QTest::newRow("no vectors") << QByteArray(R"({"model":"m"})") << QByteArray("reply_invalid");
    QTest::newRow("text") << QByteArray(R"({"embeddings":[["a"]]})") << QByteArray("reply_invalid");
    QTest::newRow("flat") << QByteArray(R"({"embeddings":[1]})") << QByteArray("reply_invalid");
    QTest::newRow("error") << QByteArray(R"({"error":"model not found"})") << QByteArray();
}

void TestOllamaEmbeddings::badReplies()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    const auto reply = ollama::embeddingCodec().decodeReply(body.toStdString());
    QVERIFY(!reply);
    QCOMPARE(QByteArray::fromStdString(reply.error().code), code);
    QCOMPARE(reply.error().httpStatus, code.isEmpty() ? 404 : 502);
}

void TestOllamaEmbeddings::encodedReplies()
{
    EmbeddingReply reply;
    reply.vectors = {{0.1F, -2.F}, {3.5F}};
    reply.usage.input = 8;
    ReplyOptions options;
    options.model = "asked";
    EmbeddingRequest request;
    QCOMPARE(QByteArray::fromStdString(ollama::embeddingCodec().encodeReply(reply, request, options)),
             QByteArray(R"({"model":"asked","embeddings":[[0.1,-2],[3.5]],"total_duration":0,"load_duration":0,)"
                        R"("prompt_eval_count":8})"));
    request.single = true;
    QCOMPARE(QByteArray::fromStdString(ollama::embeddingCodec().encodeReply(reply, request, options)),
             QByteArray(R"({"embedding":[0.1,-2]})"));
}

void TestOllamaEmbeddings::floatsReadBack()
{
    EmbeddingReply reply;
    reply.vectors.emplace_back();
    for (int i = 1; i < 1000; ++i)
        reply.vectors[0].push_back(std::sin(static_cast<float>(i)) / static_cast<float>(i));
    const std::string body = ollama::embeddingCodec().encodeReply(reply, {}, {});
    const auto again = ollama::embeddingCodec().decodeReply(body);
    QVERIFY(again);
    QCOMPARE(again->vectors, reply.vectors);
}

QTEST_APPLESS_MAIN(TestOllamaEmbeddings)
#include "tst_ollama_embeddings.moc"
