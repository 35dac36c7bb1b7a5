// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/endpoints.h"

#include <QtTest/QTest>

using namespace signalbox;

namespace {

HttpRequestHead head(std::string method, std::string target, HeaderList headers = {})
{
    HttpRequestHead made;
    made.method = std::move(method);
    made.target = std::move(target);
    made.headers = std::move(headers);
    return made;
}

HeaderList header(const char *name, const char *value)
{
    HeaderList headers;
    headers.add(name, value);
    return headers;
}

} // namespace

class TestEndpoints final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void find_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("status"); // 0: found
        QTest::addColumn<QString>("upstream");
        QTest::newRow("chat") << "POST"
                              << "/v1/chat/completions" << 0 << "/chat/completions";
        QTest::newRow("chat under openai") << "POST"
                                           << "/openai/v1/chat/completions" << 0 << "/chat/completions";
        QTest::newRow("chat under api") << "POST"
                                        << "/api/v1/chat/completions" << 0 << "/chat/completions";
        QTest::newRow("upload") << "POST"
                                << "/v1/audio/transcriptions" << 0 << "/audio/transcriptions";
        QTest::newRow("get chat") << "GET"
                                  << "/v1/chat/completions" << 405 << "";
        QTest::newRow("post models") << "POST"
                                     << "/v1/models" << 405 << "";
        QTest::newRow("models") << "GET"
                                << "/v1/models" << 0 << "";
        QTest::newRow("trailing slash") << "POST"
                                        << "/v1/chat/completions/" << 404 << "";
        QTest::newRow("prefix trick") << "POST"
                                      << "/v1x/chat/completions" << 404 << "";
        QTest::newRow("dots") << "POST"
                              << "/v1/../v1/chat/completions" << 404 << "";
        QTest::newRow("root") << "GET"
                              << "/" << 405 << "";
        QTest::newRow("head root") << "HEAD"
                                   << "/" << 0 << "";
        QTest::newRow("healthz") << "GET"
                                 << "/healthz" << 0 << "";
        QTest::newRow("unknown") << "GET"
                                 << "/nowhere" << 404 << "";
    }

    void find()
    {
        QFETCH(QString, method);
        QFETCH(QString, path);
        QFETCH(int, status);
        QFETCH(QString, upstream);
        const auto endpoint = findEndpoint(head(method.toStdString(), path.toStdString()));
        QCOMPARE(endpoint ? 0 : endpoint.error().httpStatus, status);
        if (endpoint)
            QCOMPARE(QString::fromStdString(endpoint->upstreamPath), upstream);
    }

    void details()
    {
        QCOMPARE(findEndpoint(head("GET", "/v1/models/openai%2Fgpt-5"))->id, std::string("openai/gpt-5"));
        QCOMPARE(findEndpoint(head("GET", "/v1/models/a/b"))->id, std::string("a/b"));
        QCOMPARE(findEndpoint(head("GET", "/v1/responses", header("upgrade", "WebSocket"))).error().httpStatus, 426);
        QVERIFY(findEndpoint(head("GET", "/metrics"))->admin());
        QVERIFY(findEndpoint(head("GET", "/healthz"))->open());
        QVERIFY(!findEndpoint(head("POST", "/v1/embeddings"))->reportsUsage);
    }

    void dialects_data()
    {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("target");
        QTest::addColumn<QString>("dialect");
        QTest::addColumn<int>("operation");
        QTest::addColumn<QString>("id");
        QTest::addColumn<bool>("stream");
        QTest::addColumn<int>("framing");
        const auto row = [](const char *name, const char *method, const char *target, const char *dialect,
                            Operation operation, const char *id = "", bool stream = false,
                            StreamFraming framing = StreamFraming::Sse) {
            QTest::newRow(name) << method << target << dialect << static_cast<int>(operation) << id << stream
                                << static_cast<int>(framing);
        };
        row("responses", "POST", "/v1/responses", "openai-responses", Operation::Chat);
        row("messages", "POST", "/v1/messages?beta=true", "anthropic", Operation::Chat);
        row("count", "POST", "/v1/messages/count_tokens", "anthropic", Operation::CountTokens);
        row("responses' count", "POST", "/v1/responses/input_tokens", "openai-responses", Operation::CountTokens);
        row("gemini", "POST", "/v1beta/models/gemini-3-pro:generateContent", "gemini", Operation::Chat, "gemini-3-pro");
        row("gemini under v1", "POST", "/v1/models/gemini-3-pro:generateContent", "gemini", Operation::Chat,
            "gemini-3-pro");
        row("gemini sse", "POST", "/v1beta/models/m:streamGenerateContent?alt=sse", "gemini", Operation::Chat, "m",
            true);
        row("gemini array", "POST", "/v1beta/models/m:streamGenerateContent", "gemini", Operation::Chat, "m", true,
            StreamFraming::JsonArray);
        row("gemini slash and colon", "POST", "/v1beta/models/box/llama3:8b:generateContent", "gemini", Operation::Chat,
            "box/llama3:8b");
        row("gemini without models", "POST", "/v1beta/box/llama3:generateContent", "gemini", Operation::Chat,
            "box/llama3");
        row("gemini count", "POST", "/v1beta/models/m:countTokens", "gemini", Operation::CountTokens, "m");
        row("gemini embed", "POST", "/v1beta/models/m:batchEmbedContents", "gemini", Operation::Embeddings, "m");
        row("ollama chat", "POST", "/api/chat", "ollama", Operation::Chat, "", false, StreamFraming::Ndjson);
        row("ollama embed", "POST", "/api/embed", "ollama", Operation::Embeddings, "", false, StreamFraming::Ndjson);
    }

    void dialects()
    {
        QFETCH(QString, method);
        QFETCH(QString, target);
        QFETCH(int, operation);
        QFETCH(QString, id);
        QFETCH(bool, stream);
        QFETCH(int, framing);
        const auto endpoint = findEndpoint(head(method.toStdString(), target.toStdString()));
        QVERIFY(endpoint);
        QTEST(QString::fromLatin1(dialectName(endpoint->dialect)), "dialect");
        QCOMPARE(static_cast<int>(endpoint->operation), operation);
        QCOMPARE(QString::fromStdString(endpoint->id), id);
        QCOMPARE(endpoint->stream, stream);
        QCOMPARE(static_cast<int>(endpoint->framing), framing);
    }

    // One path, three dialects (DESIGN section 5).
    void modelLists()
    {
        const auto asked = [](HeaderList headers) {
            return findEndpoint(head("GET", "/v1/models", std::move(headers)))->dialect;
        };
        QCOMPARE(asked({}), Dialect::OpenAiChat);
        QCOMPARE(asked(header("anthropic-version", "2023-06-01")), Dialect::Anthropic);
        QCOMPARE(asked(header("x-goog-api-key", "k")), Dialect::Gemini);
        QCOMPARE(findEndpoint(head("GET", "/v1beta/models"))->dialect, Dialect::Gemini);
        QCOMPARE(findEndpoint(head("GET", "/api/tags"))->dialect, Dialect::Ollama);
    }
};

QTEST_APPLESS_MAIN(TestEndpoints)
#include "tst_endpoints.moc"
