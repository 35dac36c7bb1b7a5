// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"
#include "core/config/config_reader.h"
#include "core/dialect/model_ids.h"
#include "core/gateway/model_details.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

using namespace signalbox;

class TstModelDetails final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsOfProviders_data();
    void listsOfProviders();
    void whoIsBelieved();
    void routesAreAsNarrowAsTheirTargets();
    void eachDialectSaysIt();
};

namespace {

Config someConfig()
{
    const auto config = readConfig(
        R"({"providers":[{"id":"claude","preset":"anthropic"},{"id":"gpt","preset":"openai"},)"
        R"({"id":"box","baseUrl":"http://127.0.0.1:9100/v1"}],)"
        R"("models":[{"model":"gpt/gpt-5","maxOutputTokens":777},{"model":"box/own","contextTokens":8192,"tools":false}],)"
        R"("routes":[{"id":"a","match":{"model":"best"},"to":{"fallback":[{"target":"claude/claude-sonnet-4-5"},)"
        R"({"target":"gpt/gpt-5"}]}},{"id":"b","match":{"model":"gpt-5"},"to":{"target":"gpt/*"}},)"
        R"({"id":"c","to":{"fallback":[{"target":"box/own"},{"target":"box/unknown"}]}}]})");
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return *config;
}

ListedModel listed(const char *id, std::optional<int64_t> context, std::optional<int64_t> output,
                   std::vector<std::string> modalities = {}, std::optional<bool> tools = {},
                   std::optional<bool> thinking = {})
{
    return {id, {}, context, output, std::move(modalities), tools, thinking};
}

} // namespace

void TstModelDetails::listsOfProviders_data()
{
    QTest::addColumn<Dialect>("dialect");
    QTest::addColumn<std::string>("body");
    QTest::addColumn<ListedModel>("model");
    const auto row = [](const char *name, Dialect dialect, const char *entry, ListedModel model) {
        const bool named = dialect == Dialect::Gemini || dialect == Dialect::Ollama;
        QTest::newRow(name) << dialect << std::string(named ? "{\"models\":[" : "{\"data\":[") + entry + "]}"
                            << std::move(model);
    };
    row("openai", Dialect::OpenAiChat, R"({"id":"m","object":"model","created":1,"owned_by":"x"})",
        listed("m", {}, {}));
    row("openrouter", Dialect::OpenAiChat,
        R"({"id":"m","context_length":200000,"architecture":{"input_modalities":["file","image","text"]},)"
        R"("top_provider":{"context_length":1,"max_completion_tokens":64000},"supported_parameters":["tools","seed"]})",
        listed("m", 200000, 64000, {"pdf", "image", "text"}, true, false));
    row("groq", Dialect::OpenAiChat, R"({"id":"m","context_window":131072,"max_completion_tokens":8192})",
        listed("m", 131072, 8192));
    row("mistral", Dialect::OpenAiChat,
        R"({"id":"m","max_context_length":32768,"capabilities":{"function_calling":true,"vision":false}})",
        listed("m", 32768, {}, {"text"}, true));
    row("vllm", Dialect::OpenAiResponses, R"({"id":"m","max_model_len":4096})", listed("m", 4096, {}));
    row("llama.cpp", Dialect::OpenAiChat, R"({"id":"m","meta":{"n_ctx":2048,"n_ctx_train":9}})", listed("m", 2048, {}));
    row("zero, text and fractions", Dialect::OpenAiChat,
        R"({"id":"m","context_length":0,"context_window":"9","max_model_len":1.5,"architecture":[],"meta":null})",
        listed("m", {}, {}));
    row("anthropic", Dialect::Anthropic,
        R"({"id":"m","max_input_tokens":200000,"max_tokens":64000,"capabilities":{"image_input":{"supported":true},)"
        R"("pdf_input":{"supported":false},"thinking":{"supported":true}}})",
        listed("m", 200000, 64000, {"text", "image"}, {}, true));
    row("anthropic, short", Dialect::Anthropic, R"({"id":"m","max_input_tokens":null,"capabilities":null})",
        listed("m", {}, {}));
    row("gemini", Dialect::Gemini,
        R"({"name":"models/m","inputTokenLimit":1048576,"outputTokenLimit":65536,"thinking":true})",
        listed("m", 1048576, 65536, {}, {}, true));
    row("ollama", Dialect::Ollama, R"({"name":"m","capabilities":["completion","tools","vision"]})",
        listed("m", {}, {}, {"text", "image"}, true, false));
}

void TstModelDetails::listsOfProviders()
{
    QFETCH(Dialect, dialect);
    QFETCH(std::string, body);
    QFETCH(ListedModel, model);
    const auto models = readModelList(dialect, body);
    QVERIFY(models);
    QCOMPARE(models->size(), size_t(1));
    QVERIFY(models->front() == model);
    QVERIFY(readModelIds(dialect, body) == std::vector<std::string>{"m"});
}

void TstModelDetails::whoIsBelieved()
{
    const ModelBook book(Catalogue::builtIn(), someConfig());
    const ListedModel catalogue = describeTarget(book, "gpt", "gpt-5");
    QVERIFY(catalogue.contextTokens.value_or(0) > 100000);
    QCOMPARE(catalogue.maxOutputTokens.value_or(0), 777); // the config's word
    QVERIFY(catalogue.tools.value_or(false) && catalogue.thinking.value_or(false));
    QVERIFY(!catalogue.modalities.empty());
    const ListedModel told = describeTarget(book, "gpt", "gpt-5", listed("gpt-5", 1000, 2000, {"text"}, false));
    QCOMPARE(told.contextTokens.value_or(0), 1000); // the provider knows better than the catalogue
    QCOMPARE(told.maxOutputTokens.value_or(0), 777);
    QCOMPARE(told.tools, std::optional<bool>(false));
    QVERIFY(told.modalities == std::vector<std::string>{"text"});
    QVERIFY(describeTarget(book, "box", "unknown") == ListedModel());
}

void TstModelDetails::routesAreAsNarrowAsTheirTargets()
{
    const Config config = someConfig();
    const ModelBook book(Catalogue::builtIn(), config);
    const auto models = describeRoutes(book, config);
    std::vector<std::string> ids;
    for (const ListedModel &model : models)
        ids.push_back(model.id);
    const std::vector<std::string> expected = {"best",      "gpt-5",   "claude/claude-sonnet-4-5",
                                               "gpt/gpt-5", "box/own", "box/unknown"};
    QVERIFY(ids == expected);
    QCOMPARE(models[0].contextTokens.value_or(0), 200000); // of Claude, the smaller
    QCOMPARE(models[0].maxOutputTokens.value_or(0), 777);  // of GPT
    QVERIFY(models[0].tools.value_or(false));
    QVERIFY(models[1].contextTokens && models[1].contextTokens == models[3].contextTokens); // as asked
    QCOMPARE(models[4].contextTokens.value_or(0), 8192);
    QCOMPARE(models[4].tools, std::optional<bool>(false));
    QVERIFY(!models[5].contextTokens && !models[5].tools);
}

void TstModelDetails::eachDialectSaysIt()
{
    namespace json = boost::json;
    ListedModel model = listed("m", 200000, 64000, {"text", "image", "pdf"}, true, true);
    const auto told = [&](Dialect dialect) { return json::parse(codecFor(dialect).model(model)).as_object(); };
    const json::object chat = told(Dialect::OpenAiChat);
    QCOMPARE(chat.at("context_length").as_int64(), 200000);
    QCOMPARE(json::serialize(chat.at("architecture").at("input_modalities")),
             std::string(R"(["text","image","file"])"));
    QCOMPARE(json::serialize(chat.at("supported_parameters")), std::string(R"(["tools","reasoning"])"));
    const json::object gemini = told(Dialect::Gemini);
    QCOMPARE(gemini.at("inputTokenLimit").as_int64(), 200000);
    QCOMPARE(gemini.at("outputTokenLimit").as_int64(), 64000);
    QVERIFY(gemini.at("thinking").as_bool());
    const json::object anthropic = told(Dialect::Anthropic);
    QCOMPARE(anthropic.at("max_input_tokens").as_int64(), 200000);
    QCOMPARE(anthropic.at("max_tokens").as_int64(), 64000);
    const json::object ollama = told(Dialect::Ollama);
    QCOMPARE(json::serialize(ollama.at("capabilities")), std::string(R"(["completion","tools","vision","thinking"])"));
    // What one dialect writes, its own reader understands.
    for (const Dialect dialect : {Dialect::OpenAiChat, Dialect::Gemini, Dialect::Anthropic}) {
        const auto again = readModelList(dialect, codecFor(dialect).modelList(std::vector<ListedModel>{model}));
        QVERIFY(again && again->size() == 1);
        QCOMPARE((*again)[0].contextTokens.value_or(0), 200000);
        QCOMPARE((*again)[0].maxOutputTokens.value_or(0), 64000);
    }
}

QTEST_APPLESS_MAIN(TstModelDetails)
#include "tst_model_details.moc"
