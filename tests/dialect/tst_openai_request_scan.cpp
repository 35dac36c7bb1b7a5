// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/request_scan.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::openai_chat;

class TestOpenAiRequestScan final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatRoutingNeeds();
    void splice_data();
    void splice();
    void refuses_data();
    void refuses();
    void largeNumbersAndOrderStay();
};

void TestOpenAiRequestScan::readsWhatRoutingNeeds()
{
    const auto scan = scanRequest(
        R"({"messages":[{"model":"inner","stream":true}],"model":"g\u0070t","stream":true,"user":"ann","stream_options":{"include_usage":true}})");
    QVERIFY(scan);
    QCOMPARE(scan->model, std::string("gpt"));
    QVERIFY(scan->stream);
    QVERIFY(scan->includeUsage);
    QCOMPARE(scan->user, std::string("ann"));
}

void TestOpenAiRequestScan::splice_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("model");
    QTest::addColumn<bool>("askForUsage");
    QTest::addColumn<QString>("expected");
    QTest::newRow("nothing to change") << R"({ "model" : "a" , "x":1 })"
                                       << "a" << true << R"({ "model" : "a" , "x":1 })";
    QTest::newRow("model only") << R"({ "model" : "a" , "x":1 })"
                                << "long/name" << true << R"({ "model" : "long/name" , "x":1 })";
    QTest::newRow("escaped model") << R"({"model":"a"})"
                                   << "q\"q" << true << R"({"model":"q\"q"})";
    QTest::newRow("escaped same model stays") << R"({"model":"\u0061"})"
                                              << "a" << true << R"({"model":"\u0061"})";
    QTest::newRow("stream adds options") << R"({"model":"a","stream":true})"
                                         << "a" << true
                                         << R"({"model":"a","stream":true,"stream_options":{"include_usage":true}})";
    QTest::newRow("trailing space")
        << "{\"model\":\"a\",\"stream\":true\n}\n"
        << "b" << true << "{\"model\":\"b\",\"stream\":true\n,\"stream_options\":{\"include_usage\":true}}\n";
    QTest::newRow("not asked") << R"({"model":"a","stream":true})"
                               << "a" << false << R"({"model":"a","stream":true})";
    QTest::newRow("options null") << R"({"stream":true,"stream_options":null,"model":"a"})"
                                  << "a" << true
                                  << R"({"stream":true,"stream_options":{"include_usage":true},"model":"a"})";
    QTest::newRow("options empty") << R"({"stream":true,"stream_options":{ },"model":"a"})"
                                   << "a" << true
                                   << R"({"stream":true,"stream_options":{"include_usage":true },"model":"a"})";
    QTest::newRow("options other") << R"({"stream":true,"stream_options":{"x":1},"model":"a"})"
                                   << "b" << true
                                   << R"({"stream":true,"stream_options":{"include_usage":true,"x":1},"model":"b"})";
    QTest::newRow("options false")
        << R"({"stream_options":{"x":[1,2],"include_usage": false ,"y":{}},"stream":true,"model":"a"})"
        << "a" << true << R"({"stream_options":{"x":[1,2],"include_usage": true ,"y":{}},"stream":true,"model":"a"})";
    QTest::newRow("options true stays") << R"({"stream":true,"stream_options":{"include_usage":true},"model":"a"})"
                                        << "a" << true
                                        << R"({"stream":true,"stream_options":{"include_usage":true},"model":"a"})";
    QTest::newRow("no stream, options stay") << R"({"stream":false,"stream_options":{},"model":"a"})"
                                             << "a" << true << R"({"stream":false,"stream_options":{},"model":"a"})";
}

void TestOpenAiRequestScan::splice()
{
    QFETCH(QString, body);
    QFETCH(QString, model);
    QFETCH(bool, askForUsage);
    const std::string text = body.toStdString();
    const auto scan = scanRequest(text);
    QVERIFY2(scan, scan ? "" : scan.error().message.c_str());
    QTEST(QString::fromStdString(spliceRequest(text, *scan, model.toStdString(), askForUsage)), "expected");
}

void TestOpenAiRequestScan::refuses_data()
{
    QTest::addColumn<QString>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("part"); // of the message
    QTest::newRow("empty") << ""
                           << "json_invalid"
                           << "empty";
    QTest::newRow("not an object") << "[1]"
                                   << "json_invalid"
                                   << "object";
    QTest::newRow("text") << "hello"
                          << "json_invalid"
                          << "line 1, column 1";
    QTest::newRow("cut") << "{\"model\":\"a\","
                         << "json_invalid"
                         << "line 1";
    QTest::newRow("cut inside") << "{\"model\":\"a\",\"messages\":[{\"role\":"
                                << "json_invalid"
                                << "line 1";
    QTest::newRow("second line") << "{\"model\":\"a\",\n \"x\" 1}"
                                 << "json_invalid"
                                 << "line 2, column 6";
    QTest::newRow("two documents") << "{\"model\":\"a\"} {\"model\":\"b\"}"
                                   << "json_invalid"
                                   << "line 1";
    QTest::newRow("model twice") << R"({"model":"a","model":"b"})"
                                 << "field_repeated"
                                 << "'model'";
    QTest::newRow("model twice, escaped") << R"({"model":"a","mode\u006c":"b"})"
                                          << "field_repeated"
                                          << "'model'";
    QTest::newRow("stream twice") << R"({"model":"a","stream":true,"stream":false})"
                                  << "field_repeated"
                                  << "'stream'";
    QTest::newRow("model number") << R"({"model":5})"
                                  << "field_type"
                                  << "must be a string";
    QTest::newRow("stream text") << R"({"model":"a","stream":"yes"})"
                                 << "field_type"
                                 << "true or false";
}

void TestOpenAiRequestScan::refuses()
{
    QFETCH(QString, body);
    QFETCH(QString, code);
    QFETCH(QString, part);
    const auto scan = scanRequest(body.toStdString());
    QVERIFY(!scan);
    QCOMPARE(QString::fromStdString(scan.error().code), code);
    QCOMPARE(scan.error().httpStatus, 400);
    QVERIFY2(QString::fromStdString(scan.error().message).contains(part), scan.error().message.c_str());
}

void TestOpenAiRequestScan::largeNumbersAndOrderStay()
{
    const std::string body =
        R"({"z":9223372036854775807,"seed":18446744073709551615,"t":1.0,"e":1e400,"a":{"z":1,"a":2},"model":"m"})";
    const auto scan = scanRequest(body);
    QVERIFY(scan);
    std::string expected = body;
    expected.replace(expected.find("\"m\""), 3, "\"n\"");
    QCOMPARE(spliceRequest(body, *scan, "n", true), expected);
}

QTEST_APPLESS_MAIN(TestOpenAiRequestScan)
#include "tst_openai_request_scan.moc"
