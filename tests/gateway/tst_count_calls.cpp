// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

using namespace signalbox;
using signalbox::test::RecordingHandler;

// How many tokens a request has, asked in each dialect that has such a call: the provider counts where it can, else we
// do and say that it is an estimate.
class TestCountCalls final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsInEveryDialect_data();
    void countsInEveryDialect();
};

void TestCountCalls::countsInEveryDialect_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("dialect");
    QTest::addColumn<int>("status"); // of the provider
    QTest::addColumn<QByteArray>("counted");
    QTest::addColumn<QByteArray>("member"); // that the count stands behind
    const QByteArray messages = R"({"model":"m1","messages":[{"role":"user","content":"hello there, how are you?"}]})";
    const QByteArray input = R"({"model":"m1","input":"hello there, how are you?"})";
    const QByteArray contents = R"({"contents":[{"role":"user","parts":[{"text":"hello there, how are you?"}]}]})";
    struct Call {
        const char *name;
        QByteArray path, request, dialect, counted, member;
    };
    const Call calls[] = {
        {"anthropic", "/v1/messages/count_tokens", messages, "anthropic", R"({"input_tokens":4711})",
         R"("input_tokens":)"},
        {"responses", "/v1/responses/input_tokens", input, "openai-responses",
         R"({"object":"response.input_tokens","input_tokens":4711})", R"("input_tokens":)"},
        {"gemini", "/v1beta/models/m1:countTokens", contents, "gemini", R"({"totalTokens":4711})", R"("totalTokens":)"},
    };
    for (const Call &call : calls) {
        const auto row = [&call](const char *what, const QByteArray &dialect, int status) {
            QTest::addRow("%s: %s", call.name, what)
                << call.path << call.request << dialect << status << call.counted << call.member;
        };
        row("the provider counts", call.dialect, 200);
        row("it has no such call", call.dialect, 404);
        row("it does not take it", call.dialect, 405);
        row("it speaks another dialect", "openai-chat", 200);
    }
}

void TestCountCalls::countsInEveryDialect()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, request);
    QFETCH(QByteArray, dialect);
    QFETCH(int, status);
    QFETCH(QByteArray, counted);
    QFETCH(QByteArray, member);
    const ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(status, GatewayFixture::jsonHeaders(),
                       status == 200 ? counted.toStdString() : std::string(R"({"error":{"message":"not here"}})"));
    });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.providers[0].dialect = dialect.toStdString();
    config.routes = {GatewayFixture::route(GatewayFixture::target("box"))};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, path.constData(), request.toStdString());
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    const bool forwarded = status == 200 && dialect != "openai-chat";
    QCOMPARE(box.seen().size(), size_t(dialect == "openai-chat" ? 0 : 1));
    QCOMPARE(reply.head->headers.get("x-signalbox-estimated"), std::string_view(forwarded ? "" : "true"));
    const QByteArray body = QByteArray::fromStdString(reply.body);
    const auto at = body.indexOf(member);
    QVERIFY2(at >= 0, body.constData());
    const int count = std::atoi(body.constData() + at + member.size());
    if (forwarded)
        QCOMPARE(body, counted);
    else
        QVERIFY2(count > 3 && count < 40, body.constData());
}

QTEST_GUILESS_MAIN(TestCountCalls)
#include "tst_count_calls.moc"
