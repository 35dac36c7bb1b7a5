// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_files.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

using namespace signalbox;

class TstCatalogueUpdate final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void differences();
    void doubts_data();
    void doubts();
    void tiersAreCompared();
    void age();
    void appliedAndTakenBack();
    void refusedChangesNothing();
    void brokenFileNeverTakesTheCatalogueAway();
    void ownScores();
};

namespace {

std::string document(const std::vector<std::string> &models, const std::string &asOf = "2027-01-02")
{
    std::string text = R"({"version":1,"sources":{"s":{"package":"p 1","licence":"MIT","asOf":")" + asOf +
                       R"("}},"providers":[{"id":"p","name":"P"}],"models":[)";
    for (size_t i = 0; i < models.size(); ++i)
        text += (i > 0 ? "," : "") + models[i];
    return text + "]}";
}

std::string model(const std::string &name, const std::string &more = {})
{
    return R"({"provider":"p","model":")" + name + R"(","source":"s","asOf":"2027-01-02")" + more + "}";
}

std::shared_ptr<const Catalogue> read(const std::string &text)
{
    const auto catalogue = Catalogue::fromJson(text);
    if (!catalogue)
        qFatal("%s", catalogue.error().message.c_str());
    return *catalogue;
}

QByteArray bytes(const std::string &text)
{
    return QByteArray::fromStdString(text);
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

} // namespace

void TstCatalogueUpdate::differences()
{
    const auto before =
        read(document({model("a", R"(,"inputUsdPerMTok":1,"contextTokens":5)"), model("b"), model("c")}));
    const auto after = read(document({model("a", R"(,"inputUsdPerMTok":1.5,"outputUsdPerMTok":2,"contextTokens":6)"),
                                      model("c"), model("d", R"(,"inputUsdPerMTok":0)")}));
    const CatalogueDiff diff = compareCatalogues(*before, *after);
    QCOMPARE(diff.added, size_t(1));
    QCOMPARE(diff.removed, size_t(1));
    QCOMPARE(diff.changed, size_t(1));
    using Kind = CatalogueChange::Kind;
    const std::vector<CatalogueChange> expected = {
        {Kind::Changed, "p", "a", "contextTokens", "5", "6", 0, false},
        {Kind::Changed, "p", "a", "inputUsdPerMTok", "1", "1.5", 1.5, false},
        {Kind::Changed, "p", "a", "outputUsdPerMTok", "", "2", 0, false},
        {Kind::Removed, "p", "b", "", "", "", 0, false},
        {Kind::Added, "p", "d", "", "", "", 0, false},
    };
    QVERIFY(diff.changes == expected);
    QCOMPARE(diff.doubts.size(), size_t(1)); // one of three models is missing
    QVERIFY(compareCatalogues(*after, *after).changes.empty());
}

void TstCatalogueUpdate::doubts_data()
{
    QTest::addColumn<std::string>("before");
    QTest::addColumn<std::string>("after");
    QTest::addColumn<bool>("needsYes");
    const auto row = [](const char *name, const char *before, const char *after, bool needsYes) {
        QTest::newRow(name) << std::string(before) << std::string(after) << needsYes;
    };
    row("same", "1", "1", false);
    row("three times", "1", "3", false);
    row("more than three times", "1", "3.000001", true);
    row("a third", "3", "1", false);
    row("less than a third", "3.000001", "1", true);
    row("to zero", "1", "0", true);
    row("from zero", "0", "1", true);
}

void TstCatalogueUpdate::doubts()
{
    QFETCH(std::string, before);
    QFETCH(std::string, after);
    QFETCH(bool, needsYes);
    const auto diff = compareCatalogues(*read(document({model("a", ",\"outputUsdPerMTok\":" + before)})),
                                        *read(document({model("a", ",\"outputUsdPerMTok\":" + after)})));
    QCOMPARE(diff.needsYes(), needsYes);
    QCOMPARE(!diff.changes.empty() && diff.changes[0].needsYes, needsYes);
}

void TstCatalogueUpdate::tiersAreCompared()
{
    const auto before = read(document({model("a", R"(,"inputUsdPerMTok":1)")}));
    const auto after = read(
        document({model("a", R"(,"inputUsdPerMTok":1,"tiers":[{"inputTokensAbove":200000,"inputUsdPerMTok":4}])")}));
    const auto diff = compareCatalogues(*before, *after);
    QCOMPARE(diff.changes.size(), size_t(1));
    QCOMPARE(diff.changes[0].fact, std::string("inputUsdPerMTok above 200000"));
    QCOMPARE(diff.changes[0].before, std::string("1"));
    QCOMPARE(diff.changes[0].factor, 4.0);
    QVERIFY(diff.needsYes());
}

void TstCatalogueUpdate::age()
{
    const auto catalogue = read(document({}, "2026-09-27"));
    const auto at = [](int month, int day) {
        return QDateTime(QDate(2026, month, day), QTime(23, 59), Qt::UTC).toMSecsSinceEpoch();
    };
    QCOMPARE(ageInDays(*catalogue, at(9, 27)), 0);
    QCOMPARE(ageInDays(*catalogue, at(10, 28)), 31);
    QCOMPARE(ageInDays(*catalogue, at(1, 1)), 0); // the clock was set back
}

void TstCatalogueUpdate::appliedAndTakenBack()
{
    const QTemporaryDir folder;
    CatalogueFiles files(folder.path());
    QVERIFY(files.load().shipped);
    QVERIFY(!files.revert());
    const std::string first = document({model("a", R"(,"inputUsdPerMTok":1)")});
    const auto refused = files.apply(bytes(first), false); // nearly all models would be gone
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("catalogue_doubtful"));
    QVERIFY(refused.error().message.find("6064 of 6064 models are missing") != std::string::npos);
    QVERIFY(files.load().shipped);

    const auto done = files.apply(bytes(first), true);
    QVERIFY2(done, done ? "" : done.error().message.c_str());
    QCOMPARE(done->added, size_t(1));
    QVERIFY(!files.load().shipped && !files.load().shippedIsNewer);
    QVERIFY(files.load().catalogue->find("p", "a"));

    const auto next = files.apply(bytes(document({model("a", R"(,"inputUsdPerMTok":2)"), model("b")})), false);
    QVERIFY2(next, next ? "" : next.error().message.c_str());
    QVERIFY(files.load().catalogue->find("p", "b"));
    QVERIFY(files.revert());
    QVERIFY(!files.load().catalogue->find("p", "b"));
    QVERIFY(files.revert()); // and back again
    QVERIFY(files.load().catalogue->find("p", "b"));
}

void TstCatalogueUpdate::refusedChangesNothing()
{
    const QTemporaryDir folder;
    CatalogueFiles files(folder.path());
    for (const char *bad : {"", "<html>", "{}", "[]"})
        QVERIFY2(!files.apply(bad, true), bad);
    QCOMPARE(files.apply(bytes(document({})), true).error().message, std::string("/models: is empty"));
    QCOMPARE(files.apply(bytes(document({model("a", R"(,"inputUsdPerMTok":-1)")})), true).error().message,
             std::string("/models/0/inputUsdPerMTok: must be from 0 to 1000000000"));
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TstCatalogueUpdate::brokenFileNeverTakesTheCatalogueAway()
{
    const QTemporaryDir folder;
    write(folder.filePath(QStringLiteral("catalogue.json")), "{\"version\":1,");
    write(folder.filePath(QStringLiteral("quality.csv")), "model,score\n");
    const auto loaded = CatalogueFiles(folder.path()).load();
    QVERIFY(loaded.shipped);
    QVERIFY(loaded.catalogue->size() > 4000);
    QVERIFY2(loaded.problem.find("catalogue.json: line 1, column 14") != std::string::npos, loaded.problem.c_str());
}

void TstCatalogueUpdate::ownScores()
{
    const QTemporaryDir folder;
    CatalogueFiles files(folder.path());
    QCOMPARE(files.applyQuality("model,metric,score\nm,mine\n").error().message,
             std::string("line 2: must have 3 fields, found 2"));
    const auto taken = files.applyQuality("model,metric,score\nclaude-sonnet-4-5,mine,71.5\n");
    QVERIFY(taken && *taken == 1);
    const ModelFactsPtr facts = files.load().catalogue->find("anthropic", "claude-sonnet-4-5");
    QVERIFY(facts && facts->qualityBy("mine"));
    QCOMPARE(facts->qualityBy("mine")->score, 71.5);
    QCOMPARE(facts->qualityBy("mine")->source, std::string("quality.csv"));
    QVERIFY(files.applyQuality("\n"));
    QVERIFY(!files.load().catalogue->find("anthropic", "claude-sonnet-4-5")->qualityBy("mine"));
}

QTEST_APPLESS_MAIN(TstCatalogueUpdate)
#include "tst_catalogue_update.moc"
