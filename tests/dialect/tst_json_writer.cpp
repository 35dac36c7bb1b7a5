// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <QtTest/QTest>

#include <charconv>
#include <cmath>
#include <limits>

using namespace signalbox;
namespace json = boost::json;

namespace {

template<class Write>
QByteArray written(const Write &write)
{
    std::string out;
    JsonWriter writer(out);
    write(writer);
    return QByteArray::fromStdString(out);
}

} // namespace

class TestJsonWriter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_data();
    void texts();
    void everyByteReadsBack();
    void doubles_data();
    void doubles();
    void integers();
    void nesting();
    void membersOfEachType();
    void subtreesKeepTheirOrder();
    void textsInPieces();
    void appendsOnly();
};

void TestJsonWriter::texts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("empty") << QByteArray() << QByteArray("\"\"");
    QTest::newRow("quote and backslash") << QByteArray("a\"b\\c") << QByteArray("\"a\\\"b\\\\c\"");
    QTest::newRow("line ends") << QByteArray("\r\n\t") << QByteArray(R"("\r\n\t")");
    QTest::newRow("control") << QByteArray("\x01\x08\x0c\x1f", 4) << QByteArray(R"("\u0001\u0008\u000c\u001f")");
    QTest::newRow("NUL") << QByteArray("a\0b", 3) << QByteArray(R"("a\u0000b")");
    QTest::newRow("delete is no control here") << QByteArray("\x7f") << QByteArray("\"\x7f\"");
    QTest::newRow("slash stays") << QByteArray("a/b") << QByteArray(R"("a/b")");
    QTest::newRow("UTF-8 stays") << QByteArray("é€😀\u2028") << QByteArray("\"é€😀\u2028\"");
    QTest::newRow("escape at both ends") << QByteArray("\"x\"") << QByteArray("\"\\\"x\\\"\"");
}

void TestJsonWriter::texts()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, json);
    const QByteArray alone = written([&](JsonWriter &writer) { writer.text(text.toStdString()); });
    QCOMPARE(alone, json);
    const QByteArray asKey = written([&](JsonWriter &writer) {
        writer.beginObject();
        writer.member(text.toStdString(), 1);
        writer.endObject();
    });
    QCOMPARE(asKey, '{' + json + ":1}");
}

void TestJsonWriter::everyByteReadsBack()
{
    std::string text;
    for (char c = 0; c != '\x7f'; ++c)
        text += c;
    const QByteArray json = written([&](JsonWriter &writer) { writer.text(text); });
    QCOMPARE(std::string(json::parse(json.toStdString()).as_string()), text);
}

void TestJsonWriter::doubles_data()
{
    QTest::addColumn<double>("value");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("tenth") << 0.1 << QByteArray("0.1");
    QTest::newRow("third") << 1.0 / 3 << QByteArray("0.3333333333333333");
    QTest::newRow("zero") << 0.0 << QByteArray("0");
    QTest::newRow("large") << 1e300 << QByteArray("1e+300");
    QTest::newRow("small") << 5e-324 << QByteArray("5e-324");
    QTest::newRow("most digits") << 1.7976931348623157e308 << QByteArray("1.7976931348623157e+308");
    QTest::newRow("negative") << -2.5 << QByteArray("-2.5");
    QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << QByteArray("null");
    QTest::newRow("not a number") << std::nan("") << QByteArray("null");
}

void TestJsonWriter::doubles()
{
    QFETCH(double, value);
    QFETCH(QByteArray, json);
    const QByteArray seen = written([&](JsonWriter &writer) { writer.number(value); });
    QCOMPARE(seen, json);
    if (std::isfinite(value)) {
        // boost's quick number parser may be one step off; the standard one is exact.
        double read = 0;
        std::from_chars(json.constData(), json.constData() + json.size(), read);
        QVERIFY(read == value);
    }
}

void TestJsonWriter::integers()
{
    const QByteArray json = written([](JsonWriter &writer) {
        writer.beginArray();
        writer.integer(std::numeric_limits<int64_t>::min());
        writer.integer(std::numeric_limits<int64_t>::max());
        writer.value(json::value(std::numeric_limits<uint64_t>::max()));
        writer.integer(0);
        writer.endArray();
    });
    QCOMPARE(json, QByteArray("[-9223372036854775808,9223372036854775807,18446744073709551615,0]"));
}

void TestJsonWriter::nesting()
{
    const QByteArray json = written([](JsonWriter &writer) {
        writer.beginObject();
        writer.key("z");
        writer.beginArray();
        writer.beginArray();
        writer.endArray();
        writer.beginObject();
        writer.endObject();
        writer.text("x");
        writer.null();
        writer.endArray();
        writer.key("a");
        writer.beginObject();
        writer.member("deep", true);
        writer.endObject();
        writer.memberRaw("raw", "[1, 2]");
        writer.memberNull("none");
        writer.endObject();
    });
    QCOMPARE(json, QByteArray(R"({"z":[[],{},"x",null],"a":{"deep":true},"raw":[1, 2],"none":null})"));
}

void TestJsonWriter::membersOfEachType()
{
    const std::string text = "s";
    const QByteArray json = written([&](JsonWriter &writer) {
        writer.beginObject();
        writer.member("literal", "l");
        writer.member("view", std::string_view("v"));
        writer.member("string", text);
        writer.member("false", false);
        writer.member("int", 1);
        writer.member("int64", int64_t(-2));
        writer.member("size", size_t(3));
        writer.member("double", 0.5);
        writer.member("json", json::value(nullptr));
        writer.memberUnlessEmpty("nothing", "");
        writer.memberUnlessEmpty("something", "y");
        writer.endObject();
    });
    QCOMPARE(json, QByteArray(R"({"literal":"l","view":"v","string":"s","false":false,"int":1,"int64":-2,"size":3,)"
                              R"("double":0.5,"json":null,"something":"y"})"));
}

void TestJsonWriter::subtreesKeepTheirOrder()
{
    const std::string text = "{\"z\":1,\"a\":[1.5,-3,18446744073709551615,true,false,null,\"é\\\"\\n\"],\"m\":{\"y\":{}"
                             ",\"b\":[]},\"\":\"\"}";
    QCOMPARE(QByteArray::fromStdString(jsonText(json::parse(text))), QByteArray::fromStdString(text));
}

void TestJsonWriter::textsInPieces()
{
    const QByteArray json = written([](JsonWriter &writer) {
        writer.beginArray();
        writer.textBegin();
        writer.textPart("a\"");
        writer.textPart("");
        writer.textPart("\nb");
        writer.textEnd();
        writer.text("next");
        writer.endArray();
    });
    QCOMPARE(json, QByteArray("[\"a\\\"\\nb\",\"next\"]"));
}

void TestJsonWriter::appendsOnly()
{
    std::string out = "data: ";
    JsonWriter writer(out);
    writer.beginObject();
    writer.endObject();
    QCOMPARE(out, std::string("data: {}"));
}

QTEST_APPLESS_MAIN(TestJsonWriter)
#include "tst_json_writer.moc"
