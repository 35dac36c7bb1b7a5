// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/repetition/repetition_meter.h"
#include "core/repetition/repetition_store.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <atomic>

using namespace signalbox;

class TstRepetitionMeter final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void figuresByModelAndHour();
    void nothingWithoutAFile();
    void whatIsTooMuchIsDroppedAndCounted();
    void onlySoManyASecondAreLookedAt();
    void noTextReachesTheDisk();
    void fileThatCannotBeMadeIsToldOnce();
};

namespace {

constexpr int64_t hourMs = 3'600'000;

std::string reply(const std::string &text)
{
    return "{\"choices\":[{\"message\":{\"content\":\"" + text + "\"}}]}";
}

std::string words(int from, int count)
{
    std::string text;
    for (int i = 0; i < count; ++i)
        text += "w" + std::to_string(from + i) + ' ';
    return text;
}

} // namespace

void TstRepetitionMeter::figuresByModelAndHour()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("answers.db"));
    for (int round = 0; round < 2; ++round) { // what was there before is added to
        RepetitionMeter meter(path, [](const std::string &what) { QFAIL(what.c_str()); });
        meter.offer({"p", "calm", Dialect::OpenAiChat, 5 * hourMs, reply(words(0, 100))});
        meter.offer({"p", "calm", Dialect::OpenAiChat, 6 * hourMs, reply(words(500, 100))});
        meter.offer({"p", "stuck", Dialect::OpenAiChat, 5 * hourMs, reply(words(0, 30) + words(0, 30))});
        meter.offer({"p", "stuck", Dialect::OpenAiChat, 5 * hourMs, reply(words(0, 30) + words(0, 30))});
        meter.offer({"p", "stuck", Dialect::OpenAiChat, 5 * hourMs, reply("yes")});
        QTRY_VERIFY(meter.counts().taken == 5);
        QTRY_VERIFY([&] {
            const auto all = readRepetition(path, 0, 10 * hourMs);
            return all && all->size() == 2 && all->front().sums.tooShort == round + 1 &&
                   all->back().sums.samples == 2 * (round + 1);
        }());
    }
    const auto first = readRepetition(path, 5 * hourMs, 6 * hourMs);
    QVERIFY(first);
    QCOMPARE(first->size(), size_t(2));
    QCOMPARE(first->front().model, std::string("stuck"));
    QVERIFY(qAbs(first->front().repeatedShare() - 27.0 / 57) < 1e-4);
    QCOMPARE(first->front().sums.samples, int64_t(4));
    QCOMPARE(first->front().sums.nearDuplicates, int64_t(2)); // one a round: a new meter remembers nothing
    QCOMPARE(first->back().sums, (RepetitionSums{2, 0, 0, 0, 0}));
}

void TstRepetitionMeter::nothingWithoutAFile()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("answers.db"));
    const auto none = readRepetition(path, 0, hourMs);
    QVERIFY(none && none->empty());
    const RepetitionMeter idle(path, [](const std::string &) {});
    QVERIFY(!QFile::exists(path));
}

void TstRepetitionMeter::whatIsTooMuchIsDroppedAndCounted()
{
    const QTemporaryDir folder;
    RepetitionMeter meter(folder.filePath(QStringLiteral("answers.db")), [](const std::string &) {});
    meter.offer({"p", "m", Dialect::OpenAiChat, 0, std::string(RepetitionMeter::largestReply + 1, 'x')});
    QCOMPARE(meter.counts().dropped, int64_t(1));
    constexpr int many = 3000;
    const std::string big = reply(words(0, 8000));
    for (int i = 0; i < many; ++i)
        meter.offer({"p", "m", Dialect::OpenAiChat, 0, big});
    const RepetitionMeter::Counts counts = meter.counts();
    QCOMPARE(counts.taken + counts.dropped, int64_t(many + 1));
    QVERIFY2(counts.dropped > 1, "the queue has no end");
}

void TstRepetitionMeter::onlySoManyASecondAreLookedAt()
{
    const QTemporaryDir folder;
    RepetitionMeter meter(folder.filePath(QStringLiteral("answers.db")), [](const std::string &) {});
    const auto wantedOf100At = [&meter](int64_t nowMs) {
        int wanted = 0;
        for (int i = 0; i < 100; ++i)
            wanted += meter.wants(nowMs) ? 1 : 0;
        return wanted;
    };
    QCOMPARE(wantedOf100At(5'000), RepetitionMeter::mostPerSecond);
    QCOMPARE(wantedOf100At(5'999), 0);
    QCOMPARE(wantedOf100At(6'000), RepetitionMeter::mostPerSecond);
    QCOMPARE(meter.counts().dropped, int64_t(300 - 2 * RepetitionMeter::mostPerSecond));
}

void TstRepetitionMeter::noTextReachesTheDisk()
{
    const QTemporaryDir folder;
    {
        RepetitionMeter meter(folder.filePath(QStringLiteral("answers.db")), [](const std::string &) {});
        meter.offer({"p", "m", Dialect::OpenAiChat, 0, reply("verysecretword " + words(0, 50))});
        QTRY_VERIFY([&] {
            const auto all = readRepetition(folder.filePath(QStringLiteral("answers.db")), 0, hourMs);
            return all && !all->empty();
        }());
    }
    for (const QString &name : QDir(folder.path()).entryList(QDir::Files)) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("verysecretword"));
    }
}

void TstRepetitionMeter::fileThatCannotBeMadeIsToldOnce()
{
    std::atomic<int> told{0};
    {
        RepetitionMeter meter(QStringLiteral("/nowhere/at/all/answers.db"), [&told](const std::string &) { ++told; });
        meter.offer({"p", "m", Dialect::OpenAiChat, 0, reply(words(0, 50))});
        QTRY_COMPARE(told.load(), 1);
        meter.offer({"p", "m", Dialect::OpenAiChat, 0, reply(words(0, 50))});
    }
    QCOMPARE(told.load(), 1);
}

QTEST_GUILESS_MAIN(TstRepetitionMeter)
#include "tst_repetition_meter.moc"
