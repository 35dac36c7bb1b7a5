// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/condition.h"
#include "plan_bench.h"

#include <QtCore/QDateTime>

#include <map>

using namespace signalbox;
using namespace signalbox::test;

namespace {

Condition conditionOf(const std::string &json)
{
    return configOf(fourProviders(R"("projects":[{"id":"work"}],)" +
                                  routeTo(R"({"when":)" + json + R"(,"then":{"target":"a/x"}})")))
        .routes[0]
        .to.condition;
}

int64_t at(const char *utc)
{
    return QDateTime::fromString(QString::fromLatin1(utc) + QStringLiteral("Z"), Qt::ISODate).toMSecsSinceEpoch();
}

} // namespace

class TestWhen final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parts_data()
    {
        QTest::addColumn<std::string>("condition");
        QTest::addColumn<int>("failing"); // of the request below
        const auto row = [](const char *name, std::string json, ConditionPart part) {
            QTest::newRow(name) << std::move(json) << static_cast<int>(part);
        };
        row("model", R"({"model":"gpt-*","tag":"urgent"})", ConditionPart::None);
        row("other model", R"({"model":"gpt","tag":"urgent"})", ConditionPart::Model);
        row("project", R"({"project":"w*k"})", ConditionPart::None);
        row("other project", R"({"project":"work"})", ConditionPart::None);
        row("client", R"({"client":"?"})", ConditionPart::Client);
        row("user", R"({"user":"*@home"})", ConditionPart::None);
        row("other user", R"({"user":"bob*"})", ConditionPart::User);
        row("tag", R"({"tag":"batch-*"})", ConditionPart::None);
        row("other tag", R"({"tag":"batch"})", ConditionPart::Tag);
        row("header", R"({"header":{"X-Team":"b*"}})", ConditionPart::None);
        row("other header", R"({"header":{"X-Team":"red"}})", ConditionPart::Header);
        row("no such header", R"({"header":{"x-none":"*"}})", ConditionPart::Header);
        row("has", R"({"has":["image","tools"]})", ConditionPart::None);
        row("has all", R"({"has":["image","audio"]})", ConditionPart::Contents);
        row("above", R"({"tokensAbove":999})", ConditionPart::None);
        row("not above itself", R"({"tokensAbove":1000})", ConditionPart::TokensAbove);
        row("below", R"({"tokensBelow":1001})", ConditionPart::None);
        row("not below itself", R"({"tokensBelow":1000})", ConditionPart::TokensBelow);
        row("all must hold", R"({"model":"gpt-*","tokensAbove":10,"tag":"none"})", ConditionPart::Tag);
    }

    void parts()
    {
        QFETCH(std::string, condition);
        QFETCH(int, failing);
        const Condition read = conditionOf(condition);
        RoutingFacts facts;
        facts.model = "gpt-5";
        facts.project = "work";
        facts.client = "laptop";
        facts.user = "ann@home";
        facts.tags = "urgent , batch-7";
        facts.header = [](std::string_view name) {
            return name == "x-team" ? std::string_view("blue") : std::string_view();
        };
        facts.contents.add(Content::Image);
        facts.contents.add(Content::Tools);
        facts.inputTokens = 1000;
        QCOMPARE(static_cast<int>(ConditionTest(read).failing(facts)), failing);
    }

    void unknownTokensHoldNothing()
    {
        const Condition above = conditionOf(R"({"tokensAbove":0})");
        const Condition below = conditionOf(R"({"tokensBelow":100})");
        QCOMPARE(ConditionTest(above).failing({}), ConditionPart::TokensAbove);
        QCOMPARE(ConditionTest(below).failing({}), ConditionPart::TokensBelow);
    }

    void times_data()
    {
        QTest::addColumn<std::string>("condition");
        QTest::addColumn<QByteArray>("utc");
        QTest::addColumn<bool>("holds");
        const auto row = [](const char *name, std::string json, const char *utc, bool holds) {
            QTest::newRow(name) << std::move(json) << QByteArray(utc) << holds;
        };
        const std::string office = R"({"time":"08:00-18:00","timeZone":"Europe/Berlin"})";
        row("winter, begins", office, "2026-01-12T07:00:00", true);
        row("winter, before", office, "2026-01-12T06:59:59", false);
        row("winter, ends", office, "2026-01-12T17:00:00", false);
        row("summer, begins", office, "2026-07-13T06:00:00", true);
        row("summer, ends", office, "2026-07-13T16:00:00", false);
        const std::string night = R"({"time":"22:00-06:00","timeZone":"UTC","days":["fri"]})";
        row("night", night, "2026-01-16T23:00:00", true);
        row("the next morning is Saturday", night, "2026-01-17T05:00:00", false);
        row("Friday morning", night, "2026-01-16T05:00:00", true);
        row("noon", night, "2026-01-16T12:00:00", false);
        const std::string monday = R"({"days":["mon"],"timeZone":"Asia/Kolkata"})";
        row("half an hour", monday, "2026-01-11T18:30:00", true);
        row("Sunday still", monday, "2026-01-11T18:29:59", false);
        const std::string sunday = R"({"days":["sun"],"timeZone":"America/New_York"})";
        row("west", sunday, "2026-01-12T04:59:59", true);
        row("west, Monday", sunday, "2026-01-12T05:00:00", false);
    }

    void times()
    {
        QFETCH(std::string, condition);
        QFETCH(QByteArray, utc);
        QFETCH(bool, holds);
        const Condition read = conditionOf(condition);
        const ConditionTest test(read);
        RoutingFacts facts;
        for (const int64_t offset :
             {int64_t(0), int64_t(-7 * 86'400'000), int64_t(0)}) { // what is kept does not mislead
            facts.wallMs = at(utc.constData()) + offset;
            QCOMPARE(test.failing(facts) == ConditionPart::None, holds);
        }
    }

    // Over the change to summer time the clock jumps with the zone.
    void daylightSaving()
    {
        const ZoneClock clock("Europe/Berlin");
        const int64_t jump = at("2026-03-29T01:00:00");
        const int64_t before = clock.localMinutes(jump - 60'000);
        QCOMPARE(clock.localMinutes(jump) - before, int64_t(61));
        QCOMPARE(clock.localMinutes(jump - 60'000), before);
    }

    void needsAreExact_data()
    {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<QByteArray>("needs");
        const auto row = [](const char *name, std::string json, const char *needs) {
            QTest::newRow(name) << fourProviders(json) << QByteArray(needs);
        };
        const std::string plain = R"({"target":"a/x"})";
        row("several keys", routeTo(plain), "conversation");
        row("affinity off", R"("routes":[{"id":"r","affinity":"off","to":)" + plain + "}]", "");
        row("has", R"("routes":[{"id":"r","affinity":"off","match":{"has":["image"]},"to":)" + plain + "}]",
            "contents");
        row("tokens", R"("routes":[{"id":"r","affinity":"off","match":{"tokensAbove":1},"to":)" + plain + "}]",
            "tokens");
        row("header",
            R"("routes":[{"id":"r","affinity":"off","to":{"when":{"header":{"x":"y"}},"then":)" + plain + "}}]",
            "header");
        row("fit", R"("routes":[{"id":"r","affinity":"off","to":{"fit":[)" + plain + "]}}]", "contents tokens");
        row("cheapest", R"("routes":[{"id":"r","affinity":"off","to":{"cheapest":[)" + plain + "]}}]", "tokens");
        row("match alone",
            R"("routes":[{"id":"r","affinity":"off","match":{"model":"x","tag":"t","days":["mon"]},"to":)" + plain +
                "}]",
            "");
    }

    void needsAreExact()
    {
        QFETCH(std::string, json);
        QFETCH(QByteArray, needs);
        const Bench bench(json);
        const RouteTable::Needs got = bench.state.table()->needs();
        QStringList words;
        if (got.contents)
            words << QStringLiteral("contents");
        if (got.tokens)
            words << QStringLiteral("tokens");
        if (got.conversation)
            words << QStringLiteral("conversation");
        if (got.header)
            words << QStringLiteral("header");
        QCOMPARE(words.join(u' ').toLatin1(), needs);
    }
};

QTEST_APPLESS_MAIN(TestWhen)
#include "tst_when.moc"
