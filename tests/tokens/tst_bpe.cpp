// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tokens/bpe.h"
#include "tests/tokens/random_text.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace signalbox;

namespace {

using Ids = std::vector<uint32_t>;

// As the algorithm is defined: join the first pair of the lowest rank, look again from the start.
Ids naive(const Vocabulary &vocabulary, const std::string &piece)
{
    if (const uint32_t whole = vocabulary.rankOf(piece); whole != Vocabulary::none)
        return {whole};
    std::vector<std::string> parts;
    for (const char byte : piece)
        parts.emplace_back(1, byte);
    while (true) {
        uint32_t best = Vocabulary::none;
        size_t at = 0;
        for (size_t i = 0; i + 1 < parts.size(); ++i) {
            const uint32_t rank = vocabulary.rankOf(parts[i] + parts[i + 1]);
            if (rank < best) {
                best = rank;
                at = i;
            }
        }
        if (best == Vocabulary::none)
            break;
        parts[at] += parts[at + 1];
        parts.erase(parts.begin() + ptrdiff_t(at) + 1);
    }
    Ids ids;
    for (const std::string &part : parts)
        ids.push_back(vocabulary.rankOf(part));
    return ids;
}

} // namespace

class TestBpe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesTheReferencesIds_data()
    {
        QTest::addColumn<int>("vocabulary");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QJsonArray>("ids");
        QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/vectors.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonArray cases = QJsonDocument::fromJson(file.readAll()).array();
        QCOMPARE(cases.size(), 167);
        for (qsizetype i = 0; i < cases.size(); ++i) {
            const QJsonObject one = cases.at(i).toObject();
            const bool large = one.value(QStringLiteral("encoding")).toString() == QStringLiteral("o200k_base");
            QTest::addRow("%d %s", int(i), large ? "o200k" : "cl100k")
                << int(large ? VocabularyId::O200k : VocabularyId::Cl100k)
                << one.value(QStringLiteral("text")).toString() << one.value(QStringLiteral("ids")).toArray();
        }
    }
    void givesTheReferencesIds()
    {
        QFETCH(int, vocabulary);
        QFETCH(QString, text);
        QFETCH(QJsonArray, ids);
        Bpe bpe(Vocabulary::of(VocabularyId(vocabulary)));
        QJsonArray found;
        for (const uint32_t id : bpe.encode(text.toStdString()))
            found.append(qint64(id));
        QCOMPARE(found, ids);
        QCOMPARE(bpe.count(text.toStdString()), ids.size());
        QCOMPARE(bpe.count(text.toStdString()), ids.size()); // now from the cache
    }

    void mergesAsDefined_data()
    {
        QTest::addColumn<int>("vocabulary");
        QTest::newRow("o200k") << int(VocabularyId::O200k);
        QTest::newRow("cl100k") << int(VocabularyId::Cl100k);
    }
    void mergesAsDefined()
    {
        QFETCH(int, vocabulary);
        const Vocabulary &ranks = Vocabulary::of(VocabularyId(vocabulary));
        Bpe bpe(ranks);
        testing::RandomText texts(7);
        QRandomGenerator &random = texts.random();
        for (int i = 0; i < 900; ++i) {
            std::string piece;
            if (i % 3 == 0) {
                for (int left = random.bounded(1, 120); left > 0; --left)
                    piece += char(random.bounded(256));
            } else if (i % 3 == 1) { // pieces of tokens merge in surprising ways
                while (piece.size() < size_t(random.bounded(1, 150)))
                    piece += ranks.bytesOf(random.bounded(ranks.size()));
            } else {
                piece = texts.next(40).toStdString();
            }
            QCOMPARE(bpe.encodePiece(piece), naive(ranks, piece));
        }
    }

    void countsWhatItEncodes()
    {
        testing::RandomText texts(99);
        Bpe bpe(Vocabulary::of(VocabularyId::O200k));
        for (int i = 0; i < 1500; ++i) {
            const std::string text = texts.next(60).toStdString();
            const Ids ids = bpe.encode(text);
            QCOMPARE(bpe.count(text), int64_t(ids.size()));
            QCOMPARE(bpe.decode(ids), text);
        }
    }

    // A quadratic way would need twenty billion steps for this.
    void takesLongPieces_data()
    {
        QTest::addColumn<QByteArray>("unit");
        QTest::newRow("one letter") << QByteArray("a");
        QTest::newRow("two letters") << QByteArray("ab");
        QTest::newRow("ideograph") << QByteArray("\xe4\xb8\xad");
        QTest::newRow("spaces") << QByteArray(" ");
        QTest::newRow("symbols") << QByteArray("=-");
    }
    void takesLongPieces()
    {
        QFETCH(QByteArray, unit);
        const std::string text = unit.repeated(200000 / unit.size()).toStdString();
        Bpe bpe(Vocabulary::of(VocabularyId::O200k));
        const Ids ids = bpe.encode(text);
        QVERIFY(ids.size() < text.size());
        QCOMPARE(bpe.decode(ids), text);
        QCOMPARE(bpe.count(text), int64_t(ids.size()));
    }

    void takesBytesThatAreNoText()
    {
        Bpe bpe(Vocabulary::of(VocabularyId::Cl100k));
        QCOMPARE(bpe.encode("a\xff z"), bpe.encode("a\xef\xbf\xbd z"));
        QCOMPARE(bpe.count("a\xff z"), int64_t(bpe.encode("a\xef\xbf\xbd z").size()));
        QCOMPARE(bpe.count({}), int64_t(0));
        QVERIFY(bpe.encodePiece({}).empty());
    }
};

QTEST_APPLESS_MAIN(TestBpe)
#include "tst_bpe.moc"
