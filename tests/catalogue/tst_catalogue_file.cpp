// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"

#include <QtTest/QTest>

using namespace signalbox;

// Catalogues from outside: what is wrong is said with its place, and nothing wrong gets in.
class TstCatalogueFile final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void good();
    void bad_data();
    void bad();
    void cutAnywhere();
};

namespace {

std::string document(const std::string &models)
{
    return R"({"version":1,"sources":{"s":{"package":"p 1","licence":"MIT","asOf":"2026-01-02"}},)"
           R"("providers":[{"id":"p","name":"P"}],"models":[)" +
           models + "]}";
}

std::string model(const std::string &more)
{
    return R"({"provider":"p","model":"m","source":"s","asOf":"2026-01-02")" + more + "}";
}

} // namespace

void TstCatalogueFile::good()
{
    const auto catalogue = Catalogue::fromJson(
        document(model(R"(,"laterKey":{"a":[1,"]"]},"tiers":[{"inputTokensAbove":5,"outputUsdPerMTok":9}],)"
                       R"("inputUsdPerMTok":0.5,"outputUsdPerMTok":1,"status":"beta")") +
                 " , \n" + R"({"provider":"p","model":"a\u0022\u00e9","source":"s","asOf":"2026-01"})"));
    QVERIFY2(catalogue, catalogue ? "" : catalogue.error().message.c_str());
    QCOMPARE((*catalogue)->size(), size_t(2));
    QVERIFY((*catalogue)->find("p", "a\"\xc3\xa9"));
    const ModelFactsPtr facts = (*catalogue)->find("p", "m");
    QCOMPARE(facts->price->tierFor(5).output.value_or(0), 1000000);
    QCOMPARE(facts->price->tierFor(6).output.value_or(0), 9000000);
    QCOMPARE(facts->price->tierFor(6).input.value_or(0), 500000);
    QVERIFY(!facts->tools && !facts->contextTokens);
    QVERIFY(Catalogue::fromJson(document("")));
}

void TstCatalogueFile::bad_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char *name, const std::string &text, const std::string &message) {
        QTest::newRow(name) << text << message;
    };
    row("empty", "", "line 1, column 1: the text ends too early");
    row("not closed", document(model("")).substr(0, 150), "line 1, column 151: the text ends too early");
    row("no models", R"({"version":1})", "/models: is required");
    row("no providers", R"({"version":1,"sources":{},"models":[]})", "/providers: is required");
    row("version", R"({"version":2,"sources":{},"providers":[],"models":[]})", "/version: must be from 1 to 1");
    row("source date", R"({"version":1,"sources":{"x":{}},"providers":[],"models":[]})",
        "/sources/x/asOf: is required");
    row("negative", document(model(R"(,"inputUsdPerMTok":-0.1)")),
        "/models/0/inputUsdPerMTok: must be from 0 to 1000000000");
    row("second", document(model("") + "," + model(R"(,"model2":1,"contextTokens":-5)")),
        "/models/1/contextTokens: must be from 1 to 2000000000");
    row("fraction", document(model(R"(,"contextTokens":1.5)")),
        "/models/0/contextTokens: must be a whole number, found the number 1.5E0");
    row("tier", document(model(R"(,"inputUsdPerMTok":1,"tiers":[{"inputTokensAbove":1,"inputUsdPerMTok":-1}])")),
        "/models/0/tiers/0/inputUsdPerMTok: must be from 0 to 1000000000");
    row("text price", document(model(R"(,"inputUsdPerMTok":"1")")),
        "/models/0/inputUsdPerMTok: must be a number, found text");
    row("modality", document(model(R"(,"inputModalities":["smell"])")),
        "/models/0/inputModalities/0: must be one of text, image, audio, video, document; found `smell`");
    row("date", document(model(R"(,"released":"soon")")), "/models/0/released: must be a date such as 2026-09-27");
    row("no source", document(R"({"provider":"p","model":"m","asOf":"2026-01-02"})"), "/models/0/source: is required");
    row("nameless", document(R"({"provider":"p","model":"","source":"s","asOf":"2026-01-02"})"),
        "/models/0/model: must not be empty");
    row("stranger", document(R"({"provider":"q","model":"m","source":"s","asOf":"2026-01-02"})"),
        "/models/0/provider: `q` is not among /providers");
    row("twice", document(model("") + "," + model("")), "/models: p/m is listed twice");
    row("no object", document("1"), "/models/0: must be an object");
}

void TstCatalogueFile::bad()
{
    QFETCH(std::string, text);
    QFETCH(std::string, message);
    const auto read = Catalogue::fromJson(text);
    QVERIFY(!read);
    QCOMPARE(read.error().code, std::string("catalogue_invalid"));
    QCOMPARE(read.error().message, message);
}

void TstCatalogueFile::cutAnywhere()
{
    const std::string whole = document(model(",\"inputUsdPerMTok\":1,\"name\":\"a\\\\\\\"b\"") + "," +
                                       R"({"provider":"p","model":"n","source":"s","asOf":"2026-01-02"})");
    QVERIFY(Catalogue::fromJson(whole));
    for (size_t i = 0; i < whole.size(); ++i)
        QVERIFY2(!Catalogue::fromJson(whole.substr(0, i)), whole.substr(0, i).c_str());
}

QTEST_APPLESS_MAIN(TstCatalogueFile)
#include "tst_catalogue_file.moc"
