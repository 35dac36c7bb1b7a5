// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/tool_names.h"
#include "core/dialect/tool_restorer.h"

#include <QtTest/QTest>

using namespace signalbox;

class TestToolRestorer final : public QObject
{
    Q_OBJECT

private:
    static FoldedPart restored(const char *name, std::initializer_list<const char *> arguments)
    {
        Conversation conversation;
        Tool grouped;
        grouped.nameSpace = "mcp";
        grouped.name = "read";
        Tool custom;
        custom.kind = Tool::Kind::Custom;
        custom.name = "patch";
        conversation.tools = {grouped, custom};
        ReplyFolder folder;
        ToolRestorer restorer(conversation, folder);
        restorer.take(PartStart{0, ReplyPartKind::ToolCall, 0, "id", name});
        for (const char *piece : arguments)
            restorer.take(PartDelta{0, piece});
        restorer.take(PartEnd{0});
        return folder.reply().choices[0].parts[0];
    }

private Q_SLOTS:
    void namespaces()
    {
        const FoldedPart part = restored("mcp__read", {"{\"a\"", ":1}"});
        QCOMPARE(part.name, std::string("read"));
        QCOMPARE(part.nameSpace, std::string("mcp"));
        QCOMPARE(part.text, std::string("{\"a\":1}"));
        QVERIFY(!part.custom);
    }

    void customTools()
    {
        const FoldedPart part = restored("patch", {"{\"inp", "ut\":\"*** \\\"x\\\"\\n\"}"});
        QVERIFY(part.custom);
        QCOMPARE(part.text, std::string("*** \"x\"\n"));
        QCOMPARE(restored("patch", {"free text"}).text, std::string("free text"));
    }

    void unknownNamesStay()
    {
        const FoldedPart part = restored("other", {"{}"});
        QCOMPARE(part.name, std::string("other"));
        QCOMPARE(part.text, std::string("{}"));
    }
};

QTEST_APPLESS_MAIN(TestToolRestorer)
#include "tst_tool_restorer.moc"
