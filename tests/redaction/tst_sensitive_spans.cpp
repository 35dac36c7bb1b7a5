// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/redaction/sensitive_spans.h"

#include <QtTest/QTest>

using namespace signalbox;
using namespace Qt::StringLiterals;

namespace {

RedactionConfig everything()
{
    RedactionConfig config;
    config.phones = true;
    return config;
}

// The text with <kind> in place of what was found.
QString shown(const QString &text, const RedactionConfig &config = everything(), bool isCut = false)
{
    const std::string bytes = text.toStdString();
    std::vector<SensitiveSpan> spans;
    findSensitive(bytes, config, isCut, spans);
    std::string out;
    size_t done = 0;
    for (const SensitiveSpan &span : spans) {
        if (span.begin < done || span.end <= span.begin || span.end > bytes.size())
            return u"out of order"_s;
        out += bytes.substr(done, span.begin - done) + '<' + std::string(sensitiveWord(span.kind)) + '>';
        done = span.end;
    }
    return QString::fromStdString(out + bytes.substr(done));
}

} // namespace

class TestSensitiveSpans final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void finds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("wanted");
        const auto row = [](const char *name, const QString &text, const QString &wanted) {
            QTest::newRow(name) << text << wanted;
        };
        const auto stays = [](const char *name, const QString &text) { QTest::newRow(name) << text << text; };
        row("openai", u"key sk-proj-abcdefghijklmnop1234."_s, u"key <key>"_s);
        row("google", u"?key=AIzaSyA1234567890abcdefg&x"_s, u"?key=<key>&x"_s);
        row("github", u"ghp_abcdefghijklmnopqrstuvwxyz0123456789"_s, u"<key>"_s);
        row("aws", u"id AKIAIOSFODNN7EXAMPLE here"_s, u"id <key> here"_s);
        row("behind an escape", uR"(one\nsk-abcdefghijklmnop)"_s, uR"(one\n<key>)"_s);
        stays("inside a word", u"task-management-is-a-long-word"_s);
        stays("short key", u"sk-abc"_s);
        row("bearer", u"Authorization: Bearer abcdefghijklmnopq"_s, u"Authorization: Bearer <token>"_s);
        row("basic", u"Basic dXNlcjpwYXNzd29yZA=="_s, u"Basic <token>"_s);
        stays("bearer of news", u"the Bearer of news"_s);
        stays("basic words", u"Basic understanding"_s);
        row("jwt", u"x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl y"_s, u"x <token> y"_s);
        row("pem", u"a\n-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\nb"_s,
            u"a\n<private-key>\nb"_s);
        row("pem without an end", u"-----BEGIN PRIVATE KEY-----\nMIIB"_s, u"<private-key>"_s);
        stays("certificate", u"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"_s);
        row("email", u"to bob.o'neil+x@mail.example.com, please"_s, u"to bob.o'<email>, please"_s);
        row("email at the end", u"Write to anna@example.org."_s, u"Write to <email>."_s);
        row("email behind an escape", uR"(hello\nbob@example.com)"_s, uR"(hello\n<email>)"_s);
        row("email beyond latin", u"jürgen@bücher.example"_s, u"<email>"_s);
        row("two", u"a@b.io,c@d.io"_s, u"<email>,<email>"_s);
        stays("handle", u"@bob and bob@host and a@b.1"_s);
        row("visa", u"4111 1111 1111 1111"_s, u"<card>"_s);
        row("mastercard", u"pay 5555555555554444!"_s, u"pay <card>!"_s);
        row("amex", u"3782-822463-10005"_s, u"<card>"_s);
        stays("wrong sum", u"4111111111111112"_s);
        stays("time", u"1712345678901 1712345678901234"_s);
        stays("longer", u"41111111111111111111111"_s);
        stays("decimals", u"0.4111111111111111"_s);
        row("iban", u"DE89 3704 0044 0532 0130 00 and GB82WEST12345698765432"_s, u"<iban> and <iban>"_s);
        stays("wrong iban", u"DE88370400440532013000"_s);
        stays("longer iban", u"DE893704004405320130001"_s);
        row("phone", u"call +49 (30) 1234-5678 or 415-555-2671 or (415) 555-2671"_s,
            u"call <phone> or <phone> or (<phone>"_s);
        stays("sums", u"1+23456789 and 2+3 and 10-20-30"_s);
        stays("words", u"nothing here: 12345 items, v1.2.3, 2026-11-23T07:00:00Z"_s);
    }

    void finds()
    {
        QFETCH(QString, text);
        QFETCH(QString, wanted);
        QCOMPARE(shown(text), wanted);
    }

    void onlyWhatIsWanted()
    {
        const RedactionConfig none{false, false, false, false, false, false, false, {}};
        const QString all = u"sk-abcdefghijklmnop Bearer abcdefghijklmnop a@b.io 4111111111111111 "
                            "DE89370400440532013000 +493012345678 -----BEGIN PRIVATE KEY-----"_s;
        QCOMPARE(shown(all, none), all);
        QCOMPARE(shown(u"+493012345678"_s, RedactionConfig()), u"+493012345678"_s); // off until asked for
        RedactionConfig emails = none;
        emails.emails = true;
        QCOMPARE(shown(u"sk-abcdefghijklmnop a@b.io"_s, emails), u"sk-abcdefghijklmnop <email>"_s);
    }

    void halfAKeyAtACutEnd()
    {
        QCOMPARE(shown(u"key sk-abc"_s, everything(), true), u"key <key>"_s);
        QCOMPARE(shown(u"key sk-abc and more"_s, everything(), true), u"key sk-abc and more"_s);
    }

    // A text of a hundred thousand traps takes no more looks than its length: this ends at once or never.
    void isLinear_data()
    {
        QTest::addColumn<QString>("piece");
        for (const char *piece : {"@", "a@", "@.", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "+1", "4111 ", "DE89 ",
                                  "sk-", "eyJ.", "Bearer ", "a.b@c."})
            QTest::newRow(piece) << QString::fromLatin1(piece);
    }

    void isLinear()
    {
        QFETCH(QString, piece);
        const std::string text = piece.repeated(100000).toStdString();
        std::vector<SensitiveSpan> spans;
        findSensitive(text, everything(), false, spans);
        QVERIFY(spans.size() <= text.size());
    }
};

QTEST_APPLESS_MAIN(TestSensitiveSpans)
#include "tst_sensitive_spans.moc"
