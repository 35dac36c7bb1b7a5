// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/request_details.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestRequestDetails final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrote();
    void aTornTextIsNothing_data();
    void aTornTextIsNothing();
    void aLongStreamStaysBounded();
    void fewChunksAreKeptAsTheyWere();
};

void TestRequestDetails::readsWhatItWrote()
{
    RequestDetails details;
    details.receivedUs = 12;
    details.parsedUs = 40;
    details.plannedUs = 90;
    details.attempts = {{1, 90, 130, -1, "openai-chat", "/v1/chat/completions", "", false},
                        {2, 400, 460, 900, "anthropic", "/v1/messages", "req_\"1\"", true}};
    details.chunks = {{910, 20}, {1910, 3}, {1910, 7}};
    details.requestHeaders = {{"user-agent", "a \"tool\""}, {"authorization", "[redacted]"}};
    details.replyHeaders = {{"content-type", "text/event-stream"}};
    details.sameReply = true;
    details.path = "/v1/messages?beta=true";
    const auto read = detailsFromJson(detailsToJson(details));
    QVERIFY(read.has_value());
    QVERIFY(*read == details);
    RequestRecord record;
    QVERIFY(!detailsOf(record));
    record.bodies.push_back({StoredBody::Kind::Details, "application/json", detailsToJson(details)});
    QVERIFY(detailsOf(record) == details);
    QCOMPARE(read->attempt(2)->firstTokenUs, int64_t(900));
    QVERIFY(!read->attempt(3));
}

void TestRequestDetails::aTornTextIsNothing_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("torn") << QByteArray("{\"received_us\":1");
    QTest::newRow("list") << QByteArray("[1]");
}

void TestRequestDetails::aTornTextIsNothing()
{
    QFETCH(QByteArray, text);
    QVERIFY(!detailsFromJson(text.toStdString()));
    // What has another shape than ours is passed over.
    const auto odd = detailsFromJson(R"({"chunks":[1,"x"],"attempts":[3],"request_headers":[["a"]]})");
    QVERIFY(odd && odd->chunks.empty() && odd->attempts.empty() && odd->requestHeaders.empty());
}

void TestRequestDetails::aLongStreamStaysBounded()
{
    ChunkClock clock;
    constexpr int64_t many = 100'000;
    int64_t total = 0;
    for (int64_t i = 0; i < many; ++i) {
        clock.note(i * 10, 3);
        QVERIFY(clock.chunks().size() <= ChunkClock::mostChunks);
    }
    int64_t before = -1;
    for (const RequestDetails::Chunk &chunk : clock.chunks()) {
        QVERIFY(chunk.atUs > before);
        before = chunk.atUs;
        total += chunk.bytes;
    }
    QCOMPARE(total, many * 3);
    QCOMPARE(clock.chunks().back().atUs, (many - 1) * 10);
    QVERIFY(clock.chunks().size() > ChunkClock::mostChunks / 4);
}

void TestRequestDetails::fewChunksAreKeptAsTheyWere()
{
    ChunkClock clock;
    clock.note(5, 1);
    clock.note(9, 2);
    const std::vector<RequestDetails::Chunk> wanted{{5, 1}, {9, 2}};
    QVERIFY(clock.chunks() == wanted);
}

QTEST_GUILESS_MAIN(TestRequestDetails)
#include "tst_request_details.moc"
