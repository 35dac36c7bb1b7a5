// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/splitter.h"
#include "tests/tokens/random_text.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace signalbox;

// The scanner against the published patterns, run by PCRE2.
class TestSplitter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        Vocabulary::of(VocabularyId::O200k); // brings the resources
        QFile file(QStringLiteral(":/signalbox/vocab/encodings.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject all = QJsonDocument::fromJson(file.readAll()).object();
        for (const VocabularyId id : {VocabularyId::O200k, VocabularyId::Cl100k}) {
            const QString key = QString::fromLatin1(vocabularyName(id)) + QStringLiteral("_base");
            const QString pattern = all.value(key).toObject().value(QStringLiteral("pattern")).toString();
            m_patterns[static_cast<int>(id)] =
                QRegularExpression(pattern, QRegularExpression::UseUnicodePropertiesOption);
            QVERIFY(!pattern.isEmpty() && m_patterns[static_cast<int>(id)].isValid());
        }
    }

    void agreesWithThePattern_data()
    {
        QTest::addColumn<QString>("text");
        const QStringList texts = {
            QStringLiteral("Hello, world! It's 12345 o'clock; we'LL see."),
            QStringLiteral("  leading and trailing   \n\n  next\r\n\r\n"),
            QStringLiteral("\u4e2dAAA \u4e2d\u6587Abc"),
            QStringLiteral("\u0301ABC\u0301 \u0301\u0301a !\u0301"),
            QStringLiteral("path/to//file.cpp:\n/x/\n"),
            QStringLiteral("'\u017fat 's't're've'm'll'd'S 'x"),
            QStringLiteral("\u00a0\u2003word \u3000\u3000\u4e2d"),
            QStringLiteral("HTMLParser iPhone McDonald\u01c5abc"),
            QStringLiteral("\t\tif (x) {\n\t\t\treturn 0;\n\t\t}\n"),
            QStringLiteral("\u00bd\u00bc\u00be\u00b2 1234567 \u0663\u0664\u0665\u0666"),
            QStringLiteral("<|endoftext|> <|im_start|>"),
            QStringLiteral("\U00010400\U00010428 \U0001F468\u200d\U0001F469"),
        };
        for (const QString &text : texts)
            QTest::addRow("%s", qPrintable(text.left(20).toHtmlEscaped())) << text;
    }
    void agreesWithThePattern()
    {
        QFETCH(QString, text);
        compare(text);
    }

    void agreesOnRandomTexts()
    {
        testing::RandomText texts(20240517);
        for (int i = 0; i < 20000; ++i) {
            compare(texts.next(i % 20 == 0 ? 200 : 12));
            if (QTest::currentTestFailed())
                return;
        }
    }

    void replacesWhatIsNotUtf8_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("valid");
        const QByteArray mark("\xef\xbf\xbd");
        QTest::newRow("valid") << QByteArray("a\xc3\xa9") << QByteArray("a\xc3\xa9");
        QTest::newRow("empty") << QByteArray() << QByteArray();
        QTest::newRow("lone byte") << QByteArray("a\x80z") << "a" + mark + "z";
        QTest::newRow("cut at the end") << QByteArray("a\xe4\xb8") << "a" + mark;
        QTest::newRow("cut by a letter") << QByteArray("\xe4\xb8z") << mark + "z";
        QTest::newRow("overlong") << QByteArray("\xc0\xaf") << mark + mark;
        QTest::newRow("overlong of three") << QByteArray("\xe0\x80\x80") << mark + mark + mark;
        QTest::newRow("surrogate") << QByteArray("\xed\xa0\x80") << mark + mark + mark;
        QTest::newRow("above the last") << QByteArray("\xf4\x90\x80\x80") << mark + mark + mark + mark;
        QTest::newRow("no such lead") << QByteArray("\xff\xfe") << mark + mark;
        QTest::newRow("four, cut") << QByteArray("\xf0\x9f\x98 ") << mark + " ";
    }
    void replacesWhatIsNotUtf8()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, valid);
        std::string storage;
        const std::string_view found = validUtf8(std::string_view(bytes.constData(), size_t(bytes.size())), storage);
        QCOMPARE(QByteArray(found.data(), qsizetype(found.size())), valid);
    }

private:
    void compare(const QString &text)
    {
        const std::string utf8 = text.toStdString();
        for (const VocabularyId id : {VocabularyId::O200k, VocabularyId::Cl100k}) {
            QStringList expected;
            auto matches = m_patterns[static_cast<int>(id)].globalMatch(text);
            while (matches.hasNext())
                expected += matches.next().captured();
            QStringList found;
            for (size_t at = 0; at < utf8.size();) {
                const size_t end = pieceEnd(id, utf8, at);
                QVERIFY(end > at && end <= utf8.size());
                found += QString::fromStdString(utf8.substr(at, end - at));
                at = end;
            }
            if (found != expected)
                qWarning() << vocabularyName(id) << text.toUcs4();
            QCOMPARE(found, expected);
        }
    }

    QRegularExpression m_patterns[2];
};

QTEST_APPLESS_MAIN(TestSplitter)
#include "tst_splitter.moc"
