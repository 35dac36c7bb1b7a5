// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/body_redactor.h"

#include <QtTest/QTest>

#include <boost/json.hpp>

#include <algorithm>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

QString masked(const QString &body, const RedactionConfig &config = {}, std::vector<std::string> secrets = {})
{
    const BodyRedactor redactor(config, std::move(secrets));
    return QString::fromStdString(redactor.mask(body.toStdString(), false).bytes);
}

// Texts with ' for ": the lexer of moc stumbles over quotes and braces in raw ones.
std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

QString json(const char *text)
{
    return QString::fromStdString(quoted(text));
}

bool isJson(const std::string &text)
{
    boost::system::error_code code;
    (void)boost::json::parse(text, code);
    return !code;
}

RedactionConfig withPattern(const std::string &name, const std::string &pattern)
{
    RedactionConfig config;
    config.patterns.push_back({name, pattern});
    return config;
}

} // namespace

class TestBodyRedactor final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void jsonStaysJson_data()
    {
        QTest::addColumn<QString>("body");
        QTest::addColumn<QString>("wanted");
        QTest::newRow("text") << json("{'a': 'mail bob@example.com now', 'b' : 1 }")
                              << json("{'a': 'mail «redacted:email» now', 'b' : 1 }");
        QTest::newRow("behind a line") << json("{'a':'x\\nbob@example.com\\ty'}")
                                       << json("{'a':'x\\n«redacted:email»\\ty'}");
        QTest::newRow("written in escapes")
            << json("{'a':'bob\\u0040example.com \\ud83d\\ude00 b\\u006fb@example.com'}")
            << json("{'a':'«redacted:email» \\ud83d\\ude00 «redacted:email»'}");
        QTest::newRow("json in json")
            << json("{'arguments':'{\\'to\\':\\'bob@example.com\\',\\'t\\':\\'x\\\\nsk-abcdefghijklmnop\\'}'}")
            << json("{'arguments':'{\\'to\\':\\'«redacted:email»\\',\\'t\\':\\'x\\\\n«redacted:key»\\'}'}");
        QTest::newRow("number") << json("{'card':4111111111111111,'n':[12345678,1]}")
                                << json("{'card':'«redacted:card»','n':[12345678,1]}");
        QTest::newRow("key of a member") << json("{'bob@example.com':true}") << json("{'«redacted:email»':true}");
        QTest::newRow("pem") << json("{'k':'-----BEGIN PRIVATE KEY-----\\nMI\\n-----END PRIVATE KEY-----\\n'}")
                             << json("{'k':'«redacted:private-key»\\n'}");
        QTest::newRow("one a line") << u"{\"response\":\"a@b.io\"}\n{\"response\":\" x\"}\n"_s
                                    << u"{\"response\":\"«redacted:email»\"}\n{\"response\":\" x\"}\n"_s;
    }

    void jsonStaysJson()
    {
        QFETCH(QString, body);
        QFETCH(QString, wanted);
        QCOMPARE(masked(body), wanted);
        if (!body.contains(u'\n'))
            QVERIFY(isJson(masked(body).toStdString()));
    }

    void plainAndBrokenTexts()
    {
        QCOMPARE(masked(u"plain a@b.io text"_s), u"plain «redacted:email» text"_s);
        QCOMPARE(masked(json("{'a':'cut in the middle of a@b.io and")),
                 json("{'a':'cut in the middle of «redacted:email» and"));
        QCOMPARE(masked(json("{}}]'x' a@bcdefg.io {")), json("{}}]'x' '«redacted:email»' {"));
        QCOMPARE(masked(QString()), QString());
    }

    void ownSecretsGoWhateverIsSet()
    {
        const RedactionConfig none{false, false, false, false, false, false, false, {}};
        QCOMPARE(masked(json("{'a':'the very-own-\\'secret\\' x, short'}"), none, {"very-own-\"secret\"", "short"}),
                 json("{'a':'the «redacted:key» x, short'}"));
    }

    void countsWhatItMasked()
    {
        const BodyRedactor redactor({}, {});
        const auto result = redactor.mask(quoted("['a@b.io','c@d.io',4111111111111111]"), false);
        QCOMPARE(result.counts.size(), size_t(2));
        QCOMPARE(result.counts.at("email"), 2);
        QCOMPARE(result.counts.at("card"), 1);
        QVERIFY(!result.gaveUp);
        QCOMPARE(countMarks(result.bytes), size_t(3));
        QCOMPARE(countMarks("nothing"), size_t(0));
    }

    void patternsOfTheUser()
    {
        const RedactionConfig config = withPattern("account", "ACC-\\d{4}");
        QCOMPARE(masked(u"{\"ä😀\":\"é ACC-1234 😀 ACC-9999\\nACC-12\"}"_s, config),
                 u"{\"ä😀\":\"é «redacted:account» 😀 «redacted:account»\\nACC-12\"}"_s);
        // What is masked already may be part of a match.
        QCOMPARE(masked(json("['owner a@b.io']"), withPattern("owner", "owner \\S+")), json("['«redacted:owner»']"));
    }

    void bytesThatAreNoText()
    {
        const BodyRedactor redactor(withPattern("x", "XX\\d"), {});
        const std::string body = std::string("\xff\xfeXX1\xc3(\xe2\x82XX2\xf0\x9f\x98") + '\0' + "XX3";
        QCOMPARE(redactor.mask(body, false).counts.at("x"), 3);
    }

    // What could not be looked at to the end is masked as a whole, and stays JSON.
    void aSlowPatternHidesMore()
    {
        const BodyRedactor redactor(withPattern("slow", "(a+)+$"), {});
        const std::string body = "{\"k\":\"" + std::string(50000, 'a') + "!\",\"b\":\"fine\"}";
        const auto result = redactor.mask(body, false);
        QVERIFY(result.gaveUp);
        QCOMPARE(result.bytes, std::string("{\"k\":\"«redacted:slow»\",\"b\":\"fine\"}"));
        const auto late = redactor.mask(body, false, std::chrono::steady_clock::now() - std::chrono::seconds(1));
        QVERIFY(late.gaveUp && isJson(late.bytes));
        QVERIFY(late.bytes.find("fine") == std::string::npos);
    }

    // Twenty megabytes with traps: in one pass, so it ends in time on any machine that runs these tests.
    void aLargeBody()
    {
        std::string body = "{\"image\":\"";
        for (int i = 0; i < 320000; ++i)
            body += "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ+/0AAAADUlEQVR42mNk";
        body += "\",\"text\":\"one\\n\\\"two\\\" a@b.io\"}";
        const BodyRedactor redactor(withPattern("account", "ACC-\\d{4}"), {"a-secret-of-ours"});
        const auto result = redactor.mask(body, false, std::chrono::steady_clock::now() + std::chrono::minutes(5));
        QVERIFY(!result.gaveUp);
        QCOMPARE(result.counts.size(), size_t(1));
        QCOMPARE(result.counts.at("email"), 1);
        QVERIFY(isJson(result.bytes));
    }
};

QTEST_APPLESS_MAIN(TestBodyRedactor)
#include "tst_body_redactor.moc"
