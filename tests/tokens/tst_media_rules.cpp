// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/media_rules.h"

#include <QTest>

using namespace signalbox;

namespace {

QByteArray bigNumber(uint32_t value, int bytes)
{
    QByteArray out;
    for (int i = bytes - 1; i >= 0; --i)
        out += char(value >> (8 * i) & 0xff);
    return out;
}

QByteArray littleNumber(uint32_t value, int bytes)
{
    QByteArray out = bigNumber(value, bytes);
    std::reverse(out.begin(), out.end());
    return out;
}

QByteArray png(uint32_t width, uint32_t height)
{
    return QByteArray("\x89PNG\r\n\x1a\n", 8) + bigNumber(13, 4) + "IHDR" + bigNumber(width, 4) + bigNumber(height, 4);
}

QByteArray jpeg(uint32_t width, uint32_t height, int metadata)
{
    QByteArray out("\xff\xd8", 2);
    while (metadata-- > 0)
        out += QByteArray("\xff\xe1", 2) + bigNumber(40000, 2) + QByteArray(39998, '\xff');
    out += QByteArray("\xff\xff\xff\xdb\x00\x04", 6) + "ab"; // fill bytes, a table
    return out + QByteArray("\xff\xc2\x00\x11\x08", 5) + bigNumber(height, 2) + bigNumber(width, 2);
}

std::string base64(const QByteArray &bytes)
{
    return bytes.toBase64().toStdString();
}

} // namespace

class TestMediaRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsBytesOfBase64()
    {
        QByteArray bytes;
        for (int i = 0; i < 256; ++i)
            bytes += char(i * 7);
        for (int size = 0; size <= bytes.size(); ++size) {
            const std::string text = base64(bytes.left(size));
            const Base64View view(text);
            QCOMPARE(view.size(), size_t(size));
            for (int i = 0; i < size; ++i)
                QCOMPARE(view.at(size_t(i)), int(static_cast<unsigned char>(bytes.at(i))));
            QCOMPARE(view.at(size_t(size)), -1);
        }
        QCOMPARE(Base64View("a!cd").at(0), -1);
    }

    void findsImageSizes_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("png") << png(1920, 1080) << 1920 << 1080;
        QTest::newRow("gif") << "GIF89a" + littleNumber(320, 2) + littleNumber(200, 2) << 320 << 200;
        QTest::newRow("jpeg") << jpeg(4000, 3000, 0) << 4000 << 3000;
        QTest::newRow("jpeg with metadata") << jpeg(640, 480, 5) << 640 << 480;
        QTest::newRow("webp extended") << "RIFF" + littleNumber(99, 4) + "WEBPVP8X" + littleNumber(10, 4) +
                                              littleNumber(0, 4) + littleNumber(799, 3) + littleNumber(599, 3)
                                       << 800 << 600;
        QTest::newRow("webp lossless") << "RIFF" + littleNumber(99, 4) + "WEBPVP8L" + littleNumber(10, 4) + "\x2f" +
                                              littleNumber(511 | 255 << 14, 4)
                                       << 512 << 256;
        QTest::newRow("webp lossy") << "RIFF" + littleNumber(99, 4) + "WEBPVP8 " + littleNumber(10, 4) +
                                           QByteArray("\x30\x01\x00\x9d\x01\x2a", 6) + littleNumber(1024, 2) +
                                           littleNumber(768, 2)
                                    << 1024 << 768;
        QTest::newRow("png, cut") << png(1920, 1080).left(22) << 0 << 0;
        QTest::newRow("png of nothing") << png(0, 1080) << 0 << 0;
        QTest::newRow("jpeg, cut") << jpeg(640, 480, 2).left(60000) << 0 << 0;
        QTest::newRow("jpeg without a frame") << QByteArray("\xff\xd8\xff\xd9", 4) << 0 << 0;
        QTest::newRow("something") << QByteArray("hello world") << 0 << 0;
        QTest::newRow("nothing") << QByteArray() << 0 << 0;
    }
    void findsImageSizes()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, width);
        QFETCH(int, height);
        const auto size = imageSize(base64(bytes));
        QCOMPARE(size.has_value(), width > 0);
        QCOMPARE(size.value_or(ImageSize{}), (ImageSize{uint32_t(width), uint32_t(height)}));
    }

    // The first rows of each rule are the examples of its vendor's page.
    void countsImages_data()
    {
        QTest::addColumn<QByteArray>("model");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::addColumn<QByteArray>("detail");
        QTest::addColumn<int>("tokens");
        const auto row = [](const char *name, const char *model, int width, int height, const char *detail,
                            int tokens) {
            QTest::newRow(name) << QByteArray(model) << width << height << QByteArray(detail) << tokens;
        };
        row("tiles, square", "gpt-4o", 1024, 1024, "high", 765);
        row("tiles, tall", "gpt-4o", 2048, 4096, "high", 1105);
        row("tiles, low", "gpt-4o", 4096, 8192, "low", 85);
        row("tiles, small", "gpt-4o", 100, 100, "", 255);
        row("tiles, mini", "gpt-4o-mini", 1024, 1024, "auto", 2833 + 4 * 5667);
        row("tiles, gpt-5", "gpt-5", 1024, 1024, "auto", 70 + 4 * 140);
        row("tiles, o3", "o3", 1024, 1024, "auto", 75 + 4 * 150);
        row("patches, square", "o4-mini", 1024, 1024, "", 1762);      // 1,024 patches × 1.72
        row("patches, scaled", "gpt-4.1-mini", 1800, 2400, "", 2353); // 1,452 patches × 1.62
        row("area, square", "claude-sonnet-4-5", 1000, 1000, "", 1334);
        row("area, small", "claude-sonnet-4-5", 200, 200, "", 54);
        row("area, scaled", "claude-sonnet-4-5", 8000, 8000, "", 1600);
        row("crops, small", "gemini-2.5-flash", 384, 384, "", 258);
        row("crops, wide", "gemini-2.5-flash", 960, 540, "", 6 * 258);
        row("unknown maker", "llava", 1024, 1024, "", 765);
    }
    void countsImages()
    {
        QFETCH(QByteArray, model);
        QFETCH(int, width);
        QFETCH(int, height);
        QFETCH(QByteArray, detail);
        QFETCH(int, tokens);
        const TokenFamily family = tokenFamilyOf(model.toStdString());
        const std::string image = base64(png(uint32_t(width), uint32_t(height)));
        const MediaTokens found = mediaTokens(family, {MediaKind::Image, image, detail.toStdString()});
        QCOMPARE(found.tokens, int64_t(tokens));
        QVERIFY(!found.guessed);
    }

    void guessesWhatItCannotSee()
    {
        const TokenFamily family = tokenFamilyOf("gpt-4o");
        const MediaTokens byUrl = mediaTokens(family, {MediaKind::Image, {}, "high"});
        QCOMPARE(byUrl.tokens, int64_t(765));
        QVERIFY(byUrl.guessed);
        QVERIFY(!mediaTokens(family, {MediaKind::Image, {}, "low"}).guessed); // any size counts the same
        const TokenFamily extreme = tokenFamilyOf("gemini-2.5-pro");
        QVERIFY(imageTokens(extreme.image, {0xffffffffU, 1}, {}) <= 4096 * 258);
        QVERIFY(imageTokens(tokenFamilyOf("o4-mini").image, {0xffffffffU, 1}, {}) > 0);
    }

    void countsPages_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<int>("pages");
        QTest::newRow("tree") << QByteArray(
                                     "%PDF-1.4\n1 0 obj<</Type /Pages /Count 12 /Kids[]>>\n2 0 obj<</Type/Page>>")
                              << 12;
        QTest::newRow("nested trees") << QByteArray("%PDF-1.4\n<</Type/Pages/Count 4>> <</Type/Pages/Count 9>>") << 9;
        QTest::newRow("page objects") << QByteArray("%PDF-1.4\n<</Type/Page>> <</Type /Page /X>> <</Type/Pages>>") << 2;
        QTest::newRow("compressed") << QByteArray("%PDF-1.7\nstream") << 0;
        QTest::newRow("tree at the end") << "%PDF-1.4\n" + QByteArray(900000, ' ') + "<</Type/Pages/Count 33>>" << 33;
        QTest::newRow("absurd") << QByteArray("%PDF-1.4\n<</Type/Pages/Count 99999999999>>") << 1000;
        QTest::newRow("no PDF") << QByteArray("<</Type/Pages/Count 4>>") << 0;
    }
    void countsPages()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(int, pages);
        QCOMPARE(pdfPages(base64(bytes)), pages);
    }

    void countsDocumentsAndSounds()
    {
        const std::string pdf = base64("%PDF-1.4\n<</Type/Pages/Count 10>>");
        const MediaTokens gemini = mediaTokens(tokenFamilyOf("gemini-2.5-pro"), {MediaKind::Document, pdf, {}});
        QCOMPARE(gemini.tokens, int64_t(2580));
        QVERIFY(!gemini.guessed);
        QVERIFY(mediaTokens(tokenFamilyOf("claude-sonnet-4-5"), {MediaKind::Document, pdf, {}}).tokens > 15000);

        const QByteArray head = "RIFF" + littleNumber(0, 4) + "WAVEfmt " + littleNumber(16, 4) +
                                littleNumber(1 | 1 << 16, 4) + littleNumber(16000, 4) + littleNumber(32000, 4) +
                                littleNumber(2 | 16 << 16, 4) + "data" + littleNumber(96000, 4);
        const std::string wav = base64(head + QByteArray(96000, '\0')); // three seconds
        QCOMPARE(audioSeconds(wav), 3.0);
        QCOMPARE(mediaTokens(tokenFamilyOf("gemini-2.5-pro"), {MediaKind::Audio, wav, {}}).tokens, int64_t(96));
        QCOMPARE(mediaTokens(tokenFamilyOf("gpt-4o-audio-preview"), {MediaKind::Audio, wav, {}}).tokens, int64_t(30));
        const MediaTokens unknown = mediaTokens(tokenFamilyOf("gemini-2.5-pro"), {MediaKind::Audio, {}, {}});
        QCOMPARE(unknown.tokens, int64_t(assumedSeconds * 32));
        QVERIFY(unknown.guessed);
    }
};

QTEST_APPLESS_MAIN(TestMediaRules)
#include "tst_media_rules.moc"
