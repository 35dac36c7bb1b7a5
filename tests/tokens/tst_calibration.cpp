// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/calibration.h"
#include "core/tokens/token_book.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <cmath>
#include <string>

using namespace signalbox;

class TestCalibration : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsNothingAtFirst() { QVERIFY(!Calibration().factorOf("p", "m")); }

    void learnsAFactorWithItsError()
    {
        Calibration book;
        for (int i = 0; i < 100; ++i)
            book.learn("p", "m", 1000, i % 2 == 0 ? 1250 : 1150);
        const auto learnt = book.factorOf("p", "m");
        QVERIFY(learnt);
        QVERIFY2(std::abs(learnt->factor - 1.2) < 0.02, qPrintable(QString::number(learnt->factor)));
        QVERIFY2(learnt->error > 0.02 && learnt->error < 0.08, qPrintable(QString::number(learnt->error)));
        QCOMPARE(learnt->reports, int64_t(100));
        QVERIFY(!book.factorOf("p", "other"));
        QVERIFY(!book.factorOf("other", "m"));
    }

    void standsOutliers()
    {
        Calibration book;
        for (int i = 0; i < 50; ++i)
            book.learn("p", "m", 1000, 1180 + i % 5 * 10);
        const double before = book.factorOf("p", "m")->factor;
        book.learn("p", "m", 1000, 15000); // fifteen times too many
        book.learn("p", "m", 1000, 30000); // not believed at all
        QVERIFY(std::abs(book.factorOf("p", "m")->factor / before - 1) < 0.03);
    }

    void followsAModelThatChanged()
    {
        Calibration book;
        for (int i = 0; i < 200; ++i)
            book.learn("p", "m", 1000, 1000 + i % 3);
        for (int i = 0; i < 100; ++i)
            book.learn("p", "m", 1000, 1400 + i % 3);
        const double factor = book.factorOf("p", "m")->factor;
        QVERIFY2(std::abs(factor - 1.4) < 0.03, qPrintable(QString::number(factor)));
    }

    void ignoresWhatSaysNothing()
    {
        Calibration book;
        book.learn("p", "m", 0, 100);
        book.learn("p", "m", 100, 0);
        book.learn("p", "m", 15, 15);
        book.learn("p", "m", -5, 100);
        book.learn("p", std::string(1000, 'x'), 100, 100);
        QCOMPARE(book.size(), size_t(0));
    }

    void staysBounded()
    {
        Calibration book;
        for (int i = 0; i < 5000; ++i)
            book.learn("p", "m" + std::to_string(i), 100, 110);
        QCOMPARE(book.size(), Calibration::mostModels);
        QVERIFY(!book.factorOf("p", "m0"));
        QVERIFY(book.factorOf("p", "m4999"));
    }

    void survivesAsJson()
    {
        Calibration book;
        for (int i = 0; i < 30; ++i) {
            book.learn("p", "vendor/m\"1", 1000, 1200 + i);
            book.learn("q", "m2", 1000, 900 - i);
        }
        Calibration other;
        QVERIFY(other.fromJson(book.toJson()));
        QCOMPARE(other.toJson(), book.toJson());
        QCOMPARE(other.factorOf("q", "m2")->factor, book.factorOf("q", "m2")->factor);
    }

    void refusesOtherTexts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("array") << QByteArray("[]");
        QTest::newRow("no models") << QByteArray("{}");
        QTest::newRow("number") << QByteArray(R"({"models":{"a/b":1}})");
        QTest::newRow("two") << QByteArray(R"({"models":{"a/b":[1,2]}})");
        QTest::newRow("text") << QByteArray(R"({"models":{"a/b":[1,2,"x"]}})");
        QTest::newRow("huge") << QByteArray(R"({"models":{"a/b":[900,0.1,3]}})");
        QTest::newRow("negative") << QByteArray(R"({"models":{"a/b":[0.1,-0.1,3]}})");
    }
    void refusesOtherTexts()
    {
        QFETCH(QByteArray, text);
        Calibration book;
        book.learn("p", "m", 100, 110);
        const auto read = book.fromJson(std::string_view(text.constData(), size_t(text.size())));
        QVERIFY(read.has_error());
        QCOMPARE(read.error().code, std::string("calibration_invalid"));
        QCOMPARE(book.size(), size_t(1));
    }

    void fileIsReplacedAsAWholeOrNotAtAll()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("new/calibration.json"));
        Calibration book;
        QVERIFY(loadCalibration(path, book)); // no file
        QCOMPARE(book.changes(), uint64_t(0));
        book.learn("p", "m", 1000, 1100);
        book.learn("p", "m", 1000, 1); // nothing to learn from
        QCOMPARE(book.changes(), uint64_t(1));
        QVERIFY(saveCalibration(path, book.toJson()));
        Calibration other;
        QVERIFY(loadCalibration(path, other));
        // Reading a decimal may be off in its last bit.
        const auto same = [&] {
            const auto a = book.factorOf("p", "m");
            const auto b = other.factorOf("p", "m");
            return a && b && a->reports == b->reports && std::abs(a->factor - b->factor) < 1e-12;
        };
        QVERIFY(same());
        QVERIFY(saveCalibration(path, "{"));
        const auto broken = loadCalibration(path, other);
        QVERIFY(!broken);
        QVERIFY(broken.error().message.find("calibration.json") != std::string::npos);
        QVERIFY(same());
        QVERIFY(!saveCalibration(path + QStringLiteral("/below/a/file.json"), "{}"));
    }

    void correctsEstimatesButNotExactCounts()
    {
        TokenBook book;
        const std::string text(2000, 'x');
        const TokenEstimate first = book.countText("p", "claude-sonnet-4-5", text);
        QVERIFY(!first.exact);
        QCOMPARE(first.tokens, first.counted);
        QCOMPARE(first.error, TokenBook::unknownError);
        for (int i = 0; i < 20; ++i)
            book.learn("p", "claude-sonnet-4-5", first.counted, first.counted * 3 / 2);
        const TokenEstimate then = book.countText("p", "claude-sonnet-4-5", text);
        QCOMPARE(then.counted, first.counted);
        QVERIFY(std::abs(double(then.tokens) / double(first.counted) - 1.5) < 0.02);
        QVERIFY(then.error < 0.05);

        const TokenEstimate exact = book.countText("p", "gpt-4o", text);
        book.learn("p", "gpt-4o", exact.counted, exact.counted * 2);
        QVERIFY(exact.exact);
        QCOMPARE(book.countText("p", "gpt-4o", text).tokens, exact.tokens);
    }
};

QTEST_APPLESS_MAIN(TestCalibration)
#include "tst_calibration.moc"
