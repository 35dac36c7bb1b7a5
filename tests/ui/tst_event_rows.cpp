// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/event_rows.h"
#include "ui/inspector/event_table.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

const std::string frames = "event: message_start\ndata: {\"type\":\"message_start\"}\n\n"
                           "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"delta\":"
                           "{\"type\":\"text_delta\",\"text\":\"Hel\"}}\n\n"
                           ": ping\n\n"
                           "data: {\"choices\":[{\"delta\":{\"content\":\"lo\"}}]}\n\n"
                           "data: [DONE]\n\n";

StoredBody stream(const std::string &bytes)
{
    return {StoredBody::Kind::ClientReply, "text/event-stream", bytes, false};
}

} // namespace

class TestEventRows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesAreTold();
    void timesBelongToBytes();
    void linesOfJsonAreFrames();
    void whatIsNoStreamHasNone();
    void gapsAreFound();
    void theTableHoldsThem();
};

void TestEventRows::framesAreTold()
{
    const auto rows = eventRows(stream(frames), nullptr);
    QCOMPARE(rows.size(), size_t(5));
    QCOMPARE(rows[0].type, u"message_start"_s);
    QCOMPARE(rows[1].summary, u"Hel"_s);
    QCOMPARE(rows[2].summary, u": ping"_s);
    QCOMPARE(rows[3].summary, u"lo"_s);
    QCOMPARE(rows[4].data, u"[DONE]"_s);
    qint64 bytes = 0;
    for (const EventRow &row : rows) {
        bytes += row.bytes;
        QVERIFY(!row.atMs);
    }
    QCOMPARE(bytes, qint64(frames.size()));
}

void TestEventRows::timesBelongToBytes()
{
    const auto plain = eventRows(stream(frames), nullptr);
    RequestDetails details;
    // The first two frames left together, the third in two pieces, the rest at once.
    details.chunks = {{1000, plain[0].bytes + plain[1].bytes},
                      {2000, plain[2].bytes - 1},
                      {2500, 1},
                      {9000, plain[3].bytes + plain[4].bytes}};
    const auto rows = eventRows(stream(frames), &details);
    QCOMPARE(*rows[0].atMs, 1.0);
    QCOMPARE(*rows[1].atMs, 1.0);
    QCOMPARE(*rows[2].atMs, 2.5);
    QCOMPARE(*rows[4].atMs, 9.0);
    // A body whose bytes are others than those that left has no times.
    QVERIFY(!eventRows(stream(frames + "data: [redacted]\n\n"), &details)[0].atMs);
    details.chunks.pop_back();
    QVERIFY(!eventRows(stream(frames), &details)[0].atMs);
}

void TestEventRows::linesOfJsonAreFrames()
{
    const auto rows = eventRows(stream("{\"message\":{\"content\":\"a\"}}\n\n{\"done\":true}"), nullptr);
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(rows[0].summary, u"a"_s);
    QCOMPARE(rows[1].data, u"{\"done\":true}"_s);
}

void TestEventRows::whatIsNoStreamHasNone()
{
    QVERIFY(eventRows({StoredBody::Kind::ClientReply, "application/json", "{}", false}, nullptr).empty());
    QVERIFY(eventRows(stream(""), nullptr).empty());
}

void TestEventRows::gapsAreFound()
{
    RequestDetails details;
    details.chunks = {{0, 1}, {600'000, 1}, {700'000, 1}, {2'700'000, 1}};
    const std::vector<StreamGap> wanted{{700, 2000}, {0, 600}};
    QVERIFY(streamGaps(details, 500) == wanted);
    QVERIFY(streamGaps(RequestDetails(), 500).empty());
}

void TestEventRows::theTableHoldsThem()
{
    EventTableModel model;
    const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    RequestDetails details;
    const auto plain = eventRows(stream(frames), nullptr);
    for (size_t i = 0; i < plain.size(); ++i)
        details.chunks.push_back({int64_t(i) * 700'000, plain[i].bytes});
    model.setRows(eventRows(stream(frames), &details));
    QCOMPARE(model.rowCount(), 5);
    const auto text = [&](int row, int column) { return model.index(row, column).data().toString(); };
    QCOMPARE(text(1, EventTableModel::At), u"700.0"_s);
    QCOMPARE(text(0, EventTableModel::Gap), u"—"_s);
    QCOMPARE(text(2, EventTableModel::Gap), u"700.0"_s);
    QCOMPARE(text(3, EventTableModel::Text), u"lo"_s);
    model.setRows({});
    QCOMPARE(model.rowCount(), 0);
}

QTEST_GUILESS_MAIN(TestEventRows)
#include "tst_event_rows.moc"
