// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/request_details.h"
#include "tests/ui/fake_pages.h"
#include "ui/inspector/capture_file.h"
#include "ui/inspector/comparison.h"
#include "ui/inspector/copy_as.h"
#include "ui/inspector/replay_request.h"
#include "ui/inspector/request_gatherer.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

const QString url = u"http://127.0.0.1:8484"_s;

QString quoted(const char *text)
{
    return QString::fromUtf8(text).replace(u'\'', u'"');
}

std::string reply(const QString &words)
{
    return quoted("{'choices':[{'index':0,'message':{'role':'assistant','content':'%1'},'finish_reason':'stop'}]}")
        .arg(words)
        .toStdString();
}

RequestRecord record(const QString &words = u"yo"_s)
{
    RequestRecord made;
    made.id = "0199a1c7-0000";
    made.startedAtMs = 1'700'000'000'123;
    made.client = "docs|chat";
    made.dialect = "openai-chat";
    made.requestedModel = "m";
    made.provider = "box";
    made.model = "m1";
    made.status = 200;
    made.ttftMs = 100;
    made.durationMs = 1000;
    made.usage.input = 10;
    made.usage.output = 20;
    made.cost = {1'000'000, CostState::Exact, "p"};
    AttemptRecord attempt;
    attempt.startedAtMs = made.startedAtMs + 50;
    attempt.connectMs = 20;
    attempt.ttfbMs = 90;
    attempt.durationMs = 900;
    made.attempts = {attempt};
    made.bodies.push_back(
        {StoredBody::Kind::ClientRequest, "application/json",
         quoted("{'model':'m','messages':[{'role':'user','content':'sk-abcdefghijklmnop'}]}").toStdString(), false});
    made.bodies.push_back({StoredBody::Kind::ClientReply, "application/json", reply(words), false});
    RequestDetails details;
    details.requestHeaders = {{"X-Api-Key", "leaked-by-mistake"}, {"user-agent", "tool/1"}};
    made.bodies.push_back({StoredBody::Kind::Details, "application/json", detailsToJson(details)});
    return made;
}

} // namespace

class TestRequestExport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theNewestThatMatchAreGathered();
    void harHoldsWhatItsFormatAsks();
    void noFileHoldsASecret();
    void linesAreOneObjectEach();
    void programsTakeTheKeyFromTheEnvironment();
    void aTableHasARowForEach();
    void aReplayIsTheSameRequest();
    void whatCannotBeSentAgainSaysWhy();
    void comparingTellsWhatChanged();
    void proseIsComparedBySentences();
};

void TestRequestExport::harHoldsWhatItsFormatAsks()
{
    RequestRecord bare;
    bare.status = 502;
    const auto text = exportHar({record(), bare}, url);
    const QJsonObject log = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object()[u"log"].toObject();
    QCOMPARE(log[u"version"].toString(), u"1.2"_s);
    const QJsonArray entries = log[u"entries"].toArray();
    QCOMPARE(entries.size(), 2);
    const QJsonObject first = entries[0].toObject();
    QCOMPARE(first[u"startedDateTime"].toString(), u"2023-11-14T22:13:20.123Z"_s);
    QCOMPARE(first[u"request"][u"url"].toString(), QString(url + u"/v1/chat/completions"_s));
    QVERIFY(first[u"request"][u"postData"][u"text"].toString().contains(u"messages"_s));
    QVERIFY(first[u"response"][u"content"][u"text"].toString().contains(u"yo"_s));
    const QJsonObject timings = first[u"timings"].toObject();
    QCOMPARE(timings[u"blocked"].toDouble(), 50.0);
    QCOMPARE(timings[u"wait"].toDouble(), 70.0);
    double sum = 0;
    for (const QString &name : {u"blocked"_s, u"connect"_s, u"send"_s, u"wait"_s, u"receive"_s})
        sum += timings[name].toDouble();
    QCOMPARE(sum, first[u"time"].toDouble()); // as the format asks
    QCOMPARE(first[u"_signalbox"][u"id"].toString(), u"0199a1c7-0000"_s);
    for (const QJsonValue &entry : entries) {
        for (const char *needed : {"headers", "cookies", "queryString"})
            QVERIFY2(entry[u"request"][QLatin1String(needed)].isArray(), needed);
        QVERIFY(entry[u"response"][u"content"][u"mimeType"].isString());
        QVERIFY(entry[u"cache"].isObject());
    }
}

void TestRequestExport::noFileHoldsASecret()
{
    for (const CaptureFormat format : {CaptureFormat::Har, CaptureFormat::JsonLines}) {
        const std::string text = exportAs(format, {record()}, url);
        QVERIFY(text.find("abcdefghijklmnop") == std::string::npos);
        QVERIFY(QJsonDocument::fromJson(QByteArray::fromStdString(text).trimmed()).isObject());
    }
    QVERIFY(exportHar({record()}, url).find("leaked-by-mistake") == std::string::npos);
}

void TestRequestExport::linesAreOneObjectEach()
{
    RequestRecord odd = record();
    odd.bodies[1].bytes = "line\nbreak \xff";
    odd.bodies[1].cut = true;
    const QList<QByteArray> lines = QByteArray::fromStdString(exportJsonLines({record(), odd})).split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY(lines[2].isEmpty());
    const QJsonObject second = QJsonDocument::fromJson(lines[1]).object();
    QCOMPARE(second[u"request"][u"model"].toString(), u"m1"_s);
    QCOMPARE(second[u"bodies"][1][u"cut"].toBool(), true);
    QVERIFY(second[u"bodies"][1][u"text"].toString().startsWith(u"line\nbreak "_s));
    QCOMPARE(exportFileName(CaptureFormat::Har, {record()}), u"request-0199a1c7-0000.har"_s);
    QCOMPARE(exportFileName(CaptureFormat::JsonLines, {record(), odd}), u"requests-2.jsonl"_s);
}

void TestRequestExport::programsTakeTheKeyFromTheEnvironment()
{
    const QString python = copyAsPython(record(), url);
    QVERIFY(python.contains(u"os.environ[\"SIGNALBOX_API_KEY\"]"_s));
    QVERIFY(python.contains(u"body = \"{\\\"model\\\":"_s));
    const QString node = copyAsNode(record(), url);
    QVERIFY(node.contains(u"process.env.SIGNALBOX_API_KEY"_s));
    QVERIFY(node.contains(u"fetch(\"http://127.0.0.1:8484/v1/chat/completions\""_s));
    RequestRecord cut = record();
    cut.bodies[0].cut = true;
    QVERIFY(!copyAsNode(cut, url).contains(u"body:"_s));
}

void TestRequestExport::aTableHasARowForEach()
{
    const QStringList lines = copyAsMarkdown({record(), record()}).split(u'\n');
    QCOMPARE(lines.size(), 5); // head, rule, two rows, the end
    QVERIFY(lines[2].contains(u"docs\\|chat"_s));
    QCOMPARE(lines[0].count(u'|'), lines[1].count(u'|'));
}

void TestRequestExport::aReplayIsTheSameRequest()
{
    const ConsoleRequest request = replayOf(record(), "other/m2");
    QCOMPARE(request.body, record().bodies[0].bytes);
    QCOMPARE(request.path, std::string("/v1/chat/completions"));
    QCOMPARE(request.target, std::string("other/m2"));
    ConsoleResult result;
    result.requestId = "new";
    result.status = 200;
    result.provider = "other";
    result.model = "m2";
    result.durationMs = 500;
    result.firstTokenMs = 50;
    FoldedPart part;
    part.text = "yo";
    result.reply.choices.resize(1);
    result.reply.choices[0].parts = {part};
    const Comparison comparison = compareRequests(record(), recordOf(result, record()));
    QVERIFY(comparison.sameAnswer);
    QCOMPARE(comparison.facts[0].right, u"other/m2"_s);
}

void TestRequestExport::whatCannotBeSentAgainSaysWhy()
{
    RequestRecord good = record();
    good.bodies[0].bytes = "{}";
    QVERIFY(whyNoReplay(good).isEmpty());
    RequestRecord redacted = good;
    redacted.bodies[0].bytes = "{\"a\":\"[redacted]\"}";
    QVERIFY(whyNoReplay(redacted).contains(u"secret"_s));
    QVERIFY(replayNote(good).isEmpty());
    RequestRecord masked = good;
    masked.bodies[0].bytes = "{\"a\":\"«redacted:email» and «redacted:card»\"}";
    QVERIFY(whyNoReplay(masked).isEmpty());
    QVERIFY(replayNote(masked).contains(u"2 place"_s));
    RequestRecord cut = good;
    cut.bodies[0].cut = true;
    QVERIFY(whyNoReplay(cut).contains(u"beginning"_s));
    RequestRecord none = good;
    none.bodies.clear();
    QVERIFY(whyNoReplay(none).contains(u"not kept"_s));
    Config config;
    PolicyNode target;
    target.provider = "a";
    target.model = "m";
    PolicyNode any;
    any.provider = "a";
    any.model = "*";
    RouteConfig route;
    route.to.kind = PolicyNode::Kind::Fallback;
    route.to.children = {target, any, target};
    config.routes = {route};
    QCOMPARE(replayTargets(config), QStringList{u"a/m"_s});
}

void TestRequestExport::comparingTellsWhatChanged()
{
    RequestRecord other = record(u"no"_s);
    other.durationMs = 2000;
    other.usage.output = 20;
    other.cost.nanoUsd = 500'000;
    const Comparison comparison = compareRequests(record(), other);
    QVERIFY(!comparison.sameAnswer);
    QCOMPARE(comparison.answers.size(), size_t(1));
    QCOMPARE(comparison.answers[0].kind, DiffRow::Kind::Changed);
    const auto change = [&](const QString &label) {
        for (const CompareRow &row : comparison.facts) {
            if (row.label == label)
                return row.change;
        }
        return u"none"_s;
    };
    QVERIFY(change(u"Duration"_s).startsWith(u"▲ 100"_s));
    QVERIFY(change(u"Cost"_s).startsWith(u"▼ 50"_s));
    QCOMPARE(change(u"Output tokens"_s), QString());
    other.bodies.clear();
    QVERIFY(!compareRequests(record(), other).note.isEmpty());
}

void TestRequestExport::proseIsComparedBySentences()
{
    QCOMPARE(bySentences(u"One. Two? 1.5 is three!"_s), u"One.\nTwo?\n1.5 is three!"_s);
    const std::vector<DiffRow> rows{{DiffRow::Kind::Changed, u"aaa bbb ccc"_s, u"aaaaaaaaaa"_s, 1, 1},
                                    {DiffRow::Kind::Added, {}, u"d"_s, 0, 2}};
    const std::vector<DiffRow> wanted{{DiffRow::Kind::Changed, u"aaa bbb"_s, u"aaaaaaaa"_s, 1, 1},
                                      {DiffRow::Kind::Changed, u"ccc"_s, u"aa"_s, 1, 1},
                                      {DiffRow::Kind::Added, {}, u"d"_s, 0, 2}};
    QVERIFY(wrappedRows(rows, 8) == wanted);
}

void TestRequestExport::theNewestThatMatchAreGathered()
{
    FakeSource source;
    source.count = 700;
    QObject context;
    std::optional<RequestGatherer::Gathered> gathered;
    RequestFilter filter;
    filter.text = "x";
    RequestGatherer::gather(source, filter, &context,
                            [&](RequestGatherer::Gathered got) { gathered = std::move(got); });
    QVERIFY(!gathered);
    QTRY_VERIFY(gathered);
    QCOMPARE(source.lastFilter.text, std::string("x"));
    QCOMPARE(gathered->records.size(), size_t(RequestGatherer::most));
    QVERIFY(gathered->more);
    QCOMPARE(gathered->records.front().id, std::string("id-699"));
    QTRY_VERIFY(context.children().isEmpty());
    source.count = 3;
    gathered.reset();
    RequestGatherer::gather(source, {}, &context, [&](RequestGatherer::Gathered got) { gathered = std::move(got); });
    QTRY_VERIFY(gathered);
    QCOMPARE(gathered->records.size(), size_t(3));
    QVERIFY(!gathered->more);
}

int main(int argc, char **argv)
{
    qputenv("LC_ALL", "C.UTF-8");
    QCoreApplication app(argc, argv);
    TestRequestExport test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_capture_file.moc"
