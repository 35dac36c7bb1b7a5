// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/catalogue/model_book.h"
#include "core/catalogue/model_names.h"
#include "core/config/config_reader.h"
#include "core/gateway/recorder.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

using namespace signalbox;

namespace {

Config configFrom(const std::string &more)
{
    const auto config = readConfig(R"({"version":1,"providers":[{"id":"claude","preset":"anthropic"},)"
                                   R"({"id":"gpt","preset":"openai"},{"id":"gem","preset":"google"},)"
                                   R"({"id":"local","preset":"ollama"},{"id":"studio","preset":"lm-studio"},)"
                                   R"({"id":"box","baseUrl":"http://127.0.0.1:9100/v1"}])" +
                                   more + "}");
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return *config;
}

ModelBook bookFrom(const std::string &more)
{
    return ModelBook(Catalogue::builtIn(), configFrom(more));
}

TokenUsage someUsage()
{
    TokenUsage usage;
    usage.input = 8;
    usage.cachedInput = 4;
    usage.cacheWrite = 2;
    usage.output = 5;
    usage.reasoning = 3; // part of output: not charged again
    return usage;
}

} // namespace

class TstModelBook final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nameForms_data()
    {
        QTest::addColumn<std::string>("model");
        QTest::addColumn<std::string>("last");
        const auto row = [](const char *model, const char *last) {
            QTest::newRow(model) << std::string(model) << std::string(last);
        };
        row("gpt-5", "gpt-5");
        row("gpt-5-2025-08-07", "gpt-5");
        row("claude-sonnet-4-5-20250929", "claude-sonnet-4-5");
        row("claude-sonnet-4-5@20250929", "claude-sonnet-4-5");
        row("models/gemini-2.5-pro", "gemini-2.5-pro");
        row("models/x:latest", "x");
        row("-20250929", "-20250929");
        row("mistral-large-2411", "mistral-large-2411");
        row("m-19990101", "m-19990101");
        row("m-2025-8-07", "m-2025-8-07");
        row("gpt-5-mini", "gpt-5-mini");
    }

    void nameForms()
    {
        QFETCH(std::string, model);
        QFETCH(std::string, last);
        const auto forms = modelNameForms(model);
        QCOMPARE(std::string(forms.front()), model);
        QCOMPARE(std::string(forms.back()), last);
    }

    void catalogueByPreset()
    {
        const ModelBook book = bookFrom("");
        QVERIFY(book.find("claude", "claude-sonnet-4-5"));
        QCOMPARE(book.find("claude", "claude-sonnet-4-5")->provider, std::string("anthropic"));
        QCOMPARE(book.find("gpt", "gpt-5-2025-08-07")->model, std::string("gpt-5"));
        QCOMPARE(book.find("gem", "models/gemini-2.5-pro")->model, std::string("gemini-2.5-pro"));
        QVERIFY(!book.find("gpt", "gpt-5-unheard-of"));
        QVERIFY(!book.find("gpt", "claude-sonnet-4-5"));
        QVERIFY(!book.find("nobody", "gpt-5"));
    }

    void localServersAreUnpriced()
    {
        const ModelBook book = bookFrom("");
        QVERIFY(!book.find("local", "gpt-oss:20b"));
        QVERIFY(!book.find("studio", "openai/gpt-oss-20b")); // its context is what the user loaded it with
        QVERIFY(!book.find("box", "gpt-5"));
        QVERIFY(book.costOf("local", "gpt-oss:20b", someUsage(), true) == Cost());
    }

    void priceOfTheConfigWins()
    {
        const ModelBook book = bookFrom(
            R"(,"prices":[{"model":"box/\u002a","inputUsdPerMTok":1.25,"outputUsdPerMTok":10,"cacheReadUsdPerMTok":0.125,)"
            R"("cacheWriteUsdPerMTok":1.5},{"model":"gpt/gpt-5","inputUsdPerMTok":1,"outputUsdPerMTok":2},)"
            R"({"model":"*/gpt-5*","inputUsdPerMTok":7,"outputUsdPerMTok":7}])");
        const Cost cost = book.costOf("box", "m", someUsage(), true);
        QCOMPARE(cost.nanoUsd.value_or(-1), 8 * 1250 + 4 * 125 + 2 * 1500 + 5 * 10000);
        QCOMPARE(cost.state, CostState::Exact);
        QCOMPARE(cost.priceId, std::string("config:box/*"));
        QCOMPARE(book.find("gpt", "gpt-5")->price->id, std::string("config:gpt/gpt-5")); // first match wins
        QCOMPARE(book.find("gpt", "gpt-5")->price->tiers[0].input.value_or(0), 1000000);
        QVERIFY(!book.find("gpt", "gpt-5")->price->tiers[0].cacheRead); // the catalogue's is of another price
        QVERIFY(book.find("gpt", "gpt-5")->contextTokens);              // its other facts stay
        QCOMPARE(book.find("gpt", "gpt-5-mini")->price->id, std::string("config:*/gpt-5*"));
        QCOMPARE(book.costOf("gpt", "gpt-5", someUsage(), true).state, CostState::Estimated);
        QCOMPARE(book.costOf("gpt", "gpt-5", someUsage(), false).state, CostState::AtLeast);
    }

    void catalogueCosts()
    {
        const ModelBook book = bookFrom("");
        const Cost cost = book.costOf("claude", "claude-sonnet-4-5", someUsage(), true);
        QCOMPARE(cost.nanoUsd.value_or(-1), 8 * 3000 + 4 * 300 + 2 * 3750 + 5 * 15000);
        QCOMPARE(cost.priceId, std::string("catalogue:anthropic/claude-sonnet-4-5@2026-11-10"));
    }

    void ownFacts()
    {
        const ModelBook book =
            bookFrom(R"(,"models":[{"model":"gpt/gpt-5","contextTokens":1000},{"model":"gpt/\u002a","contextTokens":5,)"
                     R"("maxOutputTokens":7,"input":["text"],"tools":false,"quality":{"mine":3.5}},)"
                     R"({"model":"local/\u002a","contextTokens":8192,"reasoning":true}])");
        const ModelFactsPtr facts = book.find("gpt", "gpt-5");
        QCOMPARE(facts->contextTokens.value_or(0), 1000); // the first that names it
        QVERIFY(facts->otherContextTokens);               // what the catalogue says is kept
        QCOMPARE(facts->maxOutputTokens.value_or(0), 7);
        QVERIFY(facts->input.has(Modality::Text) && !facts->input.has(Modality::Image));
        QCOMPARE(facts->tools, std::optional<bool>(false));
        QVERIFY(facts->qualityBy("mine"));
        QCOMPARE(facts->qualityBy("mine")->score, 3.5);
        QVERIFY(facts->price);
        const ModelFactsPtr local = book.find("local", "anything");
        QCOMPARE(local->contextTokens.value_or(0), 8192);
        QCOMPARE(local->source, std::string("config"));
        QVERIFY(!local->price);
    }

    void withoutCatalogue()
    {
        const ModelBook book(nullptr, configFrom(R"(,"prices":[{"model":"gpt/a","outputUsdPerMTok":1}])"));
        QVERIFY(!book.find("gpt", "gpt-5"));
        QCOMPARE(book.costOf("gpt", "a", someUsage(), true).state, CostState::Unpriced); // input has no price
    }

    void booksDoNotMix()
    {
        const ModelBook one = bookFrom(R"(,"prices":[{"model":"*","inputUsdPerMTok":1}])");
        const ModelBook two = bookFrom(R"(,"prices":[{"model":"*","inputUsdPerMTok":2}])");
        for (int i = 0; i < 2; ++i) {
            QCOMPARE(one.find("box", "m")->price->tiers[0].input.value_or(0), 1000000);
            QCOMPARE(two.find("box", "m")->price->tiers[0].input.value_or(0), 2000000);
        }
    }

    // A bound far above what it takes (below 0.1 µs), so that only a lost cache fails it.
    void sameNamesAgainAreCheap()
    {
        const ModelBook book = bookFrom("");
        QVERIFY(book.find("claude", "claude-sonnet-4-5"));
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 100000; ++i)
            book.find("claude", "claude-sonnet-4-5");
        const double each = static_cast<double>(timer.nsecsElapsed()) / 100000;
        qInfo("%.0f ns a find", each);
        QVERIFY(each < 5000);
    }

    void manyNamesStayBounded()
    {
        const ModelBook book = bookFrom(R"(,"prices":[{"model":"box/\u002a","inputUsdPerMTok":1}])");
        for (int i = 0; i < 5000; ++i) {
            const std::string name = "m" + std::to_string(i);
            QCOMPARE(book.find("box", name)->model, name);
        }
    }

    void shownInFull()
    {
        QCOMPARE(formatNanoUsd(0), std::string("0.000000000"));
        QCOMPARE(formatNanoUsd(1234567), std::string("0.001234567"));
        QCOMPARE(formatNanoUsd(12000000001), std::string("12.000000001"));
        QCOMPARE(formatNanoUsd(-5), std::string("-0.000000005"));
    }
};

QTEST_APPLESS_MAIN(TstModelBook)
#include "tst_model_book.moc"
