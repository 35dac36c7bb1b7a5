// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/content_decoder.h"

#include <QtTest/QTest>

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

#include <optional>

using namespace signalbox;

namespace {

constexpr size_t noLimit = 64 * 1024 * 1024;

std::string deflated(const std::string &text, int windowBits)
{
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&stream, text.size()) + 64, '\0');
    stream.next_in = const_cast<Bytef *>(reinterpret_cast<const Bytef *>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

std::string gzipped(const std::string &text)
{
    return deflated(text, 16 + MAX_WBITS);
}

std::string zstded(const std::string &text)
{
    std::string out(ZSTD_compressBound(text.size()), '\0');
    out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
    return out;
}

std::string brotlied(const std::string &text)
{
    size_t size = BrotliEncoderMaxCompressedSize(text.size()) + 64;
    std::string out(size, '\0');
    BrotliEncoderCompress(9, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                          reinterpret_cast<const uint8_t *>(text.data()), &size,
                          reinterpret_cast<uint8_t *>(out.data()));
    out.resize(size);
    return out;
}

std::string plain()
{
    std::string text;
    for (int i = 0; i < 400; ++i)
        text += "{\"index\":" + std::to_string(i) + ",\"delta\":\"signal box\"}\n";
    return text;
}

// Empty optional: it failed, `code` says how.
std::optional<std::string> decode(std::string_view coding, std::string_view bytes, size_t piece, size_t limit,
                                  std::string &code)
{
    auto decoder = ContentDecoder::create(coding, limit);
    if (!decoder) {
        code = decoder.error().code;
        return {};
    }
    std::string out;
    for (size_t at = 0; at < bytes.size(); at += piece) {
        if (auto fed = (*decoder)->feed(bytes.substr(at, piece), out); !fed) {
            code = fed.error().code;
            return {};
        }
    }
    if (auto finished = (*decoder)->finish(out); !finished) {
        code = finished.error().code;
        return {};
    }
    return out;
}

} // namespace

class TestContentDecoder final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodes_data();
    void decodes();
    void reportsTruncation_data() { decodes_data(); }
    void reportsTruncation();
    void survivesCorruption_data() { decodes_data(); }
    void survivesCorruption();
    void stopsBombs_data();
    void stopsBombs();
    void acceptsAnEmptyBody();
    void refusesUnknownCodings_data();
    void refusesUnknownCodings();
    void staysFailed();
};

void TestContentDecoder::decodes_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *coding, const std::string &bytes, const std::string &text) {
        QTest::newRow(name) << QByteArray(coding) << QByteArray::fromStdString(bytes)
                            << QByteArray::fromStdString(text);
    };
    const std::string text = plain();
    row("none", "", text, text);
    row("identity", "Identity", text, text);
    row("gzip", "gzip", gzipped(text), text);
    row("x-gzip, upper case", "X-GZIP", gzipped(text), text);
    row("gzip, two members", "gzip", gzipped(text) + gzipped("tail"), text + "tail");
    row("deflate, wrapped", "deflate", deflated(text, MAX_WBITS), text);
    row("deflate, bare", "deflate", deflated(text, -MAX_WBITS), text);
    row("br", "br", brotlied(text), text);
    row("zstd", "zstd", zstded(text), text);
    row("zstd, two frames", "zstd", zstded(text) + zstded("tail"), text + "tail");
    row("list", "gzip , zstd", zstded(gzipped(text)), text);
    row("list with blanks", "identity,, deflate,gzip", gzipped(deflated(text, MAX_WBITS)), text);
    std::string large;
    for (int i = 0; i < 200'000; ++i)
        large += std::to_string(i * 7919 % 10007);
    row("gzip, large", "gzip", gzipped(large), large);
    row("zstd, large", "zstd", zstded(large), large);
    row("highly compressible", "gzip", gzipped(std::string(1 << 20, 'a')), std::string(1 << 20, 'a'));
    row("br, large", "br", brotlied(large), large);
    row("highly compressible br", "br", brotlied(std::string(1 << 20, 'a')), std::string(1 << 20, 'a'));
    row("highly compressible zstd", "zstd", zstded(std::string(1 << 20, 'a')), std::string(1 << 20, 'a'));
}

void TestContentDecoder::decodes()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    for (const size_t piece : {size_t(1), size_t(7), size_t(1000), size_t(1) << 30}) {
        std::string code;
        const auto out = decode(coding.toStdString(), bytes.toStdString(), piece, noLimit, code);
        QVERIFY2(out.has_value(), code.c_str());
        QVERIFY(QByteArray::fromStdString(*out) == text);
    }
}

void TestContentDecoder::reportsTruncation()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, bytes);
    if (coding.isEmpty() || coding == "Identity")
        QSKIP("has no end of its own");
    const qsizetype step = std::max<qsizetype>(1, bytes.size() / 97);
    const bool twoParts = QByteArray(QTest::currentDataTag()).contains("two");
    for (qsizetype size = 1; size < bytes.size(); size += step) {
        std::string code;
        const auto out = decode(coding.toStdString(), bytes.left(size).toStdString(), 64, noLimit, code);
        if (out && twoParts) // cut exactly between the two
            continue;
        QVERIFY2(!out, QByteArray::number(size).constData());
        QCOMPARE(code, std::string("content_corrupt"));
    }
}

// Damage must give an error or other text, never a crash; with a checksum always an error.
void TestContentDecoder::survivesCorruption()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    const bool checked = coding.toLower().contains("gzip") && !QByteArray(QTest::currentDataTag()).contains("two");
    const qsizetype step = std::max<qsizetype>(1, bytes.size() / 61);
    for (qsizetype at = checked ? 10 : 0; at < bytes.size(); at += step) {
        QByteArray broken = bytes;
        broken[at] = static_cast<char>(broken[at] ^ 0x55);
        std::string code;
        const auto out = decode(coding.toStdString(), broken.toStdString(), 4096, noLimit, code);
        if (checked)
            QVERIFY(!out);
        if (!out)
            QVERIFY(code == "content_corrupt" || code == "content_too_large");
    }
    for (const char *tail : {"x", "trailing rubbish"}) {
        if (coding.isEmpty() || coding == "Identity")
            continue;
        std::string code;
        QVERIFY(!decode(coding.toStdString(), bytes.toStdString() + tail, 4096, noLimit, code));
    }
}

void TestContentDecoder::stopsBombs_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::addColumn<QByteArray>("bytes");
    const std::string zeros(32 * 1024 * 1024, '\0');
    QTest::newRow("gzip") << QByteArray("gzip") << QByteArray::fromStdString(gzipped(zeros));
    QTest::newRow("deflate") << QByteArray("deflate") << QByteArray::fromStdString(deflated(zeros, -MAX_WBITS));
    QTest::newRow("zstd") << QByteArray("zstd") << QByteArray::fromStdString(zstded(zeros));
    QTest::newRow("br") << QByteArray("br") << QByteArray::fromStdString(brotlied(zeros));
    QTest::newRow("nested") << QByteArray("gzip, gzip") << QByteArray::fromStdString(gzipped(gzipped(zeros)));
    QTest::newRow("identity") << QByteArray() << QByteArray(1'000'001, 'x');
}

void TestContentDecoder::stopsBombs()
{
    QFETCH(QByteArray, coding);
    QFETCH(QByteArray, bytes);
    auto decoder = ContentDecoder::create(coding.toStdString(), 1'000'000);
    QVERIFY(decoder);
    std::string out;
    auto fed = (*decoder)->feed(bytes.toStdString(), out);
    QVERIFY(!fed);
    QCOMPARE(fed.error().code, std::string("content_too_large"));
    QVERIFY(out.size() <= 1'000'000);
}

void TestContentDecoder::acceptsAnEmptyBody()
{
    for (const char *coding : {"gzip", "deflate", "br", "zstd", ""}) {
        std::string code;
        const auto out = decode(coding, "", 1, 0, code);
        QVERIFY2(out && out->empty(), coding);
    }
}

void TestContentDecoder::refusesUnknownCodings_data()
{
    QTest::addColumn<QByteArray>("coding");
    QTest::newRow("compress") << QByteArray("compress");
    QTest::newRow("in a list") << QByteArray("gzip, aes128gcm");
    QTest::newRow("too many") << QByteArray("gzip,gzip,gzip,gzip,gzip");
}

void TestContentDecoder::refusesUnknownCodings()
{
    QFETCH(QByteArray, coding);
    auto decoder = ContentDecoder::create(coding.toStdString(), noLimit);
    QVERIFY(!decoder);
    QCOMPARE(decoder.error().code, std::string("content_encoding_unknown"));
}

void TestContentDecoder::staysFailed()
{
    auto decoder = ContentDecoder::create("gzip", noLimit);
    std::string out;
    QVERIFY(!(*decoder)->feed("this is not gzip", out));
    QVERIFY(!(*decoder)->feed(gzipped("fine"), out));
    QVERIFY(!(*decoder)->finish(out));
    QVERIFY(out.empty());
}

QTEST_GUILESS_MAIN(TestContentDecoder)
#include "tst_content_decoder.moc"
