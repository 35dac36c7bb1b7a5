// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/stream_relay.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace signalbox::openai_chat;

namespace {

const std::string role = "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n";
const std::string hello = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"gr\xC3\xBC\xC3\x9F\"}}]}\n\n";
const std::string ping = ": keep-alive\n\n";
const std::string stop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n";
const std::string usage = "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":5}}\n\n";
const std::string done = "data: [DONE]\n\n";

struct Run {
    std::string out;
    Result<void> fed;
    Result<void> finished;
};

Run relay(StreamRelay &relay, const std::string &bytes, size_t step)
{
    Run run;
    for (size_t at = 0; at < bytes.size() && run.fed; at += step)
        run.fed = relay.feed(std::string_view(bytes).substr(at, step), run.out);
    if (run.fed)
        run.finished = relay.finish(run.out);
    return run;
}

} // namespace

class TestOpenAiStreamRelay final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void passesEveryByteInAnySplit()
    {
        const std::string whole = role + ping + hello + stop + usage + done;
        for (size_t step = 1; step <= whole.size(); ++step) {
            StreamRelay r(false);
            const Run run = relay(r, whole, step);
            QVERIFY(run.fed && run.finished);
            QCOMPARE(run.out, whole);
            QVERIFY(r.sawContent() && r.isDone());
            QCOMPARE(r.usage().input.value_or(0), 12);
            QCOMPARE(r.contentEvents(), 1);
        }
    }

    void keepsTheUsageChunkThatOnlyWeAskedFor()
    {
        StreamRelay r(true);
        const Run run = relay(r, role + hello + stop + usage + done, 7);
        QCOMPARE(run.out, role + hello + stop + done);
        QCOMPARE(r.usage().output.value_or(0), 5);
    }

    void usageOnTheLastContentChunkStays()
    {
        const std::string both = "data: "
                                 "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_"
                                 "tokens\":1,\"completion_tokens\":2}}\n\n";
        StreamRelay r(true);
        QCOMPARE(relay(r, hello + both + done, 1000).out, hello + both + done);
        QCOMPARE(r.usage().output.value_or(0), 2);
    }

    void endWithoutAnyEndMarkIsAFailure()
    {
        StreamRelay r(true);
        const Run run = relay(r, role + hello, 5);
        QVERIFY(run.fed && !run.finished);
        QCOMPARE(run.finished.error().code, std::string("stream_incomplete"));
        StreamRelay empty(true);
        QVERIFY(!relay(empty, "", 1).finished);
    }

    void finishReasonAloneIsAnEnd()
    {
        StreamRelay r(true);
        QVERIFY(relay(r, hello + stop, 5).finished);
    }

    void aLastEventWithoutBlankLineIsCompleted()
    {
        StreamRelay r(true);
        const Run run = relay(r, hello + stop + "data: [DONE]", 3);
        QVERIFY(run.finished);
        QCOMPARE(run.out, hello + stop + done);
    }

    void brokenJsonStopsBeforeTheBrokenEvent()
    {
        for (size_t step : {size_t{1}, size_t{13}, size_t{5000}}) {
            StreamRelay r(true);
            const Run run = relay(r, hello + "data: {\"broken\": \n\n" + hello, step);
            QVERIFY(!run.fed);
            QCOMPARE(run.fed.error().code, std::string("reply_invalid"));
            QCOMPARE(run.out, hello);
        }
    }

    void theProvidersErrorEventIsTheLastThing()
    {
        const std::string error = "data: {\"error\":{\"message\":\"boom\"}}\n\n";
        StreamRelay r(true);
        const Run run = relay(r, hello + error + hello, 9);
        QCOMPARE(run.out, hello + error);
        QCOMPARE(r.error().value_or(""), std::string("boom"));
    }
};

QTEST_APPLESS_MAIN(TestOpenAiStreamRelay)
#include "tst_openai_stream_relay.moc"
