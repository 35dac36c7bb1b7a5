// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/copy_as.h"

#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QtTest>

using namespace signalbox;

class tst_CopyAs final : public QObject
{
    Q_OBJECT

private:
    static RequestRecord record(const std::string &body, bool cut = false)
    {
        RequestRecord record;
        record.id = "0199a1c7";
        record.status = 200;
        record.cost.nanoUsd = 9'007'199'254'740'993; // does not fit a double
        record.bodies.push_back({StoredBody::Kind::ClientRequest, "application/json", body, cut});
        record.attempts.push_back({});
        return record;
    }

private Q_SLOTS:
    void curlNeverHoldsAKey()
    {
        const QString text = copyAsCurl(record("{\"a\":\"it's\"}"), QStringLiteral("http://127.0.0.1:8484"));
        QVERIFY(text.startsWith(QStringLiteral("curl 'http://127.0.0.1:8484/v1/chat/completions'")));
        QVERIFY(text.contains(QStringLiteral("Bearer $SIGNALBOX_API_KEY\"")));
        QVERIFY(text.endsWith(QStringLiteral("--data-raw '{\"a\":\"it'\\''s\"}'")));
    }

    void aCutBodyIsLeftOut()
    {
        const QString text = copyAsCurl(record("{\"a\":", true), QStringLiteral("http://127.0.0.1:8484"));
        QVERIFY(!text.contains(QStringLiteral("--data-raw")));
    }

    void jsonKeepsAllDigits()
    {
        const QString text = copyAsJson(record("{}"));
        QVERIFY(text.contains(QStringLiteral("\"cost_nanousd\": 9007199254740993")));
        const QJsonObject object = QJsonDocument::fromJson(text.toUtf8()).object();
        QCOMPARE(object.value(QStringLiteral("id")).toString(), QStringLiteral("0199a1c7"));
        QVERIFY(object.value(QStringLiteral("ttft_ms")).isNull());
        QCOMPARE(object.value(QStringLiteral("attempts")).toArray().size(), 1);
    }

    void prettyChangesOnlyTheLayout_data()
    {
        QTest::addColumn<QString>("bytes");
        QTest::addColumn<QString>("pretty");
        QTest::newRow("order") << QStringLiteral("{\"b\":1,\"a\":[1.50,{}]}")
                               << QStringLiteral("{\n  \"b\": 1,\n  \"a\": [\n    1.50,\n    {}\n  ]\n}");
        QTest::newRow("text") << QStringLiteral("[\"a,{\\\"b\\\":1}\"]")
                              << QStringLiteral("[\n  \"a,{\\\"b\\\":1}\"\n]");
        QTest::newRow("not json") << QStringLiteral("data: {\"a\": 1}") << QStringLiteral("data: {\"a\": 1}");
    }

    void prettyChangesOnlyTheLayout()
    {
        QFETCH(QString, bytes);
        QTEST(prettyJson(bytes.toStdString()), "pretty");
    }
};

QTEST_GUILESS_MAIN(tst_CopyAs)
#include "tst_copy_as.moc"
