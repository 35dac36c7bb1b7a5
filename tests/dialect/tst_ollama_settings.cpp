// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/dialect/ollama_builder.h"

using namespace signalbox;

class TestOllamaSettings final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toolChoice_data();
    void toolChoice();
    void think_data();
    void think();
    void structuredOutput();
    void settingsWithoutPlace();
    void settingsWithoutEffect();
    void quirks();
    void contextTokens_data();
    void contextTokens();
    void samePrefixSameBytes();
    void nothingToSend();
};

void TestOllamaSettings::toolChoice_data()
{
    QTest::addColumn<int>("mode");
    QTest::addColumn<bool>("oneAllowed");
    QTest::addColumn<int>("sent");
    QTest::addColumn<QByteArray>("lost");
    QTest::newRow("auto") << int(ToolChoice::Mode::Auto) << false << 2 << QByteArray();
    QTest::newRow("none") << int(ToolChoice::Mode::None) << false << 0 << QByteArray("approximated /a");
    QTest::newRow("required") << int(ToolChoice::Mode::Required) << false << 2 << QByteArray("dropped /a");
    QTest::newRow("named") << int(ToolChoice::Mode::Named) << false << 2 << QByteArray("dropped /a");
    QTest::newRow("allowed") << int(ToolChoice::Mode::Auto) << true << 1 << QByteArray("approximated /a");
}

void TestOllamaSettings::toolChoice()
{
    QFETCH(int, mode);
    QFETCH(bool, oneAllowed);
    QFETCH(int, sent);
    QFETCH(QByteArray, lost);
    Builder builder;
    builder.user("x");
    builder.conversation.tools.resize(2);
    builder.conversation.tools[0].name = "f";
    builder.conversation.tools[1].name = "g";
    ToolChoice choice;
    choice.mode = static_cast<ToolChoice::Mode>(mode);
    choice.name = "g";
    if (oneAllowed)
        choice.allowed.emplace_back("g");
    builder.conversation.settings.toolChoice = {choice, builder.place("a")};
    builder.encode();
    QCOMPARE(builder.at("/tools/0") != "missing", sent > 0);
    QCOMPARE(builder.at("/tools/1") != "missing", sent > 1);
    if (sent == 1)
        QCOMPARE(builder.at("/tools/0/function/name"), QByteArray("\"g\""));
    QCOMPARE(builder.lost().join(','), lost);
}

void TestOllamaSettings::think_data()
{
    QTest::addColumn<int>("enabled"); // -1: not said
    QTest::addColumn<QByteArray>("effort");
    QTest::addColumn<qint64>("budget"); // -2: not said
    QTest::addColumn<bool>("adaptive");
    QTest::addColumn<QByteArray>("summary");
    QTest::addColumn<QByteArray>("think");
    QTest::addColumn<QByteArray>("lost");
    const auto row = [](const char *name, int enabled, const char *effort, qint64 budget, bool adaptive,
                        const char *summary, const char *think, const char *lost) {
        QTest::newRow(name) << enabled << QByteArray(effort) << budget << adaptive << QByteArray(summary)
                            << QByteArray(think) << QByteArray(lost);
    };
    row("on", 1, "", -2, false, "", "true", "");
    row("off", 0, "", -2, false, "", "false", "");
    row("effort none", -1, "none", -2, false, "", "false", "");
    row("low", -1, "low", -2, false, "", R"("low")", "");
    row("medium", -1, "medium", -2, false, "", R"("medium")", "");
    row("high", -1, "high", -2, false, "", R"("high")", "");
    row("minimal", -1, "minimal", -2, false, "", R"("low")", "approximated /a");
    row("xhigh", -1, "xhigh", -2, false, "", R"("high")", "approximated /a");
    row("max", -1, "max", -2, false, "", R"("high")", "approximated /a");
    row("budget", 1, "", 5000, false, "", R"("medium")", "approximated /a");
    row("dynamic", -1, "", -1, false, "", "missing", "approximated /a");
    row("adaptive", -1, "", -2, true, "", "missing", "approximated /a");
    row("adaptive with effort", -1, "high", -2, true, "", R"("high")", "");
    row("summary", -1, "low", -2, false, "auto", R"("low")", "dropped /a");
    row("only a summary", -1, "", -2, false, "auto", "missing", "dropped /a");
}

void TestOllamaSettings::think()
{
    QFETCH(int, enabled);
    QFETCH(QByteArray, effort);
    QFETCH(qint64, budget);
    QFETCH(bool, adaptive);
    QFETCH(QByteArray, summary);
    QFETCH(QByteArray, think);
    QFETCH(QByteArray, lost);
    const std::string texts[] = {effort.toStdString(), summary.toStdString()};
    Builder builder;
    builder.user("x");
    Reasoning reasoning;
    if (enabled >= 0)
        reasoning.enabled = enabled == 1;
    if (budget != -2)
        reasoning.budgetTokens = budget;
    reasoning.effort = texts[0];
    reasoning.summary = texts[1];
    reasoning.adaptive = adaptive;
    builder.conversation.settings.reasoning = {reasoning, builder.place("a")};
    builder.encode();
    QCOMPARE(builder.at("/think"), think);
    QCOMPARE(builder.lost().join(','), lost);
}

void TestOllamaSettings::structuredOutput()
{
    Builder builder;
    builder.user("x");
    StructuredOutput output;
    output.kind = StructuredOutput::Kind::JsonSchema;
    output.name = "person";
    output.strict = true;
    output.schema = builder.place("schema");
    builder.conversation.settings.output = {output, builder.place("a")};
    builder.encode();
    QCOMPARE(builder.at("/format"), QByteArray(R"({"type":"object","properties":{"z":true,"a":{"type":"string"}}})"));
    QCOMPARE(builder.lost(), QByteArrayList({"approximated /a"}));
    builder.conversation.settings.output = {StructuredOutput{}, builder.place("a")};
    builder.encode();
    QCOMPARE(builder.at("/format"), QByteArray("\"json\""));
}

void TestOllamaSettings::settingsWithoutPlace()
{
    Builder builder;
    builder.user("x");
    Settings &settings = builder.conversation.settings;
    settings.n = {2, builder.place("a")};
    settings.user = {"me", builder.place("b")};
    settings.verbosity = {"low", builder.place("c")};
    settings.parallelTools = {false, builder.place("d")};
    builder.conversation.tools.resize(1);
    settings.store = {true, builder.place("e")};
    settings.logitBias = {builder.place("f"), builder.place("f")};
    builder.encode();
    QCOMPARE(builder.lost(),
             QByteArrayList({"dropped /a", "dropped /b", "dropped /c", "dropped /d", "dropped /e", "dropped /f"}));
}

void TestOllamaSettings::settingsWithoutEffect()
{
    Builder builder;
    builder.user("x");
    Settings &settings = builder.conversation.settings;
    settings.n = {1, builder.place("a")};
    settings.parallelTools = {true, builder.place("b")};
    settings.store = {false, builder.place("c")};
    settings.modalities = {std::vector<std::string_view>{"text"}, builder.place("d")};
    settings.serviceTier = {"auto", builder.place("e")};
    builder.encode();
    QCOMPARE(builder.lost(), QByteArrayList());
}

void TestOllamaSettings::quirks()
{
    Builder builder;
    builder.user("x");
    Settings &settings = builder.conversation.settings;
    settings.temperature = {1.7, builder.place("a")};
    settings.stop = {std::vector<std::string_view>{"1", "2", "3"}, builder.place("b")};
    Reasoning reasoning;
    reasoning.enabled = true;
    settings.reasoning = {reasoning, builder.place("c")};
    settings.minP = {0.1, builder.place("d")};
    Quirks quirks;
    quirks.temperature = {0, 1};
    quirks.maxStops = 2;
    quirks.refused = {"think", "min_p"};
    builder.encode(quirks);
    QCOMPARE(builder.at("/options/temperature"), QByteArray("1"));
    QCOMPARE(builder.at("/options/stop"), QByteArray(R"(["1","2"])"));
    QCOMPARE(builder.at("/think"), QByteArray("missing"));
    QCOMPARE(builder.at("/options/min_p"), QByteArray("missing"));
    QCOMPARE(builder.lost(), QByteArrayList({"approximated /a", "approximated /b", "dropped /c", "dropped /d"}));
}

void TestOllamaSettings::contextTokens_data()
{
    QTest::addColumn<int>("bytes");
    QTest::addColumn<int>("images");
    QTest::addColumn<qint64>("maxTokens"); // -1: not said
    QTest::addColumn<qint64>("asked");
    QTest::addColumn<qint64>("expected");
    QTest::newRow("small") << 10 << 0 << qint64(-1) << qint64(0) << qint64(4096);
    QTest::newRow("asked less") << 10 << 0 << qint64(-1) << qint64(512) << qint64(4096);
    QTest::newRow("asked more") << 10 << 0 << qint64(-1) << qint64(10000) << qint64(10000);
    QTest::newRow("asked too little for the text") << 30'000 << 0 << qint64(-1) << qint64(8192) << qint64(16384);
    QTest::newRow("just fits") << 2048 * 3 << 0 << qint64(-1) << qint64(0) << qint64(4096);
    QTest::newRow("one more") << 2048 * 3 + 1 << 0 << qint64(-1) << qint64(0) << qint64(8192);
    QTest::newRow("images") << 3 << 2 << qint64(-1) << qint64(0) << qint64(8192);
    QTest::newRow("long answer") << 3 << 0 << qint64(8192) << qint64(0) << qint64(16384);
    QTest::newRow("short answer") << 3 * 4000 << 0 << qint64(96) << qint64(0) << qint64(4096);
    QTest::newRow("endless answer") << 3 << 0 << std::numeric_limits<qint64>::max() << qint64(0) << qint64(32768);
}

void TestOllamaSettings::contextTokens()
{
    QFETCH(int, bytes);
    QFETCH(int, images);
    QFETCH(qint64, maxTokens);
    QFETCH(qint64, asked);
    QFETCH(qint64, expected);
    const std::string text(static_cast<size_t>(bytes), 'x');
    Builder builder;
    builder.user(text);
    MediaPart image;
    image.source.mimeType = "image/png";
    image.source.data = "AAAA";
    for (int i = 0; i < images; ++i)
        builder.conversation.messages[0].parts.push_back({image});
    if (maxTokens >= 0)
        builder.conversation.settings.maxTokens = {maxTokens, builder.place("a")};
    if (asked > 0)
        builder.conversation.settings.contextTokens = {asked, builder.place("b")};
    builder.encode();
    QCOMPARE(builder.at("/options/num_ctx"), QByteArray::number(expected));
    QCOMPARE(builder.lost(), QByteArrayList());
}

void TestOllamaSettings::samePrefixSameBytes()
{
    Builder shorter;
    shorter.user("one");
    shorter.encode();
    Builder longer;
    longer.user("one");
    longer.message(Role::Assistant).parts.push_back({TextPart{"two"}});
    longer.user("three");
    longer.encode();
    const std::string start = shorter.body.substr(0, shorter.body.find(']'));
    QVERIFY(longer.body.starts_with(start));
    Builder again;
    again.user("one");
    again.encode();
    QCOMPARE(again.body, shorter.body);
}

void TestOllamaSettings::nothingToSend()
{
    Builder builder;
    builder.user("");
    const Quirks quirks;
    const auto request = ollama::codec().encodeRequest(builder.conversation, {"m", quirks}, builder.losses);
    QVERIFY(!request);
    QCOMPARE(request.error().code, std::string("field_invalid"));
    QCOMPARE(request.error().httpStatus, 400);
}

QTEST_APPLESS_MAIN(TestOllamaSettings)
#include "tst_ollama_settings.moc"
