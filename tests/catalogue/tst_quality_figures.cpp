// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstQualityFigures final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void shipped()
    {
        const auto figures = QualityFigures::builtIn();
        QCOMPARE(figures->figures().size(), size_t(118));
        QCOMPARE(figures->metrics().size(), size_t(1));
        QCOMPARE(figures->metrics()[0].id, std::string("swe-bench-verified"));
        QVERIFY(figures->metrics()[0].label.find("self-reported") != std::string::npos);
        size_t rated = 0;
        const auto catalogue = Catalogue::builtIn();
        for (size_t i = 0; i < catalogue->size(); ++i)
            rated += catalogue->at(i)->quality.empty() ? 0 : 1;
        QVERIFY2(rated > 400, qPrintable(QString::number(rated)));
    }

    void theModelNotItsHost_data()
    {
        QTest::addColumn<std::string>("provider");
        QTest::addColumn<std::string>("model");
        QTest::addColumn<double>("score"); // below 0: none
        QTest::newRow("as listed") << std::string("nvidia") << std::string("openai/gpt-oss-20b") << 50.3;
        QTest::newRow("at another") << std::string("groq") << std::string("openai/gpt-oss-20b") << 60.7;
        QTest::newRow("elsewhere: the lower") << std::string("x") << std::string("gpt-oss-20b") << 50.3;
        QTest::newRow("free") << std::string("openrouter") << std::string("minimax/MiniMax-M2.7:free") << 78.0;
        QTest::newRow("colon") << std::string("x") << std::string("gpt-oss:120b") << 62.4;
        QTest::newRow("no likeness") << std::string("x") << std::string("gpt-oss-20b-turbo") << -1.0;
        QTest::newRow("no part") << std::string("x") << std::string("gpt-oss-20") << -1.0;
    }

    void theModelNotItsHost()
    {
        QFETCH(std::string, provider);
        QFETCH(std::string, model);
        QFETCH(double, score);
        const auto scores = QualityFigures::builtIn()->scoresOf(provider, model);
        QCOMPARE(scores.empty(), score < 0);
        if (score >= 0) {
            QCOMPARE(scores[0].score, score);
            QVERIFY(!scores[0].source.empty() && !scores[0].asOf.empty());
        }
    }

    void bothFiguresAreKept()
    {
        const auto scores = QualityFigures::builtIn()->scoresOf("x", "gpt-oss-20b");
        QCOMPARE(scores.size(), size_t(2));
        QCOMPARE(scores[1].score, 60.7);
    }

    void ownFiguresWin()
    {
        const QualityFigures own =
            QualityFigures::builtIn()->withOwn({{"swe-bench-verified", {}, "gpt-oss-20b", 12, "mine.csv", "2026-11-01"},
                                                {"our-tasks", {}, "gpt-5", 91, "mine.csv", "2026-11-01"}});
        QCOMPARE(own.scoresOf("groq", "openai/gpt-oss-20b").size(), size_t(1));
        QCOMPARE(own.scoresOf("groq", "openai/gpt-oss-20b")[0].score, 12.0);
        QCOMPARE(own.scoresOf("openai", "gpt-5")[0].metric, std::string("our-tasks"));
        QCOMPARE(own.scoresOf("x", "gpt-oss-120b")[0].score, 62.4); // untouched
        QCOMPARE(own.metrics().size(), size_t(2));
    }

    void badFile()
    {
        const auto bad = readQualityFigures(R"({"metric":"m","figures":[{"model":"a","score":"high"}]})", "m");
        QVERIFY(!bad);
        QCOMPARE(bad.error().message, std::string("/figures/0/score: must be a number, found text"));
    }
};

QTEST_APPLESS_MAIN(TstQualityFigures)
#include "tst_quality_figures.moc"
