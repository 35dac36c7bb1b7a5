// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_reader.h"
#include "core/config/route_text.h"

#include <QtTest/QTest>

#include <algorithm>

using namespace signalbox;

namespace {

// Texts in single quotes: moc loses count of the braces in raw strings.
std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

Config sample()
{
    const auto config = readConfig(
        quoted("{'version':1,'providers':[{'id':'a','dialect':'openai-chat','baseUrl':'http://127.0.0.1:1/v1'}],"
               "'routes':[{'id':'r','to':{'fallback':[{'target':'a/one'},{'target':'a/two'}]}}]}"));
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return *config;
}

} // namespace

class TestRouteText final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void thereAndBack()
    {
        const Config config = sample();
        const std::string text = routesText(config);
        QVERIFY2(text.starts_with("[\n  {\n    \"id\": \"r\""), text.c_str());
        const auto again = withRoutes(config, text);
        QVERIFY2(again, again ? "" : again.error().message.c_str());
        QCOMPARE(*again, config);
    }

    void noRoutes()
    {
        Config config = sample();
        const auto none = withRoutes(config, "[]");
        QVERIFY(none);
        QVERIFY(none->routes.empty());
        QCOMPARE(routesText(*none), std::string("[]\n"));
        config.routes.clear();
        QCOMPARE(*none, config);
    }

    void spans_data()
    {
        QTest::addColumn<QByteArray>("pointer");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("whole") << QByteArray()
                               << QByteArray::fromStdString(quoted("{'a/b':[1,{'x':'},]'},true],'c~':-2.5e3 }"));
        QTest::newRow("slash in the key")
            << QByteArray("/a~1b") << QByteArray::fromStdString(quoted("[1,{'x':'},]'},true]"));
        QTest::newRow("brackets in a text") << QByteArray("/a~1b/1/x") << QByteArray::fromStdString(quoted("'},]'"));
        QTest::newRow("after them") << QByteArray("/a~1b/2") << QByteArray("true");
        QTest::newRow("tilde") << QByteArray("/c~0") << QByteArray("-2.5e3");
        QTest::newRow("missing: its container")
            << QByteArray("/a~1b/1/y") << QByteArray::fromStdString(quoted("{'x':'},]'}"));
        QTest::newRow("past the end") << QByteArray("/a~1b/7")
                                      << QByteArray::fromStdString(quoted("[1,{'x':'},]'},true]"));
    }

    void spans()
    {
        QFETCH(QByteArray, pointer);
        const std::string json = quoted(" {'a/b':[1,{'x':'},]'},true],'c~':-2.5e3 }");
        const auto span = spanOf(json, pointer.toStdString());
        QVERIFY(span);
        QTEST(QByteArray::fromStdString(json.substr(span->begin, span->end - span->begin)), "value");
    }

    void problems_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("said");
        QTest::addColumn<QByteArray>("shown");
        QTest::newRow("wrong value") << QByteArray::fromStdString(quoted("[{'id':'r','to':{'target':'a'}}]"))
                                     << QByteArray("/routes/0/to/target: ") << QByteArray::fromStdString(quoted("'a'"));
        QTest::newRow("no such provider") << QByteArray::fromStdString(quoted("[{'id':'r','to':{'target':'z/one'}}]"))
                                          << QByteArray("/routes/0/to") << QByteArray::fromStdString(quoted("'z/one'"));
        QTest::newRow("broken") << QByteArray("[\n  {\"id\" 1}]") << QByteArray("line 2, column ") << QByteArray("1");
        QTest::newRow("twice") << QByteArray::fromStdString(quoted("[{'id':'r','id':'s'}]"))
                               << QByteArray("/routes/0/id") << QByteArray::fromStdString(quoted("'r'"));
        QTest::newRow("not a list") << QByteArray("{}") << QByteArray("/routes: ") << QByteArray("{}");
    }

    void problems()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, said);
        const auto config = withRoutes(sample(), text.toStdString());
        QVERIFY(!config);
        const std::string &message = config.error().message;
        QVERIFY2(message.starts_with(said.toStdString()), message.c_str());
        const auto span = problemSpan(text.toStdString(), message);
        QVERIFY(span);
        QTEST(text.mid(qsizetype(span->begin), qsizetype(span->end - span->begin)), "shown");
    }
};

QTEST_APPLESS_MAIN(TestRouteText)
#include "tst_route_text.moc"
