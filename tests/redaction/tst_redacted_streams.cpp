// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/body_redactor.h"
#include "core/redaction/body_strings.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <algorithm>

using namespace signalbox;

namespace {

constexpr const char *secret = "write to bob.builder@example.com or use sk-proj-abcdefghijklmnop1234 now";

std::string quoted(const std::string &text)
{
    return boost::json::serialize(boost::json::string(text));
}

struct Shape { // of a stream's events around a piece of text
    const char *name;
    const char *before;
    const char *after;
};

// With ' for ": the lexer of moc stumbles over quotes and braces in raw texts.
const Shape shapes[] = {
    {"openai-chat", "data: {'id':'c1','choices':[{'index':0,'delta':{'content':", "}}]}\n\n"},
    {"openai tool call",
     "data: {'choices':[{'index':0,'delta':{'tool_calls':[{'index':1,'function':{'arguments':", "}}]}}]}\n\n"},
    {"anthropic",
     "event: content_block_delta\ndata: {'type':'content_block_delta','index':2,'delta':{'text':", "}}\n\n"},
    {"responses", "data: {'type':'response.output_text.delta','output_index':0,'delta':", ",'sequence_number':4}\n\n"},
    {"gemini", "data: {'candidates':[{'content':{'parts':[{'text':", "}]},'index':0}]}\r\n\r\n"},
    {"ollama", "{'model':'m','message':{'role':'assistant','content':", "},'done':false}\n"},
};

std::string plain(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

// All pieces, put together as a client does; empty: some line is no JSON.
std::string told(const std::string &body)
{
    std::string text;
    for (const BodyPart &part : partsOfBody(body)) {
        if (part.stream != 0)
            text += body.substr(part.begin, part.end - part.begin);
    }
    return text;
}

bool linesAreJson(const std::string &body)
{
    size_t at = 0;
    while (at < body.size()) {
        const size_t end = std::min(body.find('\n', at), body.size());
        const size_t from = body.find('{', at);
        if (from < end) {
            boost::system::error_code code;
            std::string line = body.substr(from, end - from);
            (void)boost::json::parse(line.substr(0, line.find_last_of('}') + 1), code);
            if (code)
                return false;
        }
        at = end + 1;
    }
    return true;
}

} // namespace

class TestRedactedStreams final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anyCut_data()
    {
        QTest::addColumn<int>("shape");
        for (size_t i = 0; i < std::size(shapes); ++i)
            QTest::newRow(shapes[i].name) << int(i);
    }

    // In two pieces, cut everywhere, and letter by letter: what a client puts together is the same.
    void anyCut()
    {
        QFETCH(int, shape);
        const std::string before = plain(shapes[shape].before);
        const std::string after = plain(shapes[shape].after);
        const std::string text = secret;
        const std::string wanted = "write to «redacted:email» or use «redacted:key» now";
        const BodyRedactor redactor({}, {});
        for (size_t cut = 1; cut < text.size(); ++cut) {
            const std::string body =
                before + quoted(text.substr(0, cut)) + after + before + quoted(text.substr(cut)) + after;
            const auto result = redactor.mask(body, false);
            QCOMPARE(told(result.bytes), wanted);
            QVERIFY(linesAreJson(result.bytes));
            QCOMPARE(result.counts.at("email"), 1);
        }
        std::string letters;
        for (const char c : text)
            letters += before + quoted(std::string(1, c)) + after;
        const auto result = redactor.mask(letters, false);
        QCOMPARE(told(result.bytes), wanted);
        QVERIFY(linesAreJson(result.bytes));
    }

    void parallelTextsAreNotMixed()
    {
        const auto event = [](int index, const std::string &text) {
            return plain("data: {'choices':[{'index':" + std::to_string(index) + ",'delta':{'content':") +
                   quoted(text) + "}}]}\n\n";
        };
        const BodyRedactor redactor({}, {});
        const std::string body =
            event(0, "bob@exam") + event(1, "no mail: x@") + event(0, "ple.com!") + event(1, " y.io");
        const auto result = redactor.mask(body, false);
        QCOMPARE(result.bytes,
                 event(0, "«redacted:email»") + event(1, "no mail: x@") + event(0, "!") + event(1, " y.io"));
    }

    // Names and ids are whole in every event: put together they would be something else.
    void otherMembersAreNotPutTogether()
    {
        std::string body;
        for (int i = 0; i < 4; ++i)
            body += "data: {\"id\":\"4111\",\"model\":\"a@b.\",\"choices\":[]}\n\n";
        QCOMPARE(BodyRedactor({}, {}).mask(body, false).bytes, body);
    }

    void otherLinesAreLookedAtToo()
    {
        const auto result =
            BodyRedactor({}, {}).mask(": from a@b.io\nevent: x\ndata: plain c@d.io\n\ndata: [DONE]\n\n", false);
        QCOMPARE(result.bytes,
                 std::string(": from «redacted:email»\nevent: x\ndata: plain «redacted:email»\n\ndata: [DONE]\n\n"));
    }

    void patternsGoOverPieces()
    {
        RedactionConfig config;
        config.patterns.push_back({"account", "ACC-\\d{4}"});
        const std::string begin = plain("data: {'delta':'");
        const std::string body = begin + "é ACC\"}\n\n" + begin + "-12\"}\n\n" + begin + "34 é\"}\n\n";
        QCOMPARE(BodyRedactor(config, {}).mask(body, false).bytes,
                 begin + "é «redacted:account»\"}\n\n" + begin + "\"}\n\n" + begin + " é\"}\n\n");
    }
};

QTEST_APPLESS_MAIN(TestRedactedStreams)
#include "tst_redacted_streams.moc"
