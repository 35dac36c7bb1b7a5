// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/header_rules.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestHeaderRules final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void upstream()
    {
        HttpRequestHead head;
        for (const auto &[name, value] :
             std::initializer_list<std::pair<const char *, const char *>>{{"Host", "127.0.0.1"},
                                                                          {"Authorization", "Bearer sb-client"},
                                                                          {"x-api-key", "sb-client"},
                                                                          {"Cookie", "a=b"},
                                                                          {"Content-Type", "application/json"},
                                                                          {"Content-Length", "5"},
                                                                          {"Connection", "keep-alive, X-Private"},
                                                                          {"X-Private", "1"},
                                                                          {"OpenAI-Organization", "org-1"},
                                                                          {"OpenAI-Beta", "x"},
                                                                          {"Idempotency-Key", "i1"},
                                                                          {"x-my-token", "t"},
                                                                          {"X-Forwarded-For", "1.2.3.4"},
                                                                          {"Accept-Encoding", "gzip"},
                                                                          {"x-aimock-chaos-drop", "1"},
                                                                          {"x-signalbox-tag", "t"},
                                                                          {"traceparent", "00-x"},
                                                                          {"User-Agent", "sdk/1"},
                                                                          {"X-Fixed", "client"}})
            head.headers.add(name, value);
        ProviderConfig provider;
        provider.headers = {{"x-fixed", "ours"}};
        const HeaderList out = upstreamHeaders(head, {provider, "sk-provider", Dialect::OpenAiChat, true, 1});
        QCOMPARE(out.get("authorization"), std::string_view("Bearer sk-provider"));
        QCOMPARE(out.count("authorization"), size_t{1});
        for (const char *gone :
             {"host", "x-api-key", "cookie", "content-length", "connection", "x-private", "openai-organization",
              "x-my-token", "x-forwarded-for", "x-signalbox-tag", "traceparent"})
            QVERIFY2(!out.has(gone), gone);
        for (const char *kept : {"content-type", "openai-beta", "idempotency-key", "x-aimock-chaos-drop", "user-agent"})
            QVERIFY2(out.has(kept), kept);
        QCOMPARE(out.get("accept-encoding"), std::string_view("identity"));
        QCOMPARE(out.get("x-fixed"), std::string_view("ours"));
        QCOMPARE(out.count("x-fixed"), size_t{1});
        QCOMPARE(out.get("x-signalbox-hop"), std::string_view("2"));
        QVERIFY(!upstreamHeaders(head, {provider, ""}).has("authorization"));
        QCOMPARE(upstreamHeaders(head, {provider, "", Dialect::OpenAiChat, false}).get("accept-encoding"),
                 std::string_view("gzip"));
    }

    // The key travels as the API wants it; what belongs to the client's dialect stays behind.
    void keyForms_data()
    {
        QTest::addColumn<QString>("preset");
        QTest::addColumn<QString>("auth");
        QTest::addColumn<int>("dialect");
        QTest::addColumn<QString>("header");
        QTest::addColumn<QString>("value");
        const auto row = [](const char *name, const char *preset, const char *auth, Dialect dialect, const char *header,
                            const char *value) {
            QTest::newRow(name) << preset << auth << static_cast<int>(dialect) << header << value;
        };
        row("chat", "", "", Dialect::OpenAiChat, "authorization", "Bearer sk-1");
        row("anthropic", "anthropic", "", Dialect::Anthropic, "x-api-key", "sk-1");
        row("anthropic alone", "anthropic", "", Dialect::Anthropic, "authorization", "");
        row("anthropic's chat", "anthropic", "", Dialect::OpenAiChat, "authorization", "Bearer sk-1");
        row("like anthropic", "deepseek", "", Dialect::Anthropic, "x-api-key", "sk-1");
        row("like anthropic, both", "deepseek", "", Dialect::Anthropic, "authorization", "Bearer sk-1");
        row("gemini", "google", "", Dialect::Gemini, "x-goog-api-key", "sk-1");
        row("gemini behind litellm", "litellm", "", Dialect::Gemini, "authorization", "Bearer sk-1");
        row("azure", "azure-openai", "", Dialect::OpenAiChat, "api-key", "sk-1");
        row("as configured", "", "x-api-key", Dialect::OpenAiChat, "x-api-key", "sk-1");
    }

    void keyForms()
    {
        QFETCH(QString, preset);
        QFETCH(QString, auth);
        QFETCH(int, dialect);
        QFETCH(QString, header);
        QFETCH(QString, value);
        ProviderConfig provider;
        provider.preset = preset.toStdString();
        provider.auth = auth.toStdString();
        const HeaderList out = upstreamHeaders(HttpRequestHead{}, {provider, "sk-1", static_cast<Dialect>(dialect)});
        const std::string_view found = out.get(header.toStdString());
        QCOMPARE(QString::fromUtf8(found.data(), static_cast<qsizetype>(found.size())), value);
    }

    void translatedRequest()
    {
        HttpRequestHead head;
        head.headers.add("anthropic-beta", "x");
        head.headers.add("x-stainless-lang", "js");
        head.headers.add("x-aimock-chaos-drop", "1");
        ProviderConfig provider;
        UpstreamTarget target{provider, ""};
        QVERIFY(upstreamHeaders(head, target).has("anthropic-beta"));
        target.translated = true;
        const HeaderList out = upstreamHeaders(head, target);
        QVERIFY(!out.has("anthropic-beta") && !out.has("x-stainless-lang"));
        QVERIFY(out.has("x-aimock-chaos-drop"));
    }

    void translatedReply()
    {
        HttpResponseHead head;
        head.status = 200;
        head.headers.add("content-type", "application/json");
        head.headers.add("openai-organization", "org");
        head.headers.add("x-ratelimit-remaining-tokens", "5");
        const HttpResponseHead out = translatedHead(head, "text/event-stream");
        QCOMPARE(out.status, 200);
        QCOMPARE(out.headers.get("content-type"), std::string_view("text/event-stream"));
        QVERIFY(!out.headers.has("openai-organization"));
        QVERIFY(out.headers.has("x-ratelimit-remaining-tokens"));
    }

    void client()
    {
        HttpResponseHead head;
        for (const auto &[name, value] :
             std::initializer_list<std::pair<const char *, const char *>>{{"Content-Type", "text/event-stream"},
                                                                          {"Set-Cookie", "a"},
                                                                          {"Access-Control-Allow-Origin", "*"},
                                                                          {"Transfer-Encoding", "chunked"},
                                                                          {"x-ratelimit-remaining-requests", "3"},
                                                                          {"x-request-id", "r"},
                                                                          {"Retry-After", "2"},
                                                                          {"x-signalbox-cost-usd", "0"},
                                                                          {"Server", "s"}})
            head.headers.add(name, value);
        HeaderList out;
        appendClientHeaders(out, head, 0);
        for (const char *gone :
             {"set-cookie", "access-control-allow-origin", "transfer-encoding", "x-signalbox-cost-usd", "server"})
            QVERIFY2(!out.has(gone), gone);
        QCOMPARE(out.get("retry-after"), std::string_view("2"));
        QCOMPARE(out.get("x-request-id"), std::string_view("r"));
        QVERIFY(out.has("x-ratelimit-remaining-requests") && out.has("content-type"));
    }

    void retryAfter_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("value");
        QTest::addColumn<qint64>("ms"); // -1: none
        QTest::newRow("seconds") << "retry-after"
                                 << "3" << qint64{3000};
        QTest::newRow("fraction") << "retry-after"
                                  << "0.5" << qint64{500};
        QTest::newRow("ms") << "retry-after-ms"
                            << "300" << qint64{300};
        QTest::newRow("date") << "retry-after"
                              << "Thu, 01 Jan 1970 00:00:10 GMT" << qint64{9000};
        QTest::newRow("date gone by") << "retry-after"
                                      << "Thu, 01 Jan 1970 00:00:00 GMT" << qint64{0};
        QTest::newRow("nonsense") << "retry-after"
                                  << "soon" << qint64{-1};
        QTest::newRow("negative") << "retry-after"
                                  << "-3" << qint64{-1};
        QTest::newRow("huge") << "retry-after"
                              << "1e300" << qint64{-1};
    }

    void retryAfter()
    {
        QFETCH(QString, name);
        QFETCH(QString, value);
        HeaderList headers;
        headers.add(name.toStdString(), value.toStdString());
        QTEST(static_cast<qint64>(retryAfterMs(headers, 1000).value_or(-1)), "ms");
    }
};

QTEST_APPLESS_MAIN(TestHeaderRules)
#include "tst_header_rules.moc"
