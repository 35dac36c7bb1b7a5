// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/endpoints.h"

#include <QtTest/QTest>

using namespace signalbox;

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
        const auto endpoint = findEndpoint(method.toStdString(), path.toStdString(), false);
        QCOMPARE(endpoint ? 0 : endpoint.error().httpStatus, status);
        if (endpoint)
            QCOMPARE(QString::fromStdString(endpoint->upstreamPath), upstream);
    }

    void details()
    {
        QCOMPARE(findEndpoint("GET", "/v1/models/openai%2Fgpt-5", false)->id, std::string("openai/gpt-5"));
        QCOMPARE(findEndpoint("GET", "/v1/models/a/b", false)->id, std::string("a/b"));
        QCOMPARE(findEndpoint("GET", "/v1/responses", true).error().httpStatus, 426);
        QVERIFY(findEndpoint("GET", "/metrics", false)->admin());
        QVERIFY(findEndpoint("GET", "/healthz", false)->open());
        QVERIFY(!findEndpoint("POST", "/v1/embeddings", false)->reportsUsage);
    }
};

QTEST_APPLESS_MAIN(TestEndpoints)
#include "tst_endpoints.moc"
