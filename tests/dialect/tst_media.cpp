// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/media.h"

#include <QtTest/QTest>

#include <set>

using namespace signalbox;

class TestMedia final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void dataUrls_data();
    void dataUrls();
    void sniffing_data();
    void sniffing();
    void arguments_data();
    void arguments();
    void deepArguments();
    void ids();
    void shortIds();
};

void TestMedia::dataUrls_data()
{
    QTest::addColumn<QByteArray>("url");
    QTest::addColumn<QByteArray>("expected"); // type|data, or "none"
    const auto row = [](const char *name, const char *url, const char *expected) {
        QTest::newRow(name) << QByteArray(url) << QByteArray(expected);
    };
    row("plain", "data:image/png;base64,AAAA", "image/png|AAAA");
    row("parameter", "data:text/plain;charset=utf-8;base64,aGk=", "text/plain|aGk=");
    row("no type", "data:;base64,AA==", "|AA==");
    row("no data", "data:image/png;base64,", "image/png|");
    row("upper case scheme", "DATA:image/png;base64,AAAA", "image/png|AAAA");
    row("mixed case", "Data:image/png;Base64,AAAA", "image/png|AAAA");
    row("not base64", "data:text/plain,hello", "none");
    row("no comma", "data:image/png;base64", "none");
    row("a web address", "https://example.org/a.png", "none");
    row("bare base64", "iVBORw0KGgo", "none");
    row("empty", "", "none");
    row("short", "data", "none");
}

void TestMedia::dataUrls()
{
    QFETCH(QByteArray, url);
    QFETCH(QByteArray, expected);
    const std::string text = url.toStdString();
    const auto read = readDataUrl(text);
    const QByteArray seen =
        read ? QByteArray::fromStdString(std::string(read->mimeType) + "|" + std::string(read->data)) : "none";
    QCOMPARE(seen, expected);
}

void TestMedia::sniffing_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("type");
    const auto row = [](const char *name, const QByteArray &bytes, const char *type) {
        QTest::newRow(name) << bytes + QByteArray(12, 'x') << QByteArray(type);
    };
    row("png", QByteArray("\x89PNG\r\n\x1a\n"), "image/png");
    row("jpeg", QByteArray("\xff\xd8\xff\xe0"), "image/jpeg");
    row("jpeg, exif", QByteArray("\xff\xd8\xff\xe1"), "image/jpeg");
    row("gif 87", QByteArray("GIF87a"), "image/gif");
    row("gif 89", QByteArray("GIF89a"), "image/gif");
    row("webp", QByteArray("RIFF\x10\x02\x00\x00WEBPVP8 ", 16), "image/webp");
    row("wav is no image", QByteArray("RIFF\x10\x02\x00\x00WAVEfmt ", 16), "audio/wav");
    row("other riff",
        QByteArray("RIFF\x10\x02\x00\x00"
                   "CDXA",
                   12),
        "");
    row("bmp", QByteArray("BM\x36\x00\x00\x00", 6), "image/bmp");
    row("bmp, large", QByteArray("BM\xff\x00\x00\x00", 6), "image/bmp");
    row("text like a bmp", QByteArray("BAD"), "");
    row("tiff, little", QByteArray("II*\0", 4), "image/tiff");
    row("tiff, big", QByteArray("MM\0*", 4), "image/tiff");
    row("pdf", QByteArray("%PDF-1.7"), "application/pdf");
    row("mp3", QByteArray("ID3\x04"), "audio/mpeg");
    row("unknown", QByteArray("\0\0\0\0", 4), "");
    row("nothing", QByteArray(), "");
}

void TestMedia::sniffing()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, type);
    const std::string base64 = bytes.toBase64().toStdString();
    QCOMPARE(QByteArray::fromStdString(std::string(sniffMimeType(base64))), type);
    for (size_t size = 0; size < 16; ++size) // never reads behind the end
        sniffMimeType(std::string_view(base64).substr(0, size));
}

void TestMedia::arguments_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<bool>("fits");
    const auto row = [](const char *name, const char *text, const char *json, bool fits) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(json) << fits;
    };
    row("object", R"({"a":1})", R"({"a":1})", true);
    row("blanks and key order stay", R"( {"z": 1, "a": 2} )", R"( {"z": 1, "a": 2} )", true);
    row("empty", "", "{}", true);
    row("blank", " \n", "{}", true);
    row("list", "[1]", R"({"input":"[1]"})", false);
    row("text", "hello \"you\"", R"({"input":"hello \"you\""})", false);
    row("null", "null", R"({"input":"null"})", false);
    row("cut off", R"({"a":)", R"({"input":"{\"a\":"})", false);
    row("two objects", "{}{}", R"({"input":"{}{}"})", false);
}

void TestMedia::arguments()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, json);
    QFETCH(bool, fits);
    const ArgumentsObject object = argumentsObject(text.toStdString());
    QCOMPARE(QByteArray::fromStdString(object.json), json);
    QCOMPARE(object.fits, fits);
    QVERIFY(isJsonObject(object.json));
}

void TestMedia::deepArguments()
{
    const std::string deep = "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}";
    QVERIFY(isJsonObject(deep));
    const std::string tooDeep = "{\"a\":" + std::string(5000, '[') + std::string(5000, ']') + "}";
    QVERIFY(!isJsonObject(tooDeep));
}

void TestMedia::ids()
{
    const std::string requestId = "0193f1c2-0000-7000-8000-000000000001";
    const std::string id = makeId("call_", requestId, 0);
    QCOMPARE(id.size(), std::string("call_").size() + 24);
    QVERIFY(id.starts_with("call_"));
    QVERIFY(std::all_of(id.begin() + 5, id.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)); }));
    QCOMPARE(makeId("call_", requestId, 0), id);
    QCOMPARE(makeId("toolu_", requestId, 0).substr(6), id.substr(5));
    std::set<std::string> seen;
    for (int exchange = 0; exchange < 100; ++exchange) {
        for (int number = 0; number < 100; ++number)
            seen.insert(makeId("", requestId + std::to_string(exchange), number));
    }
    QCOMPARE(seen.size(), size_t(10'000));
}

void TestMedia::shortIds()
{
    const std::string id = shortToolId("call_abc");
    QCOMPARE(id.size(), size_t(9));
    QVERIFY(std::all_of(id.begin(), id.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)); }));
    QCOMPARE(shortToolId("call_abc"), id);
    QVERIFY(shortToolId("call_abd") != id);
    QCOMPARE(shortToolId("").size(), size_t(9));
}

QTEST_APPLESS_MAIN(TestMedia)
#include "tst_media.moc"
