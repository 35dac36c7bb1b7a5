// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/quirks.h"

#include <boost/json.hpp>

#include <QtCore/QFile>
#include <QtTest/QTest>

#include <algorithm>

class TestQuirks final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void openai();
    void mistral();
    void refusedTexts();
    void deepseekAndKimi();
    void otherTexts();
    void ownNamesOverride();
    void wrongTypesLeaveTheDefaults();
    void allPresets();
};

#ifndef Q_MOC_RUN // moc stumbles over the raw strings below

using namespace signalbox;

// Entries of the provider presets as they stand there.

static Quirks read(const char *text)
{
    return quirksFromJson(boost::json::parse(text).get_object());
}

void TestQuirks::openai()
{
    const Quirks quirks = read(
        R"x({"maxTokensField": "max_completion_tokens (max_output_tokens on responses); reasoning models refuse max_tokens",
            "developerRole": true, "usageInStream": "stream_options.include_usage", "thinking": "openai",
            "temperature": [0, 2], "store": true, "strictTools": true, "promptCacheKey": true,
            "serviceTier": ["auto", "default"], "organizationHeaders": ["OpenAI-Organization", "OpenAI-Project"]})x");
    QCOMPARE(quirks.maxTokensField, std::string("max_completion_tokens"));
    QVERIFY(quirks.developerRole && quirks.usageInStream && quirks.store && quirks.strictTools);
    QVERIFY(quirks.customTools && quirks.promptCacheKey && !quirks.videoParts);
    QVERIFY(quirks.refuses("top_k") && !quirks.refuses("verbosity"));
    QCOMPARE(quirks.maxStops, 4);
    QVERIFY((quirks.temperature == std::optional<std::pair<double, double>>({0, 2})));
}

void TestQuirks::mistral()
{
    const Quirks quirks = read(
        R"x({"maxTokensField": "max_tokens", "developerRole": false, "usageInStream": "always (last chunk)",
            "thinking": "mistral", "temperature": [0, 1.5], "seed": "random_seed",
            "toolChoice": "\"any\" where OpenAI says \"required\"", "toolCallId": "exactly 9 letters or digits",
            "unknownFields": "422"})x");
    QCOMPARE(quirks.seedField, std::string("random_seed"));
    QCOMPARE(quirks.requiredToolChoice, std::string("any"));
    QVERIFY(quirks.shortToolIds && !quirks.usageInStream && !quirks.customTools);
    QVERIFY(quirks.refuses("logprobs") && quirks.refuses("user") && !quirks.refuses("metadata"));
    QCOMPARE(quirks.temperature->second, 1.5);
}

void TestQuirks::refusedTexts()
{
    const Quirks xai =
        read(R"x({"refused": "reasoning models: stop, presence_penalty, frequency_penalty", "store": false})x");
    QVERIFY(xai.refuses("stop") && xai.refuses("presence_penalty") && xai.refuses("frequency_penalty"));
    QVERIFY(!xai.refuses("reasoning") && !xai.store);
    const Quirks groq = read(R"x({"refused": "logprobs, logit_bias, top_logprobs, messages[].name, n above 1"})x");
    QVERIFY(groq.refuses("messages[].name") && groq.refuses("n") && groq.refuses("top_logprobs"));
    QVERIFY(groq.refuses("verbosity"));
    QVERIFY(read(R"x({"refused": ["custom_field"]})x").refuses("custom_field"));
}

void TestQuirks::deepseekAndKimi()
{
    QVERIFY(read(R"x({"thinking": "deepseek",
        "reasoningContent": "reasoning_content in replies; must come back while a tool loop runs, must not otherwise"})x")
                .replayReasoning);
    QVERIFY(read(R"x({"reasoningContent": "must come back with tool calls"})x").replayReasoning);
    QVERIFY(!read(R"x({})x").replayReasoning);
}

void TestQuirks::otherTexts()
{
    const Quirks openrouter = read(R"x({"developerRole": "only openai/ and anthropic/ models",
        "usageInStream": "always", "thinking": "openrouter"})x");
    QVERIFY(!openrouter.developerRole && !openrouter.usageInStream && openrouter.cacheControl);
    const Quirks llama = read(R"x({"usageInStream": "timings in the last chunk, usage with include_usage"})x");
    QVERIFY(llama.usageInStream);
    const Quirks google =
        read(R"x({"maxTokensField": "generationConfig.maxOutputTokens", "stop": "stopSequences, at most 5"})x");
    QCOMPARE(google.maxTokensField, std::string("max_tokens"));
    QCOMPARE(google.maxStops, 5);
    QCOMPARE(read(R"x({"maxTokensField": "max_tokens, required"})x").maxTokensField, std::string("max_tokens"));
    QVERIFY(read(R"x({"cacheControl": "explicit cache: cache_control on content blocks"})x").cacheControl);
    QVERIFY(!read(R"x({"strictTools": false})x").strictTools);
}

void TestQuirks::ownNamesOverride()
{
    const Quirks quirks = read(R"x({"replayReasoning": true, "parallelTools": false, "shortToolIds": true,
        "requiredToolChoice": "must", "seedField": "s", "maxStops": 2, "fileUrls": false, "midSystem": true,
        "customTools": true, "jsonSchemaTools": false, "videoParts": true, "usageInStream": false})x");
    QVERIFY(quirks.replayReasoning && !quirks.parallelTools && quirks.shortToolIds && !quirks.fileUrls);
    QVERIFY(quirks.midSystem && quirks.customTools && !quirks.jsonSchemaTools && quirks.videoParts);
    QCOMPARE(quirks.requiredToolChoice, std::string("must"));
    QCOMPARE(quirks.seedField, std::string("s"));
    QCOMPARE(quirks.maxStops, 2);
    QVERIFY(!quirks.usageInStream);
    QCOMPARE(read("{}"), Quirks());
}

void TestQuirks::wrongTypesLeaveTheDefaults()
{
    QCOMPARE(read(R"x({"maxTokensField": 1, "temperature": [1], "store": "no", "refused": 5, "seed": []})x").store,
             true);
    QVERIFY(!read(R"x({"temperature": ["a", 2]})x").temperature);
}

// Runs over every preset that is shipped.
void TestQuirks::allPresets()
{
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../../resources/presets.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const boost::json::value root = boost::json::parse(file.readAll().toStdString());
    const boost::json::array *presets = root.as_object().at("presets").if_array();
    QVERIFY(presets && presets->size() >= 40);
    for (const boost::json::value &preset : *presets) {
        const Quirks quirks = quirksFromJson(preset.as_object().at("quirks").as_object());
        const std::string name(preset.as_object().at("id").as_string());
        QVERIFY2(quirks.maxTokensField == "max_tokens" || quirks.maxTokensField == "max_completion_tokens",
                 name.c_str());
        QVERIFY2(quirks.temperature.has_value(), name.c_str());
        QVERIFY2(quirks.seedField == "seed" || name == "mistral", name.c_str());
        QVERIFY2(quirks.requiredToolChoice == "required" || name == "mistral", name.c_str());
        QVERIFY2(quirks.thinking.find(' ') == std::string::npos, name.c_str());
        QVERIFY2(quirks.customTools == (name == "openai" || name == "azure-openai"), name.c_str());
        QVERIFY2(std::all_of(quirks.refused.begin(), quirks.refused.end(),
                             [](const std::string &field) { return field.find(' ') == std::string::npos; }),
                 name.c_str());
    }
}

#endif

QTEST_APPLESS_MAIN(TestQuirks)
#include "tst_quirks.moc"
