// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/byte_words.h"

#include <QtTest/QtTest>

#include <algorithm>
#include <array>
#include <random>
#include <string>

using namespace signalbox;

class TestByteWords final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyByteInEveryPlace();
    void agreesWithALoop();
    void runsStopAtTheWordThatNeedsWork();
};

namespace {

uint64_t wordOf(const std::array<uint8_t, 8> &bytes)
{
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    return word;
}

} // namespace

void TestByteWords::everyByteInEveryPlace()
{
    for (size_t place = 0; place < 8; ++place) {
        for (unsigned value = 0; value < 256; ++value) {
            std::array<uint8_t, 8> bytes;
            bytes.fill('x');
            bytes[place] = static_cast<uint8_t>(value);
            QCOMPARE(holdsByteBelow(wordOf(bytes), 0x20), value < 0x20);
            QCOMPARE(holdsByte(wordOf(bytes), '"'), value == '"');
            QCOMPARE(holdsByte(wordOf(bytes), 0x7f), value == 0x7f);
            QCOMPARE(holdsByte(wordOf(bytes), 0xff), value == 0xff);
        }
    }
}

void TestByteWords::agreesWithALoop()
{
    std::mt19937 random(7);
    for (int round = 0; round < 20000; ++round) {
        std::array<uint8_t, 8> bytes;
        for (uint8_t &byte : bytes)
            byte = static_cast<uint8_t>(random());
        const auto below = [](uint8_t byte) { return byte < 0x20; };
        QCOMPARE(holdsByteBelow(wordOf(bytes), 0x20), std::any_of(bytes.begin(), bytes.end(), below));
        const auto wanted = static_cast<uint8_t>(random());
        QCOMPARE(holdsByte(wordOf(bytes), wanted), std::find(bytes.begin(), bytes.end(), wanted) != bytes.end());
    }
}

void TestByteWords::runsStopAtTheWordThatNeedsWork()
{
    const auto quotes = [](uint64_t word) { return holdsByte(word, '"'); };
    QCOMPARE(runOfWords("", 0, quotes), size_t{0});
    QCOMPARE(runOfWords("1234567", 0, quotes), size_t{0}); // no whole word: the caller looks itself
    QCOMPARE(runOfWords("12345678", 0, quotes), size_t{8});
    QCOMPARE(runOfWords("12345678123\"5678abcdefgh", 0, quotes), size_t{8});
    QCOMPARE(runOfWords("1\"345678abcdefgh", 2, quotes), size_t{10});
}

QTEST_APPLESS_MAIN(TestByteWords)
#include "tst_byte_words.moc"
