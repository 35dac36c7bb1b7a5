// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"

#include <QtTest/QTest>

using namespace signalbox;

// `prices` and `models` of the config.
class TstModelReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writesWhatItReads()
    {
        const auto config = readConfig(R"({"prices":[{"model":"box/\u002a","inputUsdPerMTok":1.25,
            "cacheWrite1hUsdPerMTok":0.000125,"inputAudioUsdPerMTok":3,"outputAudioUsdPerMTok":4,"inputImageUsdPerMTok":5,"outputImageUsdPerMTok":40,"perRequestUsd":0.01,
            "webSearchUsdPer1000":10,"tiers":[{"inputTokensAbove":200000,"inputUsdPerMTok":2.5},
            {"inputTokensAbove":400000,"outputUsdPerMTok":9}],"serviceTiers":{"batch":0.5,"priority":2}}],
            "models":[{"model":"box/\u002a","contextTokens":8192,"maxOutputTokens":4096,"input":["text","image"],
            "output":["text"],"tools":false,"reasoning":true,"quality":{"swe-bench-verified":70.5,"mine":3}}]})");
        QVERIFY2(config, config ? "" : config.error().message.c_str());
        const PriceConfig &price = config->prices[0];
        QCOMPARE(price.inputImageUsdPerMTok.value_or(0), 5.0);
        QCOMPARE(price.outputImageUsdPerMTok.value_or(0), 40.0);
        QCOMPARE(price.tiers.size(), size_t(2));
        QCOMPARE(price.tiers[1].inputTokensAbove, 400000);
        QVERIFY(!price.tiers[1].inputUsdPerMTok);
        QCOMPARE(price.serviceTiers.at("batch"), 0.5);
        QCOMPARE(config->models[0].contextTokens.value_or(0), 8192);
        QCOMPARE(config->models[0].tools, std::optional<bool>(false));
        QCOMPARE(config->models[0].quality.size(), size_t(2));
        const auto again = readConfig(writeConfig(*config));
        QVERIFY2(again, again ? "" : again.error().message.c_str());
        QVERIFY(*again == *config);
        QVERIFY(writeConfig(*config).find("\"inputTokensAbove\": 200000") != std::string::npos);
    }

    void errors_data()
    {
        QTest::addColumn<std::string>("json");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char *name, const char *json, const char *message) {
            QTest::newRow(name) << std::string(json) << std::string(message);
        };
        row("tier order", R"({"prices":[{"model":"*","tiers":[{"inputTokensAbove":9},{"inputTokensAbove":9}]}]})",
            "/prices/0/tiers/1/inputTokensAbove: must be above the tier before");
        row("tier key", R"({"prices":[{"model":"*","tiers":[{"inputTokenAbove":9}]}]})",
            "/prices/0/tiers/0/inputTokenAbove: unknown key; did you mean `inputTokensAbove`?");
        row("tier price", R"({"prices":[{"model":"*","tiers":[{"inputTokensAbove":9,"outputUsdPerMTok":-2}]}]})",
            "/prices/0/tiers/0/outputUsdPerMTok: must be from 0 to 1000000000");
        row("factor", R"({"prices":[{"model":"*","serviceTiers":{"flex":-1}}]})",
            "/prices/0/serviceTiers/flex: must be from 0 to 1000");
        row("per request", R"({"prices":[{"model":"*","perRequestUsd":"free"}]})",
            "/prices/0/perRequestUsd: must be a number, found text");
        row("model", R"({"models":[{"contextTokens":9}]})", "/models/0/model: is required");
        row("context", R"({"models":[{"model":"*","contextTokens":0}]})",
            "/models/0/contextTokens: must be from 1 to 2000000000");
        row("input", R"({"models":[{"model":"*","input":["text","smell"]}]})",
            "/models/0/input/1: must be one of text, image, audio, video, document; found `smell`");
        row("quality", R"({"models":[{"model":"*","quality":{"mine":"good"}}]})",
            "/models/0/quality/mine: must be a number, found text");
        row("unknown", R"({"models":[{"model":"*","contextToken":1}]})",
            "/models/0/contextToken: unknown key; did you mean `contextTokens`?");
    }

    void errors()
    {
        QFETCH(std::string, json);
        QFETCH(std::string, message);
        const auto config = readConfig(json);
        QVERIFY(!config);
        QCOMPARE(config.error().message, message);
    }
};

QTEST_APPLESS_MAIN(TstModelReader)
#include "tst_model_reader.moc"
