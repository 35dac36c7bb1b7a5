// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"
#include "core/dialect/ollama/timestamps.h"

#include <boost/json.hpp>

#include <QtCore/QVersionNumber>
#include <QtTest/QTest>

using namespace signalbox;
namespace json = boost::json;

namespace {

std::vector<ListedModel> models()
{
    ListedModel first;
    first.id = "openai/gpt-5";
    first.ownedBy = "openai";
    first.contextTokens = 400'000;
    first.modalities = {"text", "image"};
    first.thinking = true;
    ListedModel second;
    second.id = "box/\"odd\"";
    second.tools = false;
    return {first, second};
}

} // namespace

class TestOllamaModels final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tags();
    void show();
    void showWhenLittleIsKnown();
    void version();
    void noTokenCount();
    void errorShapes();
    void readErrors_data();
    void readErrors();
    void longErrorsAreCut();
    void timestamps_data();
    void timestamps();
    void timestampsThereAndBack();
};

void TestOllamaModels::tags()
{
    const json::value tree = json::parse(ollama::codec().modelList(models()));
    const json::array &list = tree.at("models").as_array();
    QCOMPARE(list.size(), size_t(2));
    const json::object &model = list[0].as_object();
    QCOMPARE(std::string(model.at("name").as_string()), std::string("openai/gpt-5"));
    QCOMPARE(std::string(model.at("model").as_string()), std::string("openai/gpt-5"));
    QVERIFY(ollama::secondsOf(std::string(model.at("modified_at").as_string())));
    QCOMPARE(model.at("size").as_int64(), int64_t(0));
    QCOMPARE(model.at("digest").as_string().size(), size_t(64));
    QVERIFY(model.at("digest") != list[1].at("digest"));
    for (const char *key : {"parent_model", "format", "family", "parameter_size", "quantization_level"})
        QVERIFY(model.at("details").at(key).is_string());
    QCOMPARE(std::string(model.at("details").at("families").at(0).as_string()), std::string("openai"));
    QCOMPARE(std::string(list[1].at("name").as_string()), std::string("box/\"odd\""));
    QCOMPARE(ollama::codec().modelList({}), std::string(R"({"models":[]})"));
}

void TestOllamaModels::show()
{
    const json::value tree = json::parse(ollama::codec().model(models()[0]));
    QCOMPARE(json::serialize(tree.at("capabilities")), std::string(R"(["completion","tools","vision","thinking"])"));
    const std::string architecture(tree.at("model_info").at("general.architecture").as_string());
    QCOMPARE(tree.at("model_info").at(architecture + ".context_length").as_int64(), int64_t(400'000));
    QVERIFY(tree.at("details").is_object());
    for (const char *key : {"modelfile", "parameters", "template", "modified_at"})
        QVERIFY(tree.at(key).is_string());
}

void TestOllamaModels::showWhenLittleIsKnown()
{
    ListedModel model;
    model.id = "m";
    const json::value open = json::parse(ollama::codec().model(model));
    QCOMPARE(json::serialize(open.at("capabilities")), std::string(R"(["completion","tools"])"));
    QCOMPARE(open.at("model_info").as_object().size(), size_t(2));
    model.tools = false;
    model.thinking = false;
    model.modalities = {"text"};
    const json::value closed = json::parse(ollama::codec().model(model));
    QCOMPARE(json::serialize(closed.at("capabilities")), std::string(R"(["completion"])"));
}

// The least versions that clients ask for.
void TestOllamaModels::version()
{
    const json::value tree = json::parse(ollama::versionReply());
    const QVersionNumber told = QVersionNumber::fromString(QLatin1String(tree.at("version").as_string().c_str()));
    QCOMPARE(told.segmentCount(), 3);
    QVERIFY(told >= QVersionNumber(0, 13, 4));
}

void TestOllamaModels::noTokenCount()
{
    QCOMPARE(ollama::codec().tokenCount(5), std::string());
    QCOMPARE(ollama::codec().dialect(), Dialect::Ollama);
}

void TestOllamaModels::errorShapes()
{
    const Error error("upstream_failed", "line\n\"two\"", 502);
    QCOMPARE(QByteArray::fromStdString(ollama::codec().errorBody(error)),
             QByteArray("{\"error\":\"line\\n\\\"two\\\"\"}"));
    QCOMPARE(QByteArray::fromStdString(ollama::codec().errorEvent(error, StreamFraming::Ndjson)),
             QByteArray("{\"error\":\"line\\n\\\"two\\\"\"}\n"));
}

void TestOllamaModels::readErrors_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("code");
    QTest::addColumn<QByteArray>("message");
    const auto row = [](const char *name, const char *body, const char *code, const char *message) {
        QTest::newRow(name) << QByteArray(body) << QByteArray(code) << QByteArray(message);
    };
    row("ollama", R"({"error":"model 'x' not found"})", "", "model 'x' not found");
    row("openai", R"({"error":{"message":"no","type":"t","code":"c"}})", "c", "no");
    row("only a type", R"({"error":{"message":"no","type":"t"}})", "t", "no");
    row("no message", R"({"error":{"status":5}})", "", R"({"status":5})");
    row("detail", R"({"detail":"Not Found"})", "", "Not Found");
    row("message", R"({"message":"slow down"})", "", "slow down");
    row("plain text", " 404 page not found\n", "", "404 page not found");
    row("HTML", "<html><body>Bad Gateway</body></html>", "", "<html><body>Bad Gateway</body></html>");
    row("empty", "", "", "The provider answered with status 418 and no text.");
    row("blank", " \n", "", "The provider answered with status 418 and no text.");
    row("null", R"({"error":null})", "", R"({"error":null})");
}

void TestOllamaModels::readErrors()
{
    QFETCH(QByteArray, body);
    QFETCH(QByteArray, code);
    QFETCH(QByteArray, message);
    const Error error = ollama::codec().readError(418, body.toStdString());
    QCOMPARE(error.httpStatus, 418);
    QCOMPARE(QByteArray::fromStdString(error.code), code);
    QCOMPARE(QByteArray::fromStdString(error.message), message);
}

void TestOllamaModels::longErrorsAreCut()
{
    for (int shift = 0; shift < 4; ++shift) {
        const QByteArray text = QByteArray(shift, 'x') + QByteArray("😀").repeated(300);
        const Error error = ollama::codec().readError(500, text.toStdString());
        const QByteArray message = QByteArray::fromStdString(error.message);
        QVERIFY(message.size() <= 500 && message.size() > 496);
        QVERIFY(QUtf8StringView(message).isValidUtf8());
        QVERIFY(text.startsWith(message));
    }
}

void TestOllamaModels::timestamps_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qint64>("seconds"); // -1: none
    const auto row = [](const char *text, qint64 seconds) { QTest::newRow(text) << QByteArray(text) << seconds; };
    row("2025-11-22T16:00:00Z", 1763827200);
    row("2025-11-22T16:00:00.123456789Z", 1763827200);
    row("2025-11-22T18:00:00.5+02:00", 1763827200);
    row("2025-11-22T10:30:00-05:30", 1763827200);
    row("1970-01-01T00:00:01Z", 1);
    row("2024-02-29T00:00:00Z", 1709164800);
    row("2025-02-29T00:00:00Z", -1);
    row("2025-11-22", -1);
    row("2025-11-22T16:00:00", -1);
    row("2025-11-22 16:00:00Z", -1);
    row("2025-11-22T16:00:00Zx", -1);
    row("2025-+1-22T16:00:00Z", -1);
    row("now", -1);
    row("", -1);
}

void TestOllamaModels::timestamps()
{
    QFETCH(QByteArray, text);
    QFETCH(qint64, seconds);
    QCOMPARE(qint64(ollama::secondsOf(text.toStdString()).value_or(-1)), seconds);
}

void TestOllamaModels::timestampsThereAndBack()
{
    QCOMPARE(ollama::timestampOf(1763827200), std::string("2025-11-22T16:00:00.000000000Z"));
    for (const int64_t seconds : {int64_t(0), int64_t(951'782'399), int64_t(1'763'827'261), int64_t(4'102'444'800)})
        QCOMPARE(*ollama::secondsOf(ollama::timestampOf(seconds)), seconds);
}

QTEST_APPLESS_MAIN(TestOllamaModels)
#include "tst_ollama_models.moc"
