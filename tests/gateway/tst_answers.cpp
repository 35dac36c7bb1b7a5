// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/clock.h"
#include "tests/gateway/gateway_fixture.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <boost/json.hpp>

#include <cmath>

using namespace signalbox;
using signalbox::test::RecordingHandler;

namespace json = boost::json;

// Questions about spend over HTTP: that they reach the ledger, and that mistakes are told. What the sums are is tested
// with the ledger.
class TestAnswers final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void spend();
    void spendAsCsv();
    void auditLog();
    void readyAnswers_data();
    void readyAnswers();
    void mistakes_data();
    void mistakes();
    void reconciles();
    void repetition_data();
    void repetition();
    void calibrationOutlivesARestart();
    void damagedCalibrationIsLeftAside();

private:
    json::value ask(const char *path, int status = 200);

    std::unique_ptr<ScriptedProvider> m_box;
    std::unique_ptr<GatewayFixture> m_gateway;
    Config m_config;
};

void TestAnswers::init()
{
    m_box = std::make_unique<ScriptedProvider>([](HttpExchange &http, const ScriptedProvider::Seen &) {
        http.reply(200, GatewayFixture::jsonHeaders(), GatewayFixture::goodReply);
    });
    m_gateway = std::make_unique<GatewayFixture>();
    m_config = Config();
    m_config.providers = {GatewayFixture::provider("box", *m_box)};
    PriceConfig price;
    price.model = "box/*";
    price.inputUsdPerMTok = 1;
    price.outputUsdPerMTok = 10;
    m_config.prices = {price};
    QVERIFY(m_gateway->start(m_config));
    for (int i = 0; i < 2; ++i) {
        RecordingHandler reply;
        m_gateway->post(reply, "/v1/chat/completions", R"({"model":"m1","messages":[]})");
        QTRY_VERIFY(reply.over());
    }
    QCOMPARE(m_gateway->records(2).size(), size_t(2));
}

void TestAnswers::cleanup()
{
    m_gateway.reset();
    m_box.reset();
}

json::value TestAnswers::ask(const char *path, int status)
{
    RecordingHandler reply;
    m_gateway->get(reply, path);
    if (!QTest::qWaitFor([&] { return reply.over(); }) || !reply.head || reply.head->status != status)
        qWarning("%s: %d %s", path, reply.head ? reply.head->status : 0, reply.body.c_str());
    json::error_code failed;
    return json::parse(reply.body, failed);
}

void TestAnswers::spend()
{
    const json::value told = ask("/signalbox/v1/spend?by=model&range=1h&zone=UTC");
    QCOMPARE(told.at("total").at("requests").as_int64(), 2);
    QCOMPARE(std::string(told.at("total").at("cost_usd").as_string()), std::string("0.000060000"));
    QCOMPARE(std::string(told.at("groups").at(0).at("name").as_string()), std::string("m1"));
    QCOMPARE(told.at("groups").at(0).at("total").at("output_tokens").as_int64(), 4);
    const json::value none = ask("/signalbox/v1/spend?by=model&range=1h&provider=other");
    QVERIFY(none.at("groups").as_array().empty());
    const json::value hours = ask("/signalbox/v1/spend?by=project&range=5h&bucket=hour");
    QVERIFY(hours.at("buckets").as_array().size() >= 5);
    QCOMPARE(hours.at("groups").at(0).at("buckets").as_array().size(), hours.at("buckets").as_array().size());
}

void TestAnswers::spendAsCsv()
{
    RecordingHandler reply;
    m_gateway->get(reply, "/signalbox/v1/spend?by=target&range=1h&format=csv");
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.head->headers.get("content-type").find("text/csv") == 0);
    QVERIFY(reply.body.find("start_ms,target,requests,") == 0);
    QVERIFY(reply.body.find(",box/m1,2,0,0,60000,20,0,0,4,0\r\n") != std::string::npos);
}

void TestAnswers::auditLog()
{
    AuditEntry entry;
    entry.atMs = SystemClock().wallMs();
    entry.actor = "ada";
    entry.source = "console";
    entry.kind = "config";
    entry.what = "settings changed";
    entry.pointer = "/store/keepDays";
    entry.before = "30";
    entry.after = "7";
    m_gateway->ledger().noteAudit({entry});
    json::value told;
    QTRY_VERIFY((told = ask("/signalbox/v1/audit?range=1h&kind=config")).at("entries").as_array().size() == 1);
    const json::value &line = told.at("entries").at(0);
    QCOMPARE(std::string(line.at("pointer").as_string()), std::string("/store/keepDays"));
    QCOMPARE(std::string(line.at("before").as_string()), std::string("30"));
    QVERIFY(ask("/signalbox/v1/audit?kind=key").at("entries").as_array().empty());
    RecordingHandler reply;
    m_gateway->get(reply, "/signalbox/v1/audit?format=csv&text=keepdays");
    QTRY_VERIFY(reply.over());
    QVERIFY(reply.head->headers.get("content-type").find("text/csv") == 0);
    QVERIFY(reply.body.find(",ada,console,config,settings changed,/store/keepDays,30,7\r\n") != std::string::npos);
    ask("/signalbox/v1/audit?kind=all", 400);
}

void TestAnswers::readyAnswers_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("holds");
    const auto row = [](const char *path, const char *holds) {
        QTest::newRow(path) << QByteArray(path) << QByteArray(holds);
    };
    row("cost-drivers?range=1h", R"("name":"box/m1","now":{"requests":2)");
    row("cost-drivers?range=1h", R"("change_usd":"0.000060000","change_share":null)");
    row("fastest?range=1h", R"("provider":"box","model":"m1","requests":2)");
    row("cache-savings?range=1h", R"("input_tokens":20,"cached_tokens":0,"saved_usd":"0.000000000")");
    row("forecast?zone=UTC", R"("spent_usd":"0.000060000","today_usd":"0.000060000")");
}

void TestAnswers::readyAnswers()
{
    QFETCH(QByteArray, path);
    QFETCH(QByteArray, holds);
    RecordingHandler reply;
    m_gateway->get(reply, QByteArray("/signalbox/v1/answers/").append(path).constData());
    QTRY_VERIFY(reply.over());
    QCOMPARE(reply.head->status, 200);
    QVERIFY2(QByteArray::fromStdString(reply.body).contains(holds), reply.body.c_str());
}

void TestAnswers::mistakes_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("told");
    const auto row = [](const char *path, int status, const char *told) {
        QTest::newRow(path) << QByteArray(path) << status << QByteArray(told);
    };
    row("spend?by=colour", 400, "must be one of nothing, project");
    row("spend?format=xml", 400, "must be one of json, jsonl, csv");
    row("spend?by=session&model=x", 400, "narrowed to a project only");
    row("answers/biggest", 404, "cost-drivers, fastest, cache-savings, forecast");
    row("answers/forecast?range=1d", 400, "there are zone");
    row("reconcile", 405, "takes POST");
}

void TestAnswers::mistakes()
{
    QFETCH(QByteArray, path);
    QFETCH(int, status);
    QFETCH(QByteArray, told);
    const json::value answer = ask(QByteArray("/signalbox/v1/").append(path).constData(), status);
    const std::string message(answer.at("error").at("message").as_string());
    QVERIFY2(QByteArray::fromStdString(message).contains(told), message.c_str());
}

void TestAnswers::reconciles()
{
    const std::string today = QDateTime::currentDateTimeUtc().date().toString(Qt::ISODate).toStdString();
    const std::string report =
        R"({"data":[{"date":")" + today +
        R"(","model":"m1","requests":2,"prompt_tokens":20,"completion_tokens":4,"usage":0.001}]})";
    RecordingHandler reply;
    m_gateway->post(reply, "/signalbox/v1/reconcile?provider=box", report);
    QTRY_VERIFY(reply.over());
    QVERIFY2(reply.head->status == 200, reply.body.c_str());
    const json::value told = json::parse(reply.body);
    QCOMPARE(told.at("differing").as_int64(), 1); // the money
    QCOMPARE(std::string(told.at("days").at(0).at("state").as_string()), std::string("differs"));
    QCOMPARE(told.at("totals").at(1).at("ledger").as_int64(), 20);
    RecordingHandler broken;
    m_gateway->post(broken, "/signalbox/v1/reconcile?provider=box", R"({"data":[{"date":"x"}]})");
    QTRY_VERIFY(broken.over());
    QCOMPARE(broken.head->status, 400);
    QVERIFY(broken.body.find("/data/0/date") != std::string::npos);
}

void TestAnswers::repetition_data()
{
    QTest::addColumn<int>("scope");
    QTest::addColumn<bool>("stream");
    QTest::addColumn<int>("samples");
    QTest::newRow("whole replies") << int(RepetitionScope::Decoded) << false << 2;
    QTest::newRow("streams pass untouched") << int(RepetitionScope::Decoded) << true << 0;
    QTest::newRow("streams when asked for") << int(RepetitionScope::All) << true << 2;
    QTest::newRow("switched off") << int(RepetitionScope::Off) << false << 0;
}

void TestAnswers::repetition()
{
    QFETCH(int, scope);
    QFETCH(bool, stream);
    QFETCH(int, samples);
    m_gateway->stop();
    std::string text;
    for (int i = 0; i < 20; ++i)
        text += "the train is late again ";
    m_box = std::make_unique<ScriptedProvider>([&](HttpExchange &http, const ScriptedProvider::Seen &) {
        if (stream)
            return GatewayFixture::replyEvents(
                http, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + text +
                          "\"}}]}\n\ndata: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
                          "data: [DONE]\n\n");
        http.reply(200, GatewayFixture::jsonHeaders(), "{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}");
    });
    m_config.providers = {GatewayFixture::provider("box", *m_box)};
    m_config.answers.repetition = static_cast<RepetitionScope>(scope);
    QVERIFY(m_gateway->start(m_config));
    for (int i = 0; i < 2; ++i) {
        RecordingHandler reply;
        m_gateway->post(reply, "/v1/chat/completions",
                        stream ? "{\"model\":\"m1\",\"stream\":true,\"messages\":[]}"
                               : "{\"model\":\"m1\",\"messages\":[]}");
        QTRY_VERIFY(reply.over());
    }
    QCOMPARE(m_gateway->records(4).size(), size_t(4));
    m_gateway->stop(); // writes the figures
    QVERIFY(m_gateway->start(m_config));
    const json::value told = ask("/signalbox/v1/answers/repetition?range=1h");
    const json::array &models = told.at("models").as_array();
    if (samples == 0) {
        for (const json::value &model : models)
            QCOMPARE(model.at("samples").as_int64(), 0);
        return;
    }
    QCOMPARE(models.size(), size_t(1));
    QCOMPARE(models[0].at("samples").as_int64(), samples);
    QVERIFY(models[0].at("repeated_share").to_number<double>() > 0.9);
    QCOMPARE(models[0].at("looping").as_int64(), samples);
    QCOMPARE(models[0].at("near_duplicates").as_int64(), 1);
    QVERIFY(told.at("repeats_most").is_null()); // two are too few to say
}

void TestAnswers::calibrationOutlivesARestart()
{
    m_gateway->stop();
    RouteConfig route = GatewayFixture::route(GatewayFixture::target("box"));
    route.match.tokensAbove = 1; // so that requests are counted
    m_config.routes = {route};
    m_box = std::make_unique<ScriptedProvider>([](HttpExchange &http, const ScriptedProvider::Seen &) {
        http.reply(200, GatewayFixture::jsonHeaders(),
                   R"({"choices":[{"message":{"content":"hi"}}],"usage":{"prompt_tokens":100,"completion_tokens":2}})");
    });
    m_config.providers = {GatewayFixture::provider("box", *m_box)};
    QVERIFY(m_gateway->start(m_config));
    RecordingHandler reply;
    m_gateway->post(reply, "/v1/chat/completions",
                    R"({"model":"m1","messages":[{"role":"user","content":")" + std::string(200, 'a') + R"("}]})");
    QTRY_VERIFY(reply.over());
    const json::value before = ask("/signalbox/v1/catalogue?model=box/m1");
    QCOMPARE(before.at("calibration").at("samples").as_int64(), 1);
    m_gateway->stop();
    QVERIFY(QFile::exists(m_gateway->folder() + QStringLiteral("/calibration.json")));
    QVERIFY(m_gateway->start(m_config));
    const json::value after = ask("/signalbox/v1/catalogue?model=box/m1");
    QCOMPARE(after.at("calibration").at("samples").as_int64(), 1);
    QVERIFY(std::abs(after.at("calibration").at("factor").to_number<double>() -
                     before.at("calibration").at("factor").to_number<double>()) < 1e-9);
}

void TestAnswers::damagedCalibrationIsLeftAside()
{
    m_gateway->stop();
    QFile file(m_gateway->folder() + QStringLiteral("/calibration.json"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(R"({"version":1,"models":{"box/m1":[99,1,1]}})");
    file.close();
    QVERIFY(m_gateway->start(m_config));
    const json::value told = ask("/signalbox/v1/catalogue?model=box/m1");
    QVERIFY(!told.as_object().contains("calibration"));
}

QTEST_GUILESS_MAIN(TestAnswers)
#include "tst_answers.moc"
