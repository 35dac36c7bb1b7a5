// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/gemini_support.h"

using namespace signalbox;
using namespace signalbox::gemini_test;

class TestGeminiEmbeddings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void batch()
    {
        const std::string body =
            R"({"requests":[{"model":"models/e","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":3},)"
            R"({"model":"models/e","content":{"parts":[{"text":"b"},{"text":"c"}]},"taskType":"OTHER","more":1}]})";
        LossReport losses;
        const auto request = decode(body, losses);
        QVERIFY2(request.has_value(), request ? "" : request.error().message.c_str());
        QVERIFY(!request->single);
        QCOMPARE(request->inputs.size(), size_t{2});
        QCOMPARE(request->inputs[1], std::string_view("b\nc"));
        QCOMPARE(*request->dimensions, int64_t{3});
        QCOMPARE(lossText(losses, request->source->root),
                 std::string("dropped /requests/1/taskType\ndropped /requests/1/more\n"));
        const auto encoded = encode(*request, losses);
        QCOMPARE(encoded->path, std::string("/models/e:batchEmbedContents"));
        QCOMPARE(
            bytes(encoded->body),
            bytes(
                R"({"requests":[{"model":"models/e","content":{"parts":[{"text":"a"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":3},)"
                R"({"model":"models/e","content":{"parts":[{"text":"b\nc"}]},"taskType":"RETRIEVAL_DOCUMENT","title":"t","outputDimensionality":3}]})"));
    }

    void single()
    {
        LossReport losses;
        const auto request = decode(R"({"content":{"parts":[{"text":"a"}]},"task_type":"CLUSTERING"})", losses);
        QVERIFY(request.has_value() && request->single);
        const auto encoded = encode(*request, losses);
        QCOMPARE(encoded->path, std::string("/models/e:embedContent"));
        QCOMPARE(bytes(encoded->body),
                 bytes(R"({"model":"models/e","content":{"parts":[{"text":"a"}]},"taskType":"CLUSTERING"})"));
        const auto reply = gemini::embeddingCodec().decodeReply(R"({"embedding":{"values":[0.1,0.2,0.3]}})");
        QVERIFY(reply.has_value());
        QCOMPARE(bytes(gemini::embeddingCodec().encodeReply(*reply, *request, {})),
                 bytes(R"({"embedding":{"values":[0.1,0.2,0.3]}})"));
    }

    void replies()
    {
        const EmbeddingCodec &codec = gemini::embeddingCodec();
        const auto reply = codec.decodeReply(
            R"({"embeddings":[{"values":[0.1,-1e-05]},{"values":[2]}],"usageMetadata":{"promptTokenCount":3}})");
        QVERIFY(reply.has_value());
        QCOMPARE(reply->vectors.size(), size_t{2});
        QCOMPARE(*reply->usage.input, int64_t{3});
        QCOMPARE(
            bytes(codec.encodeReply(*reply, {}, {})),
            bytes(
                R"({"embeddings":[{"values":[0.1,-1e-05]},{"values":[2]}],"usageMetadata":{"promptTokenCount":3,"totalTokenCount":3}})"));
        for (const char *bad : {"", "[]", "{}", R"({"embedding":{}})", R"({"embedding":{"values":["a"]}})"})
            QCOMPARE(codec.decodeReply(bad).error().code, std::string("reply_invalid"));
    }

    void othersSettingsAreLost()
    {
        LossReport losses;
        auto request = decode(R"({"content":{"parts":[{"text":"a"}]},"x":1,"y":2,"z":3})", losses);
        QVERIFY(request.has_value());
        losses.clear();
        const boost::json::object &root = request->source->root.get_object();
        request->user = {"u", &root.at("x")};
        request->truncate = {true, &root.at("y")};
        request->keepAlive = {"5m", &root.at("z")};
        QVERIFY(encode(*request, losses).has_value());
        QCOMPARE(lossText(losses, request->source->root), std::string("dropped /x\ndropped /y\ndropped /z\n"));
        request->tokenInputs = &root.at("x");
        QCOMPARE(encode(*request, losses).error().httpStatus, 400);
    }

    void mistakes()
    {
        LossReport losses;
        QCOMPARE(decode(R"({"requests":[{"content":1}]})", losses).error().message,
                 std::string("/requests/0/content: must be an object"));
        QCOMPARE(decode(R"({"requests":[]})", losses).error().message, std::string("/requests: must not be empty"));
        QCOMPARE(decode(R"({"content":{"parts":[{"inlineData":{}}]}})", losses).error().message,
                 std::string("only texts can be embedded"));
    }

private:
    static Result<EmbeddingRequest> decode(std::string_view body, LossReport &losses)
    {
        DecodeRequestOptions options;
        options.model = "e";
        return gemini::embeddingCodec().decodeRequest(body, options, losses);
    }
    static Result<EncodedRequest> encode(const EmbeddingRequest &request, LossReport &losses)
    {
        const Quirks quirks;
        return gemini::embeddingCodec().encodeRequest(request, EncodeRequestOptions{"e", quirks}, losses);
    }
};

QTEST_APPLESS_MAIN(TestGeminiEmbeddings)
#include "tst_gemini_embeddings.moc"
