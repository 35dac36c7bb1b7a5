// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_head.h"
#include "core/net/http_reply_writer.h"

#include <QtTest/QtTest>

using namespace signalbox;

class TestHttpHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesCompareWithoutCase()
    {
        QVERIFY(headerNameEquals("Content-Type", "content-TYPE"));
        QVERIFY(!headerNameEquals("Content-Type", "Content-Typ"));
        QVERIFY(!headerNameEquals("a[", "a{")); // differ in the case bit only, but are no letters
    }

    void listKeepsOrderAndRepeats()
    {
        HeaderList list;
        QVERIFY(list.empty());
        list.add("Accept", "a");
        list.add("X-Key", "");
        list.add("accept", "b");
        QCOMPARE(list.size(), size_t(3));
        QVERIFY(list[2].name == "accept" && list[2].value == "b");
        QVERIFY(list.get("ACCEPT") == "a");
        QCOMPARE(list.count("accept"), size_t(2));
        QVERIFY(list.has("x-key"));
        QVERIFY(list.get("x-key").empty());
        QVERIFY(!list.has("x-ke"));
        list.clear();
        QVERIFY(list.empty() && !list.has("accept"));
    }

    void targetSplits_data()
    {
        QTest::addColumn<std::string>("target");
        QTest::addColumn<std::string>("path");
        QTest::addColumn<std::string>("query");
        QTest::newRow("plain") << std::string("/v1/models") << std::string("/v1/models") << std::string();
        QTest::newRow("query") << std::string("/a?b=c") << std::string("/a") << std::string("b=c");
        QTest::newRow("two marks") << std::string("/a?b?c") << std::string("/a") << std::string("b?c");
        QTest::newRow("empty query") << std::string("/a?") << std::string("/a") << std::string();
    }

    void targetSplits()
    {
        QFETCH(std::string, target);
        QFETCH(std::string, path);
        QFETCH(std::string, query);
        HttpRequestHead head;
        head.target = target;
        QCOMPARE(std::string(head.path()), path);
        QCOMPARE(std::string(head.query()), query);
    }

    void replyHeadOwnsItsFraming()
    {
        HeaderList headers;
        headers.add("x-one", "1");
        headers.add("Content-Length", "999");
        headers.add("Connection", "keep-alive");
        headers.add("x-split", "a\r\nset-cookie: b");
        headers.add("bad name", "a");
        ReplyFraming framing;
        framing.length = 5;
        framing.keepAlive = false;
        std::string out;
        appendReplyHead(out, 200, headers, framing, httpDate(784111777));
        QCOMPARE(out, std::string("HTTP/1.1 200 OK\r\nx-one: 1\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                  "content-length: 5\r\nconnection: close\r\n\r\n"));
    }

    void writesOfOneTurnBecomeOneChunk()
    {
        std::string out = "head";
        ChunkWriter chunks;
        chunks.append(out, "abcdefgh");
        chunks.append(out, "");
        chunks.append(out, "ijklmnop"); // the size needs a second digit now
        QCOMPARE(out, std::string("head10\r\nabcdefghijklmnop"));
        chunks.close(out);
        chunks.append(out, "x");
        chunks.finish(out);
        QCOMPARE(out, std::string("head10\r\nabcdefghijklmnop\r\n1\r\nx\r\n0\r\n\r\n"));
    }
};

QTEST_APPLESS_MAIN(TestHttpHead)
#include "tst_http_head.moc"
