// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/quality_csv.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstQualityCsv final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void good();
    void bad_data();
    void bad();
};

void TstQualityCsv::good()
{
    const auto read = readQualityCsv("\xef\xbb\xbfscore, model ,metric,asOf,source\r\n"
                                     "71.5,gpt-5,swe,2026-11-01,\r\n"
                                     "\r\n"
                                     "-3e1,\"a,\"\"b\"\"\n c\",own,,\"us\"\n"
                                     "0,last,own,,",
                                     "file.csv");
    QVERIFY2(read, read ? "" : read.error().message.c_str());
    const std::vector<QualityFigure> expected = {{"swe", "", "gpt-5", 71.5, "file.csv", "2026-11-01"},
                                                 {"own", "", "a,\"b\"\n c", -30, "us", ""},
                                                 {"own", "", "last", 0, "file.csv", ""}};
    QVERIFY(*read == expected);
    QVERIFY(readQualityCsv("model,metric,score", "f")->empty());
}

void TstQualityCsv::bad_data()
{
    QTest::addColumn<std::string>("text");
    QTest::addColumn<std::string>("message");
    const auto row = [](const char *name, const char *text, const char *message) {
        QTest::newRow(name) << std::string(text) << std::string(message);
    };
    row("empty", "", "line 1: the file is empty");
    row("unknown column", "model,metric,points\n",
        "line 1: there is no column \"points\"; known are model, metric, score, provider, source, asOf");
    row("missing column", "model,metric\n", "line 1: the column \"score\" is missing");
    row("twice", "model,model,metric,score\n", "line 1: the column \"model\" is named twice");
    row("fields", "model,metric,score\n\na,b\n", "line 3: must have 3 fields, found 2");
    row("score", "model,metric,score\na,b,1\nc,d,high\n", "line 3: score must be a number, found \"high\"");
    row("score and more", "model,metric,score\na,b,1%\n", "line 2: score must be a number, found \"1%\"");
    row("endless", "model,metric,score\na,b,inf\n", "line 2: score must be a number, found \"inf\"");
    row("no model", "model,metric,score\n,b,1\n", "line 2: model must not be empty");
    row("no metric", "model,metric,score\na, ,1\n", "line 2: metric must not be empty");
    row("after lines in quotes", "model,metric,score\n\"a\nb\",m,1\nc,d,x\n",
        "line 4: score must be a number, found \"x\"");
    row("open quote", "model,metric,score\n\"a,b,1\n", "line 2: a quoted field does not end");
}

void TstQualityCsv::bad()
{
    QFETCH(std::string, text);
    QFETCH(std::string, message);
    const auto read = readQualityCsv(text, "f");
    QVERIFY(!read);
    QCOMPARE(read.error().message, message);
}

QTEST_APPLESS_MAIN(TstQualityCsv)
#include "tst_quality_csv.moc"
