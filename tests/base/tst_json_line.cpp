// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_line.h"

#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtTest/QTest>

using namespace signalbox;

class TestJsonLine final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isOneLineOfJson()
    {
        JsonLine line;
        line.text("a", "x\"\\\n\t\x01y")
            .number("n", int64_t{-5})
            .number("none", std::optional<int64_t>())
            .decimal("d", 1.25, 1)
            .boolean("b", true);
        const std::string text = line.take();
        QCOMPARE(std::count(text.begin(), text.end(), '\n'), 1);
        const QJsonObject object = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
        QCOMPARE(object.value(QStringLiteral("a")).toString(), QStringLiteral("x\"\\\n\t\u0001y"));
        QCOMPARE(object.value(QStringLiteral("n")).toInt(), -5);
        QVERIFY(object.value(QStringLiteral("none")).isNull());
        QCOMPARE(object.value(QStringLiteral("d")).toDouble(), 1.2);
        QVERIFY(object.value(QStringLiteral("b")).toBool());
    }

    void oneAfterTheOther()
    {
        JsonLine line;
        std::string lines;
        const std::string longText(3000, '"');
        line.plain("id", "018f-1").decimal("ms", 12345.06, 1).decimal("huge", 1e300, 1).text("t", longText);
        line.appendTo(lines);
        line.decimal("ms", 0.0, 1).decimal("none", std::optional<double>(), 1).decimal("less", -2.5, 1);
        line.appendTo(lines);
        const QList<QByteArray> parts = QByteArray::fromStdString(lines).split('\n');
        QCOMPARE(parts.size(), 3);
        const QJsonObject first = QJsonDocument::fromJson(parts[0]).object();
        QCOMPARE(first.value(QStringLiteral("id")).toString(), QStringLiteral("018f-1"));
        QCOMPARE(first.value(QStringLiteral("ms")).toDouble(), 12345.1);
        QCOMPARE(first.value(QStringLiteral("t")).toString().toStdString(), longText);
        QVERIFY(first.contains(QStringLiteral("huge")));
        QCOMPARE(parts[1], QByteArray("{\"ms\":0.0,\"none\":null,\"less\":-2.5}"));
    }

    void brokenUtf8IsReplaced_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("shown");
        QTest::newRow("good") << QByteArray("gr\xC3\xBC\xC3\x9F \xF0\x9F\x9A\xA6") << QStringLiteral("grüß 🚦");
        QTest::newRow("lone continuation") << QByteArray("a\x80z") << QStringLiteral("a\uFFFDz");
        QTest::newRow("cut") << QByteArray("a\xE2\x82") << QStringLiteral("a\uFFFD\uFFFD");
        QTest::newRow("overlong") << QByteArray("\xC0\xAF") << QStringLiteral("\uFFFD\uFFFD");
        QTest::newRow("surrogate") << QByteArray("\xED\xA0\x80") << QStringLiteral("\uFFFD\uFFFD\uFFFD");
        QTest::newRow("above range") << QByteArray("\xF4\x90\x80\x80") << QStringLiteral("\uFFFD\uFFFD\uFFFD\uFFFD");
    }

    void brokenUtf8IsReplaced()
    {
        QFETCH(QByteArray, bytes);
        JsonLine line;
        line.text("t", std::string_view(bytes.constData(), static_cast<size_t>(bytes.size())));
        const QJsonDocument parsed = QJsonDocument::fromJson(QByteArray::fromStdString(line.take()));
        QTEST(parsed.object().value(QStringLiteral("t")).toString(), "shown");
    }
};

QTEST_APPLESS_MAIN(TestJsonLine)
#include "tst_json_line.moc"
