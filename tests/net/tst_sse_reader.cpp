// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/sse_reader.h"

#include <QtTest/QtTest>

#include <vector>

using namespace signalbox;

namespace {

struct Seen {
    std::string raw, type, data, id;
    bool hasData = false;
    bool operator==(const Seen &) const = default;
};

using Events = std::vector<Seen>;

SseReader::OnEvent collect(Events &into)
{
    return [&into](const SseEvent &event) {
        into.push_back({std::string(event.raw), std::string(event.type), std::string(event.data), std::string(event.id),
                        event.hasData});
    };
}

Events readWhole(std::string_view text)
{
    Events events;
    SseReader reader;
    const auto onEvent = collect(events);
    if (!reader.feed(text, onEvent) || !reader.finish(onEvent))
        events.push_back({"failed", {}, {}, {}, false});
    return events;
}

} // namespace

class TestSseReader : public QObject
{
    Q_OBJECT

    static void corpus()
    {
        QTest::addColumn<std::string>("text");
        QTest::newRow("lf") << std::string("event: a\ndata: one\n\ndata: two\n\n");
        QTest::newRow("crlf") << std::string("event: a\r\ndata: one\r\n\r\ndata: two\r\n\r\n");
        QTest::newRow("cr") << std::string("event: a\rdata: one\r\rdata: two\r\r");
        QTest::newRow("mixed") << std::string("data: a\r\ndata: b\rdata: c\n\r\ndata: d\n\n");
        QTest::newRow("utf-8") << std::string("data: Grüße, 世界 🚂\n\ndata: ß\n\n");
        QTest::newRow("mark") << std::string("\xEF\xBB\xBF"
                                             "data: one\n\ndata: two\n\n");
        QTest::newRow("mark alone") << std::string("\xEF\xBB\xBF\r\n\r\ndata: one\n\n");
        QTest::newRow("comments") << std::string(": ping\n\n:\n\ndata: x\n: inside\n\n");
        QTest::newRow("lines") << std::string("data: a\ndata\ndata:b\ndata:  c\n\n");
        QTest::newRow("no end") << std::string("data: one\n\ndata: [DONE]");
        QTest::newRow("no blank line") << std::string("data: one\n\ndata: two\r\n");
        QTest::newRow("blank lines") << std::string("\n\ndata: x\n\n\n\ndata: y\n\n");
        QTest::newRow("ids") << std::string("id: 7\nretry: 10\nunknown: x\ndata: x\n\nid\ndata: y\n\n");
        QTest::newRow("long") << "data: " + std::string(300, 'x') + "\ndata: " + std::string(200, 'y') + "\n\n";
    }

private Q_SLOTS:
    void anySplitGivesTheSame_data() { corpus(); }
    void anySplitGivesTheSame()
    {
        QFETCH(std::string, text);
        const Events expected = readWhole(text);
        QVERIFY(!expected.empty());
        std::string raw;
        for (const Seen &event : expected)
            raw += event.raw;
        QCOMPARE(raw, text);
        for (size_t size = 1; size <= text.size(); ++size) {
            Events events;
            SseReader reader;
            const auto onEvent = collect(events);
            for (size_t at = 0; at < text.size(); at += size)
                QVERIFY(reader.feed(std::string_view(text).substr(at, size), onEvent));
            QVERIFY(reader.finish(onEvent));
            QVERIFY2(events == expected, qPrintable(QStringLiteral("chunks of %1").arg(size)));
        }
        for (size_t cut = 0; cut <= text.size(); ++cut) {
            Events events;
            SseReader reader;
            const auto onEvent = collect(events);
            QVERIFY(reader.feed(std::string_view(text).substr(0, cut), onEvent));
            QVERIFY(reader.feed(std::string_view(text).substr(cut), onEvent));
            QVERIFY(reader.finish(onEvent));
            QVERIFY2(events == expected, qPrintable(QStringLiteral("cut at %1").arg(cut)));
        }
    }

    void fieldsAreRead_data()
    {
        QTest::addColumn<std::string>("text");
        QTest::addColumn<std::string>("type");
        QTest::addColumn<std::string>("data");
        QTest::addColumn<std::string>("id");
        QTest::addColumn<bool>("hasData");
        const auto row = [](const char *name, std::string text, std::string type, std::string data, std::string id,
                            bool hasData) { QTest::newRow(name) << text << type << data << id << hasData; };
        row("all", "event: delta\nid: 3\ndata: {}\n\n", "delta", "{}", "3", true);
        row("no space", "data:x\n\n", "", "x", "", true);
        row("one space goes", "data:  x\n\n", "", " x", "", true);
        row("three lines", "data: a\ndata: b\ndata: c\n\n", "", "a\nb\nc", "", true);
        row("empty lines", "data\ndata\n\n", "", "\n", "", true);
        row("empty first", "data:\ndata: x\n\n", "", "\nx", "", true);
        row("comment", ": ping\n\n", "", "", "", false);
        row("type only", "event: done\n\n", "done", "", "", false);
        row("mark",
            "\xEF\xBB\xBF"
            "data: x\n\n",
            "", "x", "", true);
        row("name without case", "Data: x\n\n", "", "", "", false);
        row("zero in id", std::string("id: a\0b\ndata: x\n\n", 17), "", "x", "", true);
        row("cr", "event: e\rdata: a\rdata: b\r\r", "e", "a\nb", "", true);
        row("colons", "data: a: b\n\n", "", "a: b", "", true);
    }
    void fieldsAreRead()
    {
        QFETCH(std::string, text);
        const Events events = readWhole(text);
        QCOMPARE(events.size(), size_t(1));
        QTEST(events[0].type, "type");
        QTEST(events[0].data, "data");
        QTEST(events[0].id, "id");
        QTEST(events[0].hasData, "hasData");
    }

    void deliversAtOnce()
    {
        Events events;
        SseReader reader;
        const auto onEvent = collect(events);
        QVERIFY(reader.feed("data: a\n\ndata: b\n\nda", onEvent));
        QCOMPARE(events.size(), size_t(2));
        QCOMPARE(reader.pendingBytes(), size_t(2));
        QVERIFY(reader.feed("ta: c\r\n\r\n", onEvent));
        QCOMPARE(events.size(), size_t(3));
        QCOMPARE(events[2].raw, std::string("data: c\r\n\r\n"));
        QCOMPARE(reader.pendingBytes(), size_t(0));
    }

    void lineFeedAfterSplitReturnIsNoBlankLine()
    {
        Events events;
        SseReader reader;
        const auto onEvent = collect(events);
        QVERIFY(reader.feed("data: a\r", onEvent));
        QVERIFY(reader.feed("\ndata: b\r", onEvent));
        QVERIFY(reader.feed("\n\r", onEvent));
        QVERIFY(reader.feed("\n", onEvent));
        QCOMPARE(events.size(), size_t(1));
        QCOMPARE(events[0].data, std::string("a\nb"));
    }

    void tooLargeIsAnError_data()
    {
        QTest::addColumn<int>("chunk");
        QTest::newRow("whole") << 1000;
        QTest::newRow("pieces") << 7;
    }
    void tooLargeIsAnError()
    {
        QFETCH(int, chunk);
        const std::string text = "data: " + std::string(100, 'x') + "\n\n";
        for (const size_t limit : {text.size(), text.size() - 1}) {
            Events events;
            SseReader reader(limit);
            const auto onEvent = collect(events);
            Result<void> result;
            for (size_t at = 0; result && at < text.size(); at += static_cast<size_t>(chunk))
                result = reader.feed(std::string_view(text).substr(at, static_cast<size_t>(chunk)), onEvent);
            QCOMPARE(result.has_value(), limit == text.size());
            if (!result)
                QCOMPARE(result.error().code, std::string("event_too_large"));
        }
    }
};

QTEST_APPLESS_MAIN(TestSseReader)
#include "tst_sse_reader.moc"
