// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/policy_reader.h"
#include "core/config/time_window.h"
#include "core/routing/condition.h"
#include "core/routing/failure.h"

#include <QtTest/QtTest>

using namespace signalbox;
using namespace std::chrono_literals;

namespace {

std::string fileText(const char *name)
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/") + QString::fromLatin1(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed().toStdString() : std::string();
}

std::string message(const std::string &json)
{
    const auto config = readConfig(json);
    return config ? "no error" : config.error().message;
}

const std::string begin = R"({"providers":[{"id":"a","baseUrl":"http://x/v1"}],"clients":[],"routes":[{"id":"r",)";

} // namespace

class TstPolicyReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsEveryKind();
    void readsTheRest();
    void writesWhatItReads_data();
    void writesWhatItReads();
    void brokenBytesNeverCrash();
    void errors_data();
    void errors();
    void routeErrors_data();
    void routeErrors();
    void namesAgreeWithRouting();
    void percentiles();
    void timeWindows();
};

void TstPolicyReader::readsEveryKind()
{
    const auto config = readConfig(fileText("policy.json"));
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    const PolicyNode &root = config->routes[0].to;
    QVERIFY(root.kind == PolicyNode::Kind::Fallback);
    QCOMPARE(root.on, (std::vector<std::string>{"429", "5xx", "quota"}));
    QCOMPARE(root.children.size(), size_t(10));
    const PolicyNode &weighted = root.children[0];
    QCOMPARE(weighted.weights, (std::vector<double>{60, 0}));
    QCOMPARE(weighted.shift->p95Above, std::optional<Millis>(3s));
    QCOMPARE(weighted.shift->errorRateAbove, std::optional<double>(0.2));
    QCOMPARE(weighted.shift->minShare, 0.1);
    QCOMPARE(weighted.shift->recovery, Millis(2min));
    const PolicyNode &cheapest = root.children[1];
    QCOMPARE(cheapest.children[1].model, std::string("y/z"));
    QCOMPARE(cheapest.minQuality, std::optional<double>(70));
    QCOMPARE(cheapest.qualityOf, std::string("swe-bench-verified"));
    QVERIFY(cheapest.unratedAllowed);
    QCOMPARE(cheapest.maxUsd, std::optional<double>(0.5));
    QVERIFY(root.children[2].metric == PolicyNode::Metric::TokensPerSecond);
    QCOMPARE(root.children[2].explore, 0.0);
    QCOMPARE(root.children[3].hedgeAfter, std::optional<Millis>(800ms));
    QCOMPARE(root.children[3].hedgeMax, 0.1);
    QCOMPARE(root.children[4].hedgePercentile, std::optional<double>(0.995));
    QVERIFY(root.children[5].truncate == PolicyNode::Truncate::Middle);
    QVERIFY(root.children[6].truncate == PolicyNode::Truncate::Oldest);
    QCOMPARE(root.children[7].children.size(), size_t(2));
    QCOMPARE(root.children[7].children[1].rejectMessage, std::string("no"));
    QCOMPARE(root.children[7].children[1].rejectStatus, 403);
    QCOMPARE(root.children[8].children.size(), size_t(1));
    QCOMPARE(root.children[9].rejectStatus, 451);
}

void TstPolicyReader::readsTheRest()
{
    const auto config = readConfig(fileText("policy.json"));
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    const Condition &match = config->routes[0].match;
    QCOMPARE(match.headers.at("x-team"), std::string("blue*"));
    QCOMPARE(match.tokensAbove, std::optional<int64_t>(0));
    QCOMPARE(match.days, (std::vector<std::string>{"sat", "sun"}));
    QCOMPARE(config->routes[0].affinity, Millis(10min));
    QCOMPARE(config->routes[1].affinity, Millis(0));
    QCOMPARE(config->routes[0].constraints.deny, std::vector<std::string>{"*/old"});
    QVERIFY(config->routes[0].constraints.unratedAllowed);
    QCOMPARE(config->projects[0].constraints.minQuality, std::optional<double>(50));
    QCOMPARE(config->retry.attempts, 4);
    QCOMPARE(config->retry.maxBackoff, Millis(3s));
    QCOMPARE(config->breaker.halfLife, Millis(1min));
    QCOMPARE(config->timeouts.exchange, Millis(5min));
    QCOMPARE(config->providers[0].timeouts.minTokensPerSecond, 0.0);
    QCOMPARE(config->providers[1].timeouts.minTokensPerSecond, 2.5);
    QCOMPARE(config->providers[0].checkEvery, Millis(1min));
}

void TstPolicyReader::writesWhatItReads_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("every kind") << QByteArray("policy.json");
    QTest::newRow("the outcome") << QByteArray("outcome.json");
}

void TstPolicyReader::writesWhatItReads()
{
    QFETCH(QByteArray, file);
    const auto config = readConfig(fileText(file.constData()));
    QVERIFY2(config, config ? "" : config.error().message.c_str());
    const std::string text = writeConfig(*config);
    const auto again = readConfig(text);
    QVERIFY2(again, again ? "" : again.error().message.c_str());
    QVERIFY(*again == *config);
    QCOMPARE(writeConfig(*again), text);
}

void TstPolicyReader::brokenBytesNeverCrash()
{
    const std::string text = fileText("policy.json");
    for (size_t i = 0; i < text.size(); ++i) {
        std::string changed = text;
        changed[i] = static_cast<char>(changed[i] ^ 0x15);
        if (const auto config = readConfig(changed)) {
            const auto again = readConfig(writeConfig(*config));
            QVERIFY2(again && *again == *config, changed.c_str());
        }
    }
}

void TstPolicyReader::errors_data()
{
    QTest::addColumn<std::string>("node");
    QTest::addColumn<std::string>("expected");
    const auto row = [](const char *name, std::string node, std::string expected) {
        QTest::newRow(name) << std::move(node) << std::move(expected);
    };
    const std::string t = R"({"target":"a/x"})";
    row("misspelt kind", R"({"cheepest":[]})", ": unknown key; did you mean `cheapest`?|/cheepest");
    row("two kinds", R"({"fit":[],"hedge":[]})",
        ": must have exactly one of `target`, `weighted`, `fallback`, `cheapest`, `fastest`, `hedge`, `fit`, `when` "
        "and "
        "`reject`|");
    row("key of another kind", R"({"fallback":[)" + t + R"(],"maxUsd":1})",
        ": unknown key; did you mean `on`?|/maxUsd");
    row("no weight", R"({"weighted":[{"to":)" + t + "}]}", ": is required|/weighted/0/weight");
    row("no to", R"({"weighted":[{"weight":1}]})", ": is required|/weighted/0/to");
    row("negative weight", R"({"weighted":[{"weight":1,"to":)" + t + R"(},{"weight":-1,"to":)" + t + "}]}",
        ": must be above 0, or 0 for a child that only stands in for the others|/weighted/1/weight");
    row("sum of nothing", R"({"weighted":[{"weight":0,"to":)" + t + "}]}",
        ": the weights must add up to more than 0|/weighted");
    row("no child", R"({"weighted":[]})", ": must have at least one entry|/weighted");
    row("wieght", R"({"weighted":[{"wieght":1,"to":)" + t + "}]}",
        ": unknown key; did you mean `weight`?|/weighted/0/wieght");
    row("shift of nothing", R"({"weighted":[{"weight":1,"to":)" + t + R"(}],"shift":{"minShare":0.1}})",
        ": must have at least one of `p95Above` and `errorRateAbove`|/shift");
    row("shift share", R"({"weighted":[{"weight":1,"to":)" + t + R"(}],"shift":{"p95Above":"3s","minShare":0}})",
        ": must be from 0.001 to 1|/shift/minShare");
    row("on", R"({"fallback":[)" + t + R"(],"on":["429","404"]})",
        ": must be one of connect, timeout, 408, 409, 429, 5xx, overloaded, quota, credential; found `404`|/on/1");
    row("on nothing", R"({"fallback":[)" + t + R"(],"on":[]})",
        ": must have at least one entry; leave it out for the usual failures|/on");
    row("unrated", R"({"cheapest":[)" + t + R"(],"minQuality":1,"unrated":"yes"})",
        ": must be one of allow, refuse; found `yes`|/unrated");
    row("quality of what", R"({"cheapest":[)" + t + R"(],"qualityOf":"x"})",
        ": says something about `minQuality`, which is not there|/qualityOf");
    row("no money", R"({"cheapest":[)" + t + R"(],"maxUsd":0})", ": must be above 0|/maxUsd");
    row("metric", R"({"fastest":[)" + t + R"(],"metric":"p50"})",
        ": must be one of ttft-p50, ttft-p95, duration-p50, duration-p95, tokens-per-second; found `p50`|/metric");
    row("explore", R"({"fastest":[)" + t + R"(],"explore":0.6})", ": must be from 0 to 0.5|/explore");
    row("hedge of one", R"({"hedge":[)" + t + R"(],"after":"p95"})",
        ": must have at least two entries: the first is asked, the next ones when it is slow|/hedge");
    row("hedge when", R"({"hedge":[)" + t + "," + t + "]}", ": is required|/after");
    row("hedge percentile", R"({"hedge":[)" + t + "," + t + R"(],"after":"p100"})",
        ": must be a duration such as 800ms, or a percentile such as p95|/after");
    row("truncate", R"({"fit":[)" + t + R"(],"truncate":"end"})",
        ": must be one of never, middle, oldest; found `end`|/truncate");
    row("when nothing", R"({"when":{},"then":)" + t + "}", ": must name at least one condition|/when");
    row("when without then", R"({"when":{"tag":"x"}})", ": is required|/then");
    row("when unknown", R"({"when":{"tokensAbov":1},"then":)" + t + "}",
        ": unknown key; did you mean `tokensAbove`?|/when/tokensAbov");
    row("zone", R"({"when":{"days":["mon"],"timeZone":"Europe/Bonn"},"then":)" + t + "}",
        ": there is no time zone `Europe/Bonn`; use a name such as Europe/Berlin|/when/timeZone");
    row("zone alone", R"({"when":{"timeZone":"Europe/Berlin"},"then":)" + t + "}",
        ": says something about `time` and `days`, of which none is there|/when/timeZone");
    row("time", R"({"when":{"time":"8:00-18:00"},"then":)" + t + "}",
        ": must be two different times of day such as 08:00-18:00|/when/time");
    row("day", R"({"when":{"days":["mo"]},"then":)" + t + "}",
        ": must be one of mon, tue, wed, thu, fri, sat, sun; found `mo`|/when/days/0");
    row("has", R"({"when":{"has":["pdf"]},"then":)" + t + "}",
        ": must be one of image, audio, video, document, tools, schema, thinking; found `pdf`|/when/has/0");
    row("secret header", R"({"when":{"header":{"Authorization":"x"}},"then":)" + t + "}",
        ": carries a secret, which is not there to route by|/when/header/Authorization");
    row("project", R"({"when":{"project":"z"},"then":)" + t + "}", ": there is no project `z`|/when/project");
    row("deep target", R"({"when":{"project":"z*"},"then":)" + t + R"(,"else":{"fit":[{"target":"b/x"}]}})",
        ": there is no provider `b`|/else/fit/0/target");
    row("weighted target", R"({"weighted":[{"weight":1,"to":{"target":"b/x"}}]})",
        ": there is no provider `b`|/weighted/0/to/target");
    row("reject status", R"({"reject":{"status":200}})", ": must be from 400 to 599|/reject/status");
    row("reject list", R"({"reject":[]})", ": must be an object, found a list|/reject");
}

void TstPolicyReader::errors()
{
    QFETCH(std::string, node);
    QFETCH(std::string, expected);
    const size_t bar = expected.find('|');
    const std::string wanted = "/routes/0/to" + expected.substr(bar + 1) + expected.substr(0, bar);
    QCOMPARE(QString::fromStdString(message(begin + R"("to":)" + node + "}]}")), QString::fromStdString(wanted));
}

void TstPolicyReader::routeErrors_data()
{
    QTest::addColumn<std::string>("members");
    QTest::addColumn<std::string>("expected");
    const auto row = [](const char *name, std::string members, std::string expected) {
        QTest::newRow(name) << std::move(members) << std::move(expected);
    };
    row("affinity", R"("affinity":"on")", "/routes/0/affinity: must be a duration such as 250ms, 2s, 15m or 1h");
    row("regions", R"("constraints":{"regions":[]})",
        "/routes/0/constraints/regions: must have at least one entry; leave it out to allow any");
    row("region", R"("constraints":{"regions":["eu",""]})",
        "/routes/0/constraints/regions/1: must be a region such as eu");
    row("regoins", R"("constraints":{"regoins":["eu"]})",
        "/routes/0/constraints/regoins: unknown key; did you mean `regions`?");
    row("deny", R"("constraints":{"deny":[""]})",
        "/routes/0/constraints/deny/0: must be a pattern over provider/model");
    row("match model", R"("match":{"model":""})", "/routes/0/match/model: must be a pattern over model names");
}

void TstPolicyReader::routeErrors()
{
    QFETCH(std::string, members);
    QFETCH(std::string, expected);
    QCOMPARE(QString::fromStdString(message(begin + members + R"(,"to":{"target":"a/x"}}]})")),
             QString::fromStdString(expected));
    QCOMPARE(message(R"({"retry":{"attempts":0}})"), std::string("/retry/attempts: must be from 1 to 100"));
    QCOMPARE(message(R"({"breaker":{"halflife":"1s"}})"),
             std::string("/breaker/halflife: unknown key; did you mean `halfLife`?"));
}

// core/config may not ask core/routing, so its words are its own; they must be the same ones.
void TstPolicyReader::namesAgreeWithRouting()
{
    for (const char *word : {"connect", "timeout", "408", "409", "429", "5xx", "overloaded", "quota", "credential"}) {
        QVERIFY2(failuresNamed(word), word);
        const std::string node = std::string(R"("to":{"fallback":[{"target":"a/x"}],"on":[")") + word + "\"]}}]}";
        QVERIFY2(readConfig(begin + node), word);
    }
    for (const char *word : {"image", "audio", "video", "document", "tools", "schema", "thinking"})
        QVERIFY2(contentNamed(word), word);
}

void TstPolicyReader::percentiles()
{
    for (int tenth = 10; tenth <= 999; ++tenth) {
        const auto read = parsePercentile(formatPercentile(tenth / 1000.0));
        QVERIFY(read);
        QCOMPARE(parsePercentile(formatPercentile(*read)), read);
    }
    for (const char *bad : {"p", "95", "p0", "p100", "p-1", "p95%", "P95", "p9e1"})
        QVERIFY2(!parsePercentile(bad), bad);
}

void TstPolicyReader::timeWindows()
{
    QVERIFY(parseTimeWindow("08:00-18:00")->holds(8 * 60));
    QVERIFY(!parseTimeWindow("08:00-18:00")->holds(18 * 60));
    QVERIFY(parseTimeWindow("22:00-06:00")->holds(0));
    QVERIFY(!parseTimeWindow("22:00-06:00")->holds(12 * 60));
    QVERIFY(parseTimeWindow("12:00-24:00")->holds(1439));
    for (const char *bad : {"", "08:00", "8:00-18:00", "08:00-08:00", "24:00-08:00", "08:60-09:00", "08:00-25:00"})
        QVERIFY2(!parseTimeWindow(bad), bad);
}

QTEST_GUILESS_MAIN(TstPolicyReader)
#include "tst_policy_reader.moc"
