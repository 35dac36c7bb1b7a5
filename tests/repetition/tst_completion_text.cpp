// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/completion_text.h"

#include <QtTest/QTest>

using namespace signalbox;

class TstCompletionText final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_data();
    void texts();
};

void TstCompletionText::texts_data()
{
    QTest::addColumn<QByteArray>("dialect");
    QTest::addColumn<QByteArray>("reply"); // with ' for "
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const char *dialect, const char *reply, const char *text) {
        QTest::newRow(name) << QByteArray(dialect) << QByteArray(reply).replace('\'', '"') << QByteArray(text);
    };
    row("chat", "openai-chat", "{'choices':[{'message':{'content':'one'}},{'message':{'content':'two'}}]}", "one");
    row("chat without text", "openai-chat", "{'choices':[{'message':{'content':null,'tool_calls':[{}]}}]}", "");
    row("completion", "openai-chat", "{'choices':[{'text':'one'}]}", "one");
    row("chat stream", "openai-chat",
        ": ping\n\ndata: {'choices':[{'delta':{'content':'on'}}]}\r\n\r\ndata:{'choices':[{'delta':{'content':'e'}}]}\n\n"
        "data: [DONE]\n\n",
        "one");
    row("cut stream", "openai-chat", "data: {'choices':[{'delta':{'content':'on'}}]}\n\ndata: {'choices':[{'del", "on");
    row("responses", "openai-responses",
        "{'output':[{'type':'reasoning','content':[{'type':'output_text','text':'hm'}]},{'type':'message','content':[{'type':"
        "'output_text','text':'one'},{'type':'refusal','text':'no'}]}]}",
        "one");
    row("responses stream", "openai-responses",
        "event: response.output_text.delta\ndata: {'type':'response.output_text.delta','delta':'on'}\n\n"
        "data: {'type':'response.output_text.delta','delta':'e'}\n\n"
        "data: {'type':'response.completed','output':[{'type':'message','content':[{'type':'output_text','text':'one'}]}]}\n\n",
        "one");
    row("anthropic", "anthropic",
        "{'type':'message','content':[{'type':'thinking','text':'hm'},{'type':'text','text':'one'}]}", "one");
    row("anthropic stream", "anthropic",
        "event: content_block_delta\ndata: {'type':'content_block_delta','delta':{'type':'text_delta','text':'one'}}\n\n"
        "data: {'type':'content_block_delta','delta':{'type':'thinking_delta','thinking':'hm'}}\n\n",
        "one");
    row("gemini", "gemini",
        "{'candidates':[{'content':{'parts':[{'thought':true,'text':'hm'},{'text':'one'}]}}]}", "one");
    row("gemini list", "gemini",
        "[{'candidates':[{'content':{'parts':[{'text':'on'}]}}]}\n,\n{'candidates':[{'content':{'parts':[{'text':'e'}]}}]}]",
        "one");
    row("ollama lines", "ollama", "{'message':{'content':'on'}}\n{'message':{'content':'e'},'done':true}\n", "one");
    row("ollama generate", "ollama", "{'response':'one'}", "one");
    row("nothing", "gemini", " \n", "");
    row("no JSON", "anthropic", "{{{{", "");
    row("other shapes", "openai-chat", "{'choices':{'message':7}}", "");
}

void TstCompletionText::texts()
{
    QFETCH(QByteArray, dialect);
    QFETCH(QByteArray, reply);
    QFETCH(QByteArray, text);
    QCOMPARE(completionText(*dialectFromName(dialect.toStdString()), reply.toStdString()), text.toStdString());
}

QTEST_APPLESS_MAIN(TstCompletionText)
#include "tst_completion_text.moc"
