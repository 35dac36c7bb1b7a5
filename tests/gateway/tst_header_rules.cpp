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
        const HeaderList out = upstreamHeaders(head, provider, "sk-provider", true, 1);
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
        QVERIFY(!upstreamHeaders(head, provider, "", true, 0).has("authorization"));
        QCOMPARE(upstreamHeaders(head, provider, "", false, 0).get("accept-encoding"), std::string_view("gzip"));
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
