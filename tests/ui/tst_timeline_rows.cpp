// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/timeline_rows.h"

#include "core/ledger/phase_times.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace signalbox;
using namespace Qt::StringLiterals;
using Kind = TimelineRow::Kind;

namespace {

AttemptRecord attempt(int n, int64_t atMs, int status, double durationMs)
{
    AttemptRecord made;
    made.n = n;
    made.provider = "p";
    made.status = status;
    made.startedAtMs = 1000 + atMs;
    made.durationMs = durationMs;
    made.connectMs = 10;
    made.ttfbMs = std::min(100.0, durationMs);
    if (status >= 400)
        made.errorClass = "http_" + std::to_string(status);
    return made;
}

RequestRecord record()
{
    RequestRecord made;
    made.startedAtMs = 1000;
    made.durationMs = 5000;
    made.ttftMs = 400;
    made.overheadUs = 300;
    made.stream = true;
    made.attempts = {attempt(1, 0, 429, 200), attempt(2, 200, 200, 4800)};
    return made;
}

QStringList labels(const Timeline &timeline)
{
    QStringList list;
    for (const TimelineRow &row : timeline.rows)
        list += row.label;
    return list;
}

const TimelineRow &rowOf(const Timeline &timeline, const QString &label)
{
    return *std::find_if(timeline.rows.begin(), timeline.rows.end(),
                         [&](const TimelineRow &row) { return row.label == label; });
}

} // namespace

class TestTimelineRows final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theRowAloneTellsAttempts();
    void detailsTellThePhases();
    void theRowTellsThePhasesWithoutBodies();
    void whatBeginsBesideAnotherIsAHedge();
    void theAxisIsLinearUpToTheFirstToken();
    void withoutAFirstTokenItIsLinear();
};

void TestTimelineRows::theRowAloneTellsAttempts()
{
    const Timeline timeline = timelineOf(record(), nullptr);
    const QStringList wanted{u"Gateway"_s,   u"Attempt 1"_s, u"connect"_s,    u"first byte"_s,
                             u"Attempt 2"_s, u"connect"_s,   u"first byte"_s, u"stream"_s};
    QCOMPARE(labels(timeline), wanted);
    QCOMPARE(timeline.spanMs, 5000.0);
    QCOMPARE(timeline.rows[4].fromMs, 200.0);
    QCOMPARE(timeline.rows[7].fromMs, 300.0);
    QVERIFY(timeline.rows[7].ticks.empty());
    QVERIFY(timeline.rows[1].note.startsWith(u"429"_s));
}

void TestTimelineRows::detailsTellThePhases()
{
    RequestDetails details;
    details.receivedUs = 100;
    details.parsedUs = 250;
    details.plannedUs = 400;
    details.attempts = {{1, 400, 900, -1, "openai-chat", "", "", false},
                        {2, 200'000, 201'500, 401'000, "anthropic", "", "", true}};
    details.chunks = {{401'000, 5}, {450'000, 5}, {1'200'000, 5}};
    const Timeline timeline = timelineOf(record(), &details);
    const QStringList wanted{u"Gateway"_s, u"receive"_s,    u"parse"_s,       u"plan"_s,      u"Attempt 1"_s,
                             u"prepare"_s, u"connect"_s,    u"first byte"_s,  u"Attempt 2"_s, u"translate"_s,
                             u"connect"_s, u"first byte"_s, u"first token"_s, u"stream"_s};
    QCOMPARE(labels(timeline), wanted);
    QCOMPARE(rowOf(timeline, u"parse"_s).fromMs, 0.1);
    QCOMPARE(rowOf(timeline, u"parse"_s).lengthMs, 0.15);
    QCOMPARE(rowOf(timeline, u"translate"_s).lengthMs, 1.5);
    QCOMPARE(rowOf(timeline, u"first token"_s).lengthMs, 401.0 - 201.5 - 100);
    const TimelineRow &stream = timeline.rows.back();
    const std::vector<double> ticks{401, 450, 1200};
    QVERIFY(stream.ticks == ticks);
    QVERIFY2(stream.note.contains(u"longest gap 750"_s), qPrintable(stream.note));
}

void TestTimelineRows::theRowTellsThePhasesWithoutBodies()
{
    RequestRecord made = record();
    made.phases = packPhases({100, 250, 400, {{400, 900, -1, false}, {200'000, 201'500, 401'000, true}}});
    const Timeline timeline = timelineOf(made, nullptr);
    const QStringList wanted{u"Gateway"_s, u"receive"_s,    u"parse"_s,       u"plan"_s,      u"Attempt 1"_s,
                             u"prepare"_s, u"connect"_s,    u"first byte"_s,  u"Attempt 2"_s, u"translate"_s,
                             u"connect"_s, u"first byte"_s, u"first token"_s, u"stream"_s};
    QCOMPARE(labels(timeline), wanted);
    QCOMPARE(rowOf(timeline, u"parse"_s).lengthMs, 0.15);
    QCOMPARE(rowOf(timeline, u"translate"_s).lengthMs, 1.5);
    QVERIFY2(timeline.rows.back().ticks.empty(), "when each piece left is only kept with bodies");
}

void TestTimelineRows::whatBeginsBesideAnotherIsAHedge()
{
    RequestRecord made = record();
    made.attempts = {attempt(1, 0, 200, 2000), attempt(2, 500, 200, 1000), attempt(3, 2500, 200, 100)};
    const QStringList names = labels(timelineOf(made, nullptr));
    QVERIFY(names.contains(u"Attempt 1"_s));
    QVERIFY(names.contains(u"Hedge 2"_s));
    QVERIFY(names.contains(u"Attempt 3"_s));
}

void TestTimelineRows::theAxisIsLinearUpToTheFirstToken()
{
    const TimelineScale scale(10'000, 1000);
    QVERIFY(scale.breaks());
    QCOMPARE(scale.at(0), 0.0);
    QCOMPARE(scale.at(500), 0.3);
    QCOMPARE(scale.at(1000), 0.6);
    QCOMPARE(scale.at(10'000), 1.0);
    QCOMPARE(scale.at(20'000), 1.0);
    double before = -1;
    for (double ms = 0; ms <= 10'000; ms += 10) {
        QVERIFY(scale.at(ms) > before);
        before = scale.at(ms);
    }
    const std::vector<double> marks = scale.marks();
    QCOMPARE(marks.front(), 0.0);
    QCOMPARE(marks.back(), 10'000.0);
    QVERIFY(std::is_sorted(marks.begin(), marks.end()));
}

void TestTimelineRows::withoutAFirstTokenItIsLinear()
{
    for (const double firstToken : {0.0, 900.0}) { // none, or so late that there is nothing to compress
        const TimelineScale scale(1000, firstToken);
        QVERIFY(!scale.breaks());
        QCOMPARE(scale.at(500), 0.5);
        QVERIFY(scale.marks().size() >= 3);
    }
}

int main(int argc, char **argv)
{
    qputenv("LC_ALL", "C.UTF-8");
    QCoreApplication app(argc, argv);
    TestTimelineRows test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_timeline_rows.moc"
