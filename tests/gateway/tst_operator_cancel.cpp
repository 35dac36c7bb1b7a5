// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/phase_times.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace signalbox::test;

// The operator ends requests that are in flight: the client hears it in its dialect, the row says who it was.
class TestOperatorCancel final : public QObject
{
    Q_OBJECT

private:
    std::string runningId(GatewayFixture &gateway)
    {
        [&] { QTRY_VERIFY(!gateway.host().snapshot()->running.empty()); }();
        return gateway.host().snapshot()->running.empty() ? std::string()
                                                          : gateway.host().snapshot()->running.front().id;
    }

private Q_SLOTS:
    void beforeTheReply_data();
    void beforeTheReply();
    void inTheMiddleOfAStream_data();
    void inTheMiddleOfAStream();
    void aReplyOfBytesBreaksOff();
    void othersGoOn();
    void whatIsOverStaysAsItIs();
    void phasesAreKeptWithoutBodies();
};

void TestOperatorCancel::beforeTheReply_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("said");
    const QByteArray words = "'The operator of this gateway cancelled the request.'";
    QTest::newRow("openai-chat") << QByteArray("/v1/chat/completions")
                                 << QByteArray("{'model':'m1','messages':[{'role':'user','content':'x'}]}") << words;
    QTest::newRow("anthropic") << QByteArray("/v1/messages")
                               << QByteArray("{'model':'m1','max_tokens':9,'messages':[{'role':'user','content':'x'}]}")
                               << QByteArray("'type':'error'");
    QTest::newRow("gemini") << QByteArray("/v1beta/models/m1:generateContent")
                            << QByteArray("{'contents':[{'parts':[{'text':'x'}]}]}")
                            << QByteArray("'status':'CANCELLED'");
    QTest::newRow("ollama") << QByteArray("/api/chat")
                            << QByteArray("{'model':'m1','stream':false,'messages':[{'role':'user','content':'x'}]}")
                            << words;
}

void TestOperatorCancel::beforeTheReply()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, said);
    ScriptedProvider box([](HttpExchange &, const ScriptedProvider::Seen &) {}); // never answers
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, path.constData(), body.replace('\'', '"').toStdString());
    QTRY_COMPARE(box.seen().size(), size_t{1});
    const std::string id = runningId(gateway);
    gateway.host().cancelRequests({id});
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 499);
    QVERIFY2(reply.body.find(said.replace('\'', '"').toStdString()) != std::string::npos, reply.body.c_str());
    QTRY_VERIFY(box.seen().front()->gone); // at once: nobody waits for it any more
    const auto records = gateway.records(1);
    QCOMPARE(records.front().id, id);
    QCOMPARE(records.front().status, 499);
    QVERIFY(records.front().error.starts_with("cancelled_by_operator: "));
    QCOMPARE(records.front().attempts.size(), size_t{1});
    QCOMPARE(records.front().attempts.front().errorClass, std::string("cancelled_by_operator"));
    QCOMPARE(box.seen().size(), size_t{1}); // it is not tried again
    QTRY_VERIFY(gateway.host().snapshot()->running.empty());
}

void TestOperatorCancel::inTheMiddleOfAStream_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("openai-chat") << QByteArray("/v1/chat/completions")
                                 << QByteArray("{'model':'m1','stream':true,"
                                               "'messages':[{'role':'user','content':'x'}]}")
                                 << QByteArray("data: {'error':{");
    QTest::newRow("anthropic") << QByteArray("/v1/messages")
                               << QByteArray("{'model':'m1','max_tokens':9,'stream':true,"
                                             "'messages':[{'role':'user','content':'x'}]}")
                               << QByteArray("event: error");
}

void TestOperatorCancel::inTheMiddleOfAStream()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, said);
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        const QByteArray first = "data: {'id':'c','object':'chat.completion.chunk','created':1,'model':'m1',"
                                 "'choices':[{'index':0,'delta':{'role':'assistant','content':'Hel'}}]}\n\n";
        GatewayFixture::replyEvents(exchange, QByteArray(first).replace('\'', '"').toStdString(), false);
    });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, path.constData(), body.replace('\'', '"').toStdString());
    QTRY_VERIFY(reply.body.find("Hel") != std::string::npos);
    gateway.host().cancelRequests({runningId(gateway)});
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.ends, 1); // told in words, not by a broken connection
    QCOMPARE(reply.head->status, 200);
    QVERIFY2(reply.body.find(said.replace('\'', '"').toStdString()) != std::string::npos, reply.body.c_str());
    QVERIFY(reply.body.find("The operator of this gateway cancelled the request.") != std::string::npos);
    QVERIFY2(reply.body.find("[DONE]") == std::string::npos, "no made-up end");
    const auto records = gateway.records(1);
    QCOMPARE(records.front().status, 499);
    QVERIFY(records.front().error.starts_with("cancelled_by_operator: "));
    QVERIFY(records.front().ttftMs); // what the client saw of it stays known
    QTRY_VERIFY(box.seen().front()->gone);
}

void TestOperatorCancel::aReplyOfBytesBreaksOff()
{
    HttpExchange *upstream = nullptr;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        HeaderList headers;
        headers.add("content-type", "audio/mpeg");
        exchange.startReply(200, headers);
        exchange.write(std::string(4'096, 'x'));
        exchange.write(std::string(4'096, 'x'));
        upstream = &exchange;
    });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/audio/speech", R"({"model":"m1","input":"x"})");
    QTRY_VERIFY(reply.head);
    gateway.host().cancelRequests({runningId(gateway)});
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.failures, 1); // a whole reply it is not
    QCOMPARE(gateway.records(1).front().status, 499);
}

void TestOperatorCancel::othersGoOn()
{
    std::vector<HttpExchange *> held;
    ScriptedProvider box([&](HttpExchange &exchange, const ScriptedProvider::Seen &) { held.push_back(&exchange); });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler first;
    RecordingHandler second;
    gateway.post(first, "/v1/chat/completions", R"({"model":"one"})");
    QTRY_COMPARE(held.size(), size_t{1});
    gateway.post(second, "/v1/chat/completions", R"({"model":"two"})");
    QTRY_COMPARE(held.size(), size_t{2});
    const auto idOf = [&](const char *model) {
        for (const InFlightRow &row : gateway.host().snapshot()->running) {
            if (row.requestedModel == model)
                return row.id;
        }
        return std::string();
    };
    QTRY_VERIFY(!idOf("one").empty() && !idOf("two").empty());
    gateway.host().cancelRequests({idOf("one"), "no such request"});
    QTRY_VERIFY(first.over());
    QCOMPARE(first.head->status, 499);
    QVERIFY(!second.over());
    held[1]->reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    QTRY_VERIFY(second.over());
    QCOMPARE(second.head->status, 200);
}

void TestOperatorCancel::whatIsOverStaysAsItIs()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(reply.over());
    const auto records = gateway.records(1);
    gateway.host().cancelRequests({records.front().id});
    RecordingHandler next;
    gateway.post(next, "/v1/chat/completions", R"({"model":"m1"})");
    QTRY_VERIFY(next.over());
    const auto after = gateway.records(2);
    QCOMPARE(after.back().id, records.front().id);
    QCOMPARE(after.back().status, 200);
}

void TestOperatorCancel::phasesAreKeptWithoutBodies()
{
    ScriptedProvider box([](HttpExchange &exchange, const ScriptedProvider::Seen &) {
        exchange.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    Config config;
    config.providers = {GatewayFixture::provider("box", box)};
    config.store.bodies = BodyPolicy::None;
    GatewayFixture gateway;
    QVERIFY(gateway.start(config));
    RecordingHandler reply;
    gateway.post(reply, "/v1/messages", R"({"model":"m1","max_tokens":9,"messages":[{"role":"user","content":"x"}]})");
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    const RequestRecord record = gateway.records(1).front();
    QVERIFY(record.bodies.empty());
    const auto times = phasesOf(record);
    QVERIFY(times);
    QVERIFY(times->receivedUs >= 0 && times->parsedUs >= times->receivedUs && times->plannedUs >= times->parsedUs);
    QCOMPARE(times->attempts.size(), size_t{1});
    QVERIFY(times->attempts[0].madeFromUs >= times->plannedUs);
    QVERIFY(times->attempts[0].startedUs >= times->attempts[0].madeFromUs);
    QVERIFY(times->attempts[0].translated);
}

QTEST_GUILESS_MAIN(TestOperatorCancel)
#include "tst_operator_cancel.moc"
