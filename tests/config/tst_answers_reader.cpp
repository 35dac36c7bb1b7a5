// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstAnswersReader final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readAndWritten();
    void usualIsNotWritten();
    void problems_data();
    void problems();
};

void TstAnswersReader::readAndWritten()
{
    const auto config =
        readConfig("{\"catalogue\":{\"url\":\"https://example.com/catalogue.json\",\"checkEvery\":\"6h\"},"
                   "\"answers\":{\"repetition\":\"all\"}}");
    QVERIFY(config);
    QCOMPARE(config->catalogue.url, std::string("https://example.com/catalogue.json"));
    QCOMPARE(config->catalogue.checkEvery, Millis(6 * 3'600'000));
    QCOMPARE(config->answers.repetition, RepetitionScope::All);
    const auto again = readConfig(writeConfig(*config));
    QVERIFY(again);
    QCOMPARE(*again, *config);
}

void TstAnswersReader::usualIsNotWritten()
{
    const std::string text = writeConfig(Config());
    QVERIFY(text.find("catalogue") == std::string::npos);
    QVERIFY(text.find("answers") == std::string::npos);
    QCOMPARE(readConfig(text)->answers.repetition, RepetitionScope::Decoded);
}

void TstAnswersReader::problems_data()
{
    QTest::addColumn<QByteArray>("json"); // with ' for "
    QTest::addColumn<QByteArray>("problem");
    const auto row = [](const char *json, const char *problem) {
        QTest::newRow(json) << QByteArray(json).replace('\'', '"') << QByteArray(problem);
    };
    row("{'catalogue':{}}", "/catalogue/url: is required");
    row("{'catalogue':{'url':''}}", "/catalogue/url: must not be empty");
    row("{'catalogue':{'url':'ftp://x/y'}}", "/catalogue/url: must begin with http:// or https://");
    row("{'catalogue':{'url':'http://example.com/c.json'}}", "/catalogue/url: must begin with https://");
    row("{'catalogue':{'url':'https://x/y','checkEvery':'1m'}}", "/catalogue/checkEvery: must be at least 10m");
    row("{'catalogue':{'url':'https://x/y','every':'1h'}}", "/catalogue/every");
    row("{'answers':{'repetition':'yes'}}", "/answers/repetition");
    row("{'answers':{'repeat':'all'}}", "/answers/repeat");
}

void TstAnswersReader::problems()
{
    QFETCH(QByteArray, json);
    QFETCH(QByteArray, problem);
    const auto config = readConfig(json.toStdString());
    QVERIFY(!config);
    QVERIFY2(QByteArray::fromStdString(config.error().message).contains(problem), config.error().message.c_str());
}

QTEST_APPLESS_MAIN(TstAnswersReader)
#include "tst_answers_reader.moc"
