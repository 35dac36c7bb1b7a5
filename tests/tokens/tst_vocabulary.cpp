// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/vocabulary.h"

#include <QTest>

#include <thread>
#include <vector>

using namespace signalbox;

class TestVocabulary : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsEachTokenAgain_data()
    {
        QTest::addColumn<int>("id");
        QTest::addColumn<uint32_t>("size");
        QTest::newRow("o200k") << int(VocabularyId::O200k) << 199998U;
        QTest::newRow("cl100k") << int(VocabularyId::Cl100k) << 100256U;
    }
    void findsEachTokenAgain()
    {
        QFETCH(int, id);
        QFETCH(uint32_t, size);
        const Vocabulary &vocabulary = Vocabulary::of(VocabularyId(id));
        QCOMPARE(vocabulary.size(), size);
        for (uint32_t rank = 0; rank < size; ++rank) {
            if (vocabulary.rankOf(vocabulary.bytesOf(rank)) != rank)
                QFAIL(qPrintable(QStringLiteral("rank %1 is not found by its bytes").arg(rank)));
        }
        QVERIFY(vocabulary.bytesOf(size).empty());
        QCOMPARE(vocabulary.rankOf(std::string(129, ' ')), Vocabulary::none);
        QCOMPARE(vocabulary.rankOf("\xff\xfe\xfd"), Vocabulary::none);
        QCOMPARE(vocabulary.rankOfByte('a'), vocabulary.rankOf("a"));
    }

    void isMadeOnceForAllThreads()
    {
        std::vector<const Vocabulary *> seen(8);
        std::vector<std::thread> threads;
        for (const Vocabulary *&one : seen)
            threads.emplace_back([&one] { one = &Vocabulary::of(VocabularyId::O200k); });
        for (std::thread &thread : threads)
            thread.join();
        QCOMPARE(std::count(seen.begin(), seen.end(), seen.front()), ptrdiff_t(seen.size()));
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("cut") << QByteArray("\x01"
                                           "a\x05"
                                           "bc");
        QTest::newRow("no length") << QByteArray("\x00", 1);
        QTest::newRow("too long") << char(0x90) + QByteArray(0x90, 'x');
        QTest::newRow("not every byte") << QByteArray("\x01"
                                                      "a");
    }
    void refusesDamage()
    {
        QFETCH(QByteArray, bytes);
        const auto built =
            Vocabulary::build(VocabularyId::O200k, std::string_view(bytes.constData(), size_t(bytes.size())));
        QVERIFY(built.has_error());
        QCOMPARE(built.error().code, std::string("vocabulary_invalid"));
    }
};

QTEST_APPLESS_MAIN(TestVocabulary)
#include "tst_vocabulary.moc"
