// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace json = boost::json;

namespace {

std::string sentence(int n)
{
    std::string text = "turn" + std::to_string(n) + ":";
    for (int i = 0; i < 40; ++i)
        text += " word";
    return text;
}

// Instructions, six turns of two messages with some 45 tokens each and a last question.
std::string longTalk(const char *more = "")
{
    json::array messages{{{"role", "system"}, {"content", "be brief"}}};
    for (int n = 0; n < 6; ++n) {
        messages.push_back({{"role", "user"}, {"content", sentence(n)}});
        messages.push_back({{"role", "assistant"}, {"content", "answer " + std::to_string(n)}});
    }
    messages.push_back({{"role", "user"}, {"content", "the last question"}});
    return R"({"model":"m","max_tokens":50)" + std::string(more) + R"(,"messages":)" + json::serialize(messages) + "}";
}

Config fitting(const ScriptedProvider &box, PolicyNode::Truncate truncate, int64_t context)
{
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    ModelConfig model;
    model.model = "box/*";
    model.contextTokens = context;
    config.models.push_back(model);
    PolicyNode fit = GatewayFixture::node(PolicyNode::Kind::Fit, {GatewayFixture::target("box", "small")});
    fit.truncate = truncate;
    config.routes = {GatewayFixture::route(std::move(fit))};
    return config;
}

} // namespace

// A `fit` that cuts conversations, from the client's bytes to the provider's.
class TestFit final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oldTurnsAreCut_data();
    void oldTurnsAreCut();
    void whatFitsPassesAsItIs();
    void whatCannotBeCutIsRefused();
    void routesMayRefuseLosses();
    void outputStaysBelowTheModelsLimit_data();
    void outputStaysBelowTheModelsLimit();
};

void TestFit::outputStaysBelowTheModelsLimit_data()
{
    QTest::addColumn<QByteArray>("dialect");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("losses");
    QTest::newRow("above") << QByteArray("anthropic") << QByteArray(R"(,"max_tokens":50000)")
                           << QByteArray(R"("max_tokens":3000)") << QByteArray("1");
    QTest::newRow("below") << QByteArray("anthropic") << QByteArray(R"(,"max_tokens":200)")
                           << QByteArray(R"("max_tokens":200)") << QByteArray("0");
    QTest::newRow("not said") << QByteArray("anthropic") << QByteArray() << QByteArray(R"("max_tokens":3000)")
                              << QByteArray("0");
    QTest::newRow("bytes pass") << QByteArray("openai-chat") << QByteArray(R"(,"max_tokens":50000)")
                                << QByteArray(R"("max_tokens":50000)") << QByteArray("0");
}

void TestFit::outputStaysBelowTheModelsLimit()
{
    QFETCH(QByteArray, dialect);
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, sent);
    QFETCH(QByteArray, losses);
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(),
                       dialect == "anthropic" ? R"({"id":"x","type":"message","role":"assistant","model":"small",)"
                                                R"("content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn",)"
                                                R"("usage":{"input_tokens":10,"output_tokens":2}})"
                                              : GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config = fitting(box, PolicyNode::Truncate::Never, 200'000);
    config.models[0].maxOutputTokens = 3'000;
    config.providers[0].dialect = dialect.toStdString();
    config.routes = {GatewayFixture::route(GatewayFixture::target("box", "small"))};
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions",
                 R"({"model":"m","messages":[{"role":"user","content":"hello"}])" + asked.toStdString() + "}");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QVERIFY2(box.seen().at(0)->body.find(sent.toStdString()) != std::string::npos, box.seen().at(0)->body.c_str());
    QCOMPARE(QByteArray::fromStdString(std::string(reply.head->headers.get("x-signalbox-loss"))), losses);
}

void TestFit::oldTurnsAreCut_data()
{
    QTest::addColumn<QByteArray>("dialect");
    QTest::addColumn<bool>("middle");
    QTest::addColumn<bool>("streamed");
    QTest::newRow("same dialect, oldest") << QByteArray("openai-chat") << false << false;
    QTest::newRow("same dialect, middle") << QByteArray("openai-chat") << true << false;
    QTest::newRow("same dialect, streamed") << QByteArray("openai-chat") << false << true;
    QTest::newRow("another dialect") << QByteArray("anthropic") << false << false;
}

void TestFit::oldTurnsAreCut()
{
    QFETCH(QByteArray, dialect);
    QFETCH(bool, middle);
    QFETCH(bool, streamed);
    const bool translated = dialect != "openai-chat";
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        if (streamed)
            return GatewayFixture::replyEvents(exchange, GatewayFixture::goodEvents);
        exchange.reply(200, GatewayFixture::jsonHeaders(),
                       translated ? R"({"id":"x","type":"message","role":"assistant","model":"small",)"
                                    R"("content":[{"type":"text","text":"hi"}],"stop_reason":"end_turn",)"
                                    R"("usage":{"input_tokens":10,"output_tokens":2}})"
                                  : GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    Config config = fitting(box, middle ? PolicyNode::Truncate::Middle : PolicyNode::Truncate::Oldest, 250);
    config.providers[0].dialect = dialect.toStdString();
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", longTalk(streamed ? R"(,"stream":true)" : ""));
    QTRY_VERIFY(reply.over());
    QVERIFY2(reply.head->status == 200, reply.body.c_str());
    QVERIFY(reply.body.find("hi") != std::string::npos);
    QCOMPARE(reply.body.ends_with("data: [DONE]\n\n"), streamed);

    const std::string sent = box.seen().at(0)->body;
    QVERIFY(sent.find("be brief") != std::string::npos);
    QVERIFY(sent.find("the last question") != std::string::npos);
    std::vector<int> cut;
    for (int n = 0; n < 6; ++n) {
        const bool asked = sent.find(sentence(n)) != std::string::npos;
        QCOMPARE(sent.find("answer " + std::to_string(n)) != std::string::npos, asked); // whole turns
        if (!asked)
            cut.push_back(n);
    }
    QVERIFY(cut.size() >= 2 && cut.size() <= 5);
    QCOMPARE(cut.front(), middle ? 2 - int(cut.size() - 1) / 2 : 0); // from the middle outwards
    QCOMPARE(cut.back() - cut.front() + 1, int(cut.size()));

    const RequestRecord record = gateway.records(1).at(0);
    std::vector<std::string> pointers;
    for (const LossRecord &loss : record.losses) {
        if (loss.reason.find("was cut") == std::string::npos)
            continue;
        QCOMPARE(loss.kind, std::string("dropped"));
        QVERIFY2(loss.reason.find("box/small has room for 200") != std::string::npos, loss.reason.c_str());
        pointers.push_back(loss.pointer);
    }
    QCOMPARE(pointers.size(), cut.size());
    for (size_t i = 0; i < cut.size(); ++i)
        QCOMPARE(pointers[i], "/messages/" + std::to_string(1 + 2 * cut[i]));
    QCOMPARE(std::string(reply.head->headers.get("x-signalbox-loss")), std::to_string(record.losses.size()));
    QCOMPARE(record.lossCount, int(record.losses.size()));
}

void TestFit::whatFitsPassesAsItIs()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    GatewayFixture gateway;
    QVERIFY(gateway.start(fitting(box, PolicyNode::Truncate::Oldest, 5'000)));
    RecordingHandler reply;
    const std::string body = longTalk(R"(,"x_unknown" : 1.50)");
    gateway.post(reply, "/v1/chat/completions", body);
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    std::string expected = body;
    expected.replace(expected.find("\"m\""), 3, "\"small\"");
    QCOMPARE(box.seen().at(0)->body, expected);
    QCOMPARE(std::string(reply.head->headers.get("x-signalbox-loss")), std::string("0"));
}

void TestFit::whatCannotBeCutIsRefused()
{
    ScriptedProvider box([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    QVERIFY(gateway.start(fitting(box, PolicyNode::Truncate::Oldest, 100)));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions",
                 R"({"model":"m","max_tokens":50,"messages":[{"role":"user","content":"old"},)"
                 R"({"role":"user","content":")" +
                     sentence(1) + sentence(2) + R"("}]})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 400);
    const json::value told = json::parse(reply.body);
    QCOMPARE(std::string(told.at("error").at("code").as_string()), std::string("context_length_exceeded"));
    QVERIFY(box.seen().empty());
    QVERIFY(gateway.records(1).at(0).error.starts_with("context_length_exceeded"));
}

void TestFit::routesMayRefuseLosses()
{
    ScriptedProvider box([](HttpExchange &, const ScriptedProvider::Seen &) {});
    GatewayFixture gateway;
    Config config = fitting(box, PolicyNode::Truncate::Oldest, 250);
    config.routes[0].onLoss = OnLoss::Reject;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", longTalk());
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 400);
    QVERIFY2(reply.body.find("/messages/1 (dropped") != std::string::npos, reply.body.c_str());
    QVERIFY(box.seen().empty());
}

QTEST_GUILESS_MAIN(TestFit)
#include "tst_fit.moc"
