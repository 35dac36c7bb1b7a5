// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/tool_names.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestToolNames final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void plainNamesStay()
    {
        QCOMPARE(flatToolName("", "get_weather-2"), std::string("get_weather-2"));
        QCOMPARE(flatToolName("mcp", "read"), std::string("mcp__read"));
        QCOMPARE(flatToolName("", std::string(64, 'a')), std::string(64, 'a'));
    }

    void othersAreMadeToFit_data()
    {
        QTest::addColumn<QString>("nameSpace");
        QTest::addColumn<QString>("name");
        QTest::newRow("dot") << QString() << QStringLiteral("files.read");
        QTest::newRow("long") << QString() << QString(65, QLatin1Char('a'));
        QTest::newRow("long together") << QString(40, QLatin1Char('n')) << QString(40, QLatin1Char('a'));
        QTest::newRow("not ASCII") << QString() << QString::fromUtf8("l\u00e4s");
        QTest::newRow("empty") << QString() << QString();
    }

    void othersAreMadeToFit()
    {
        QFETCH(QString, nameSpace);
        QFETCH(QString, name);
        const std::string flat = flatToolName(nameSpace.toStdString(), name.toStdString());
        QVERIFY(flat.size() <= 64 && !flat.empty());
        for (const char c : flat)
            QVERIFY2(QByteArrayLiteral("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-").contains(c),
                     flat.c_str());
        QCOMPARE(flatToolName(nameSpace.toStdString(), name.toStdString()), flat);
        QVERIFY(flatToolName(nameSpace.toStdString(), name.toStdString() + "x") != flat);
    }

    void wayBack()
    {
        Conversation conversation;
        Tool plain;
        plain.name = "a__b";
        Tool grouped;
        grouped.nameSpace = "a";
        grouped.name = "c";
        Tool odd;
        odd.name = "files.read";
        Tool native;
        native.kind = Tool::Kind::Native;
        native.name = "n";
        conversation.tools = {grouped, plain, odd, native};
        QCOMPARE(unflatToolName("a__b", conversation), (ToolName{"", "a__b"}));
        QCOMPARE(unflatToolName("a__c", conversation), (ToolName{"a", "c"}));
        QCOMPARE(unflatToolName(flatToolName("", "files.read"), conversation), (ToolName{"", "files.read"}));
        QCOMPARE(unflatToolName("unknown", conversation), (ToolName{"", "unknown"}));
        QVERIFY(!toolOfFlatName("n", conversation));
    }
};

QTEST_APPLESS_MAIN(TestToolNames)
#include "tst_tool_names.moc"
