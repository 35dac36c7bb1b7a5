// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/replay_run.h"

#include "ui/inspector/request_replayer.h"
#include "ui/requests/replay_panel.h"
#include "ui/widgets/theme.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QtTest>
#include <QtWidgets/QPushButton>

using namespace signalbox;
using namespace Qt::StringLiterals;
using Step = ReplayRun::Step;

namespace {

class ManySender final : public RequestSender
{
public:
    struct Call {
        ConsoleRequest request;
        QPointer<QObject> context;
        Done done;
    };
    std::map<quint64, Call> open;
    std::vector<quint64> cancelled;
    size_t most = 0;
    quint64 last = 0;

    quint64 send(const ConsoleRequest &request, QObject *context, Told, Done done) override
    {
        open[++last] = {request, context, std::move(done)};
        most = std::max(most, open.size());
        return last;
    }
    void cancel(quint64 call) override { cancelled.push_back(call); }
    void answer(quint64 call, int status, const char *problem = "")
    {
        const Call ended = std::move(open.at(call));
        open.erase(call);
        ConsoleResult result;
        result.status = status;
        result.provider = "box";
        result.model = "m1";
        result.durationMs = 1'200;
        if (*problem)
            result.error = {"http_error", problem};
        if (ended.context)
            ended.done(result);
    }
};

RequestRecord record(int n, bool kept = true)
{
    RequestRecord made;
    made.id = "id-" + std::to_string(n);
    made.startedAtMs = 1'700'000'000'000 + n * 1'000;
    made.dialect = "openai-chat";
    made.requestedModel = "m" + std::to_string(n);
    made.status = 200;
    made.cost = {2'000'000, CostState::Exact, "p"};
    if (kept)
        made.bodies = {
            {StoredBody::Kind::ClientRequest, "application/json", "{\"model\":\"m" + std::to_string(n) + "\"}", false}};
    return made;
}

std::vector<RequestRecord> records(int count)
{
    std::vector<RequestRecord> made;
    for (int n = 1; n <= count; ++n)
        made.push_back(record(n));
    return made;
}

} // namespace

class TestReplayRun final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { theme().install(); }
    void fewAtOnceAndInTheirOrder();
    void failuresStandInTheirRows();
    void whatWasNotKeptIsLeftOut();
    void cancellingEndsWhatRunsAndSendsNoMore();
    void thePanelAsksFirstAndSumsUp();
};

void TestReplayRun::fewAtOnceAndInTheirOrder()
{
    ManySender sender;
    ReplayRun run;
    const QAbstractItemModelTester tester(&run, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy finished(&run, &ReplayRun::finished);
    run.setRequests(records(5), "box/m1");
    QCOMPARE(sender.last, quint64(0)); // nothing before start()
    run.start(sender);
    QCOMPARE(sender.last, quint64(2));
    QCOMPARE(sender.open.at(1).request.target, std::string("box/m1"));
    for (quint64 call = 1; call <= 5; ++call) {
        QTRY_VERIFY(sender.open.contains(call));
        QCOMPARE(sender.open.at(call).request.body, "{\"model\":\"m" + std::to_string(call) + "\"}");
        sender.answer(call, 200);
    }
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(sender.most, size_t(ReplayRun::mostAtOnce));
    QCOMPARE(run.counts().answered, 5);
    QVERIFY(!run.isRunning());
    QCOMPARE(run.index(0, ReplayRun::Target).data().toString(), u"box/m1"_s);
    QVERIFY(run.answer(4));
}

void TestReplayRun::failuresStandInTheirRows()
{
    ManySender sender;
    ReplayRun run;
    run.setRequests(records(3), {});
    run.start(sender);
    sender.answer(1, 429, "Slow down.");
    QTRY_VERIFY(sender.open.contains(3));
    sender.answer(3, 500);
    sender.answer(2, 200);
    QTRY_VERIFY(!run.isRunning());
    QCOMPARE(run.counts().failed, 2);
    QCOMPARE(run.index(0, ReplayRun::What).data().toString(), u"Slow down."_s);
    QVERIFY(run.index(2, ReplayRun::What).data().toString().contains(u"500"_s));
    QVERIFY(run.step(1) == Step::Answered);
}

void TestReplayRun::whatWasNotKeptIsLeftOut()
{
    ManySender sender;
    ReplayRun run;
    run.setRequests({record(1, false), record(2)}, {});
    QVERIFY(run.step(0) == Step::LeftOut);
    QVERIFY(run.index(0, ReplayRun::What).data().toString().contains(u"not kept"_s));
    run.start(sender);
    QCOMPARE(sender.last, quint64(1));
    sender.answer(1, 200);
    QTRY_VERIFY(!run.isRunning());
    QCOMPARE(run.counts().over(), 2);
}

void TestReplayRun::cancellingEndsWhatRunsAndSendsNoMore()
{
    ManySender sender;
    ReplayRun run;
    run.setRequests(records(4), {});
    run.start(sender);
    sender.answer(1, 200);
    QTRY_COMPARE(sender.last, quint64(3));
    run.cancel();
    const std::vector<quint64> ended{2, 3};
    QVERIFY(sender.cancelled == ended);
    QCOMPARE(run.counts().answered, 1);
    QCOMPARE(run.counts().cancelled, 3);
    sender.answer(2, 200); // nobody listens any more
    QTest::qWait(0);
    QCOMPARE(sender.last, quint64(3));
    QVERIFY(run.step(1) == Step::Cancelled);
}

void TestReplayRun::thePanelAsksFirstAndSumsUp()
{
    ManySender sender;
    ReplayPanel panel;
    panel.resize(900, 240);
    panel.open(sender, {record(1), record(2), record(3, false)}, {}, 4);
    QVERIFY(panel.isVisible());
    QCOMPARE(sender.last, quint64(0));
    QVERIFY2(panel.summary().contains(u"Replay 2 requests"_s), qPrintable(panel.summary()));
    QVERIFY2(panel.summary().contains(u"$0.0040"_s), qPrintable(panel.summary()));
    QVERIFY(panel.startButton()->isEnabled());
    panel.startButton()->click();
    QCOMPARE(sender.last, quint64(2));
    QVERIFY(panel.cancelButton()->isVisible());
    sender.answer(1, 200);
    sender.answer(2, 503, "No provider answers.");
    QTRY_VERIFY(!panel.run()->isRunning());
    QVERIFY2(panel.summary().contains(u"1 failed"_s) && panel.summary().contains(u"1 left out"_s),
             qPrintable(panel.summary()));
    QVERIFY(!panel.cancelButton()->isVisible());
    // Opened again while one runs: that one ends.
    panel.open(sender, records(3), "box/m1");
    panel.startButton()->click();
    panel.dismiss();
    QCOMPARE(sender.cancelled.size(), size_t(2));
    QVERIFY(!panel.isVisible());
}

QTEST_MAIN(TestReplayRun)
#include "tst_replay_run.moc"
