// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/ndjson_reader.h"

#include <QtTest/QtTest>

#include <vector>

using namespace signalbox;

using Lines = std::vector<std::string>;
Q_DECLARE_METATYPE(Lines)

class TestNdjsonReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anySplitGivesTheLines_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<Lines>("lines");
        QTest::newRow("lf") << std::string("{\"a\":1}\n{\"b\":2}\n") << Lines{"{\"a\":1}", "{\"b\":2}"};
        QTest::newRow("crlf") << std::string("1\r\n2\r\n") << Lines{"1", "2"};
        QTest::newRow("no end") << std::string("1\n2") << Lines{"1", "2"};
        QTest::newRow("blank lines") << std::string("\n\r\n1\n \t\n2\n\n") << Lines{"1", "2"};
        QTest::newRow("mark") << std::string("\xEF\xBB\xBF"
                                             "1\n2\n")
                              << Lines{"1", "2"};
        QTest::newRow("mark alone") << std::string("\xEF\xBB\xBF\n1\n") << Lines{"1"};
        QTest::newRow("utf-8") << std::string("\"世界\"\n\"🚂\"\n") << Lines{"\"世界\"", "\"🚂\""};
        QTest::newRow("inner return") << std::string("a\rb\n") << Lines{"a\rb"};
        QTest::newRow("empty") << std::string() << Lines{};
    }
    void anySplitGivesTheLines()
    {
        QFETCH(std::string, text);
        QFETCH(Lines, lines);
        for (size_t size = 1; size <= text.size() + 1; ++size) {
            Lines seen;
            NdjsonReader reader;
            const auto onLine = [&seen](std::string_view line) { seen.emplace_back(line); };
            for (size_t at = 0; at < text.size(); at += size)
                QVERIFY(reader.feed(std::string_view(text).substr(at, size), onLine));
            QVERIFY(reader.finish(onLine));
            QVERIFY2(seen == lines, qPrintable(QStringLiteral("chunks of %1").arg(size)));
        }
    }

    void tooLargeIsAnError()
    {
        const std::string line(50, 'x');
        for (const size_t chunk : {1, 7, 60}) {
            for (const size_t limit : {50, 49}) {
                NdjsonReader reader(limit);
                int lines = 0;
                const auto onLine = [&lines](std::string_view) { ++lines; };
                const std::string text = line + "\r\n";
                Result<void> result;
                for (size_t at = 0; result && at < text.size(); at += chunk)
                    result = reader.feed(std::string_view(text).substr(at, chunk), onLine);
                QCOMPARE(result.has_value(), limit == 50);
                QCOMPARE(lines, limit == 50 ? 1 : 0);
                if (!result)
                    QCOMPARE(result.error().code, std::string("line_too_large"));
            }
        }
    }

    void endlessLineFailsEarly()
    {
        NdjsonReader reader(100);
        const auto onLine = [](std::string_view) {};
        Result<void> result;
        int pieces = 0;
        for (; result && pieces < 1000; ++pieces)
            result = reader.feed("0123456789", onLine);
        QVERIFY(!result);
        QVERIFY(pieces <= 12);
    }
};

QTEST_APPLESS_MAIN(TestNdjsonReader)
#include "tst_ndjson_reader.moc"
