// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/filter/filter_edit.h"

#include <QtCore/QDateTime>
#include <QtTest/QtTest>

using namespace signalbox;
using Field = FilterTerm::Field;
using Problem = FilterProblem::Kind;

namespace {

const FilterMoment moment{QDateTime(QDate(2026, 11, 20), QTime(15, 30), QTimeZone("Europe/Berlin")).toMSecsSinceEpoch(),
                          QTimeZone("Europe/Berlin")};

FilterText read(const char *text)
{
    return readFilter(text, moment);
}

std::string rewritten(const char *text)
{
    return writeFilter(read(text).terms);
}

} // namespace

class TstFilterLanguage final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isWrittenAsItWasRead_data();
    void isWrittenAsItWasRead();
    void termsOfWords();
    void ranges_data();
    void ranges();
    void dates_data();
    void dates();
    void problems_data();
    void problems();
    void choices();
    void typing_data();
    void typing();
};

void TstFilterLanguage::isWrittenAsItWasRead_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("written");
    const auto same = [](const char *text) { QTest::newRow(text) << QByteArray(text) << QByteArray(text); };
    same("status:5xx,429 -model:opus");
    same("model:\"gpt-5\" model:gpt-*");
    same("provider:openai,box project:\"a b\"");
    same("cost:>0.05 cost:0.01..0.05 cost:<=1");
    same("tokens:>10k tokens:1500 tokens:2m");
    same("ttft:>2s duration:<500ms ttft:1500ms");
    same("is:error,stream -is:cached");
    same("\"some words\" -\"a:b\" gpt");
    same("body:\"sorry, I\" body:sorry");
    same("session:\"\" tag:\"#a,b\"");
    same("id:01934f5e-7b2a-7c3d-8e4f-0123456789ab id:0193");
    same("error:timeout error:http_429*");
    same("status:>=500 status:<400 status:400..403");
    QTest::newRow("case") << QByteArray("STATUS:5XX Is:Error") << QByteArray("status:5xx is:error");
    QTest::newRow("dollars") << QByteArray("cost:$0.050..$1") << QByteArray("cost:0.05..1");
    QTest::newRow("dates are not terms") << QByteArray("since:2h a") << QByteArray("a");
    QTest::newRow("escapes") << QByteArray(R"(project:"a\"b\\")") << QByteArray(R"(project:a"b\)");
}

void TstFilterLanguage::isWrittenAsItWasRead()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, written);
    const FilterText filter = read(text.constData());
    QVERIFY(filter.isSound());
    QCOMPARE(writeFilter(filter.terms), written.toStdString());
    QVERIFY(read(written.constData()).terms == filter.terms);
}

void TstFilterLanguage::termsOfWords()
{
    const FilterText filter = read("  opus -model:claude,\"gpt-5\" is:lossy");
    QCOMPARE(filter.terms.size(), size_t(3));
    QCOMPARE(filter.terms[0].field, Field::Text);
    QCOMPARE(filter.terms[0].glob, std::string("opus"));
    QCOMPARE(filter.terms[1].field, Field::Model);
    QVERIFY(filter.terms[1].negated);
    QCOMPARE(filter.terms[1].glob, std::string("*claude*"));
    QCOMPARE(filter.terms[1].orElse.size(), size_t(1));
    QCOMPARE(filter.terms[1].orElse[0].glob, std::string("gpt-5"));
    QVERIFY(filter.terms[2].flag == FilterTerm::Flag::Lossy);
    QCOMPARE(filter.words[1].start, size_t(7));
    QCOMPARE(filter.words[1].values[1].start, size_t(21));
    QCOMPARE(rewritten(""), std::string());
}

void TstFilterLanguage::ranges_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<qlonglong>("least"); // -1: none
    QTest::addColumn<qlonglong>("most");
    const auto row = [](const char *text, qlonglong least, qlonglong most) {
        QTest::newRow(text) << QByteArray(text) << least << most;
    };
    row("status:404", 404, 404);
    row("status:42x", 420, 429);
    row("status:500..", 500, -1);
    row("status:..399", -1, 399);
    row("cost:>0", 1, -1);
    row("cost:0", 0, 0);
    row("cost:<0.05", -1, 49'999'999);
    row("cost:0.000000001", 1, 1);
    row("cost:.5", 500'000'000, 500'000'000);
    row("tokens:1.5k", 1'500, 1'500);
    row("duration:1.5min", 90'000'000, 90'000'000);
    row("duration:1m..1h", 60'000'000, 3'600'000'000);
    row("ttft:>=250us", 250, -1);
}

void TstFilterLanguage::ranges()
{
    QFETCH(QByteArray, text);
    QFETCH(qlonglong, least);
    QFETCH(qlonglong, most);
    const FilterText filter = read(text.constData());
    QVERIFY(filter.isSound());
    QCOMPARE(filter.terms.front().least.value_or(-1), int64_t(least));
    QCOMPARE(filter.terms.front().most.value_or(-1), int64_t(most));
}

void TstFilterLanguage::dates_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QDateTime>("from");
    QTest::addColumn<QDateTime>("to");
    const auto at = [](int day, int hour, int minute = 0, int second = 0, int ms = 0) {
        return QDateTime(QDate(2026, 11, day), QTime(hour, minute, second, ms), moment.zone);
    };
    QTest::newRow("hours") << QByteArray("since:2h") << at(20, 13, 30) << QDateTime();
    QTest::newRow("days") << QByteArray("since:3d until:1d") << at(17, 15, 30) << at(19, 15, 30);
    QTest::newRow("today") << QByteArray("since:today") << at(20, 0) << QDateTime();
    QTest::newRow("yesterday") << QByteArray("since:yesterday until:today") << at(19, 0) << at(20, 0);
    QTest::newRow("day") << QByteArray("since:2026-11-18") << at(18, 0) << QDateTime();
    QTest::newRow("minute") << QByteArray("since:2026-11-18T09:05") << at(18, 9, 5) << QDateTime();
    QTest::newRow("moment") << QByteArray("until:\"2026-11-18 09:05:07.250\"") << QDateTime() << at(18, 9, 5, 7, 250);
    QTest::newRow("time of today") << QByteArray("since:09:15") << at(20, 9, 15) << QDateTime();
    QTest::newRow("the later one") << QByteArray("since:1h since:2h") << at(20, 14, 30) << QDateTime();
}

void TstFilterLanguage::dates()
{
    QFETCH(QByteArray, text);
    QFETCH(QDateTime, from);
    QFETCH(QDateTime, to);
    const FilterText filter = read(text.constData());
    QVERIFY(filter.isSound());
    QCOMPARE(filter.fromMs, from.isValid() ? int64_t(from.toMSecsSinceEpoch()) : 0);
    QCOMPARE(filter.toMs, to.isValid() ? int64_t(to.toMSecsSinceEpoch()) : 0);
    if (from.isValid()) {
        const std::string again = "since:" + writeFilterDate(filter.fromMs, moment.zone);
        QCOMPARE(read(again.c_str()).fromMs, filter.fromMs);
    }
}

void TstFilterLanguage::problems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("start");
    QTest::addColumn<int>("length");
    QTest::addColumn<QByteArray>("nearest");
    const auto row = [](const char *text, Problem kind, int start, int length, const char *nearest = "") {
        QTest::newRow(text) << QByteArray(text) << int(kind) << start << length << QByteArray(nearest);
    };
    row("a sttus:5xx", Problem::UnknownField, 2, 9, "status");
    row("mode:x", Problem::UnknownField, 0, 6, "model");
    row("qwen3:32b", Problem::UnknownField, 0, 9);
    row("status:", Problem::NoValue, 0, 7);
    row("status:429,", Problem::NoValue, 0, 11);
    row("-", Problem::NoValue, 0, 1);
    row("status:abc", Problem::NotAStatus, 7, 3);
    row("status:429,x", Problem::NotAStatus, 11, 1);
    row("cost:>five", Problem::NotMoney, 5, 5);
    row("cost:0.0000000001", Problem::NotMoney, 5, 12);
    row("tokens:10q", Problem::NotACount, 7, 3);
    row("ttft:>2", Problem::NotADuration, 5, 2);
    row("is:wrong", Problem::NotAFlag, 3, 5);
    row("since:soon", Problem::NotADate, 6, 4);
    row("since:2026-13-01", Problem::NotADate, 6, 10);
    row("-since:1h", Problem::NotNegated, 0, 9);
    row("cost:2..1", Problem::Turned, 5, 4);
    row("project:\"a b", Problem::OpenQuote, 8, 4);
    row("project:\"a\"b", Problem::OpenQuote, 8, 3);
    row("tokens:99999999999999999999", Problem::NotACount, 7, 20);
}

void TstFilterLanguage::problems()
{
    QFETCH(QByteArray, text);
    QFETCH(int, kind);
    QFETCH(int, start);
    QFETCH(int, length);
    QFETCH(QByteArray, nearest);
    const FilterText filter = read(text.constData());
    QCOMPARE(filter.problems.size(), size_t(1));
    const FilterProblem &problem = filter.problems.front();
    QCOMPARE(int(problem.kind), kind);
    QCOMPARE(int(problem.start), start);
    QCOMPARE(int(problem.length), length);
    QCOMPARE(problem.nearest, nearest.toStdString());
    QVERIFY(!filter.words.back().sound);
    QVERIFY(filter.terms.size() < filter.words.size());
}

void TstFilterLanguage::choices()
{
    const auto with = [](const std::string &text, const char *field, const char *value, FilterChoice choice) {
        return withFilterChoice(text, field, value, choice);
    };
    using enum FilterChoice;
    std::string text = with("gpt ", "project", "ide", Chosen);
    QCOMPARE(text, std::string("gpt project:ide"));
    text = with(text, "project", "my docs", Chosen);
    QCOMPARE(text, std::string("gpt project:ide,\"my docs\""));
    QVERIFY(filterChoice(read(text.c_str()), "project", "my docs") == Chosen);
    text = with(text, "project", "ide", LeftOut);
    QCOMPARE(text, std::string("gpt project:\"my docs\" -project:ide"));
    QVERIFY(filterChoice(read(text.c_str()), "project", "ide") == LeftOut);
    text = with(text, "project", "my docs", None);
    QCOMPARE(text, std::string("gpt -project:ide"));
    // Exactly this model, not all whose names have it inside.
    text = with("model:gpt", "model", "gpt-5", Chosen);
    QCOMPARE(text, std::string("model:gpt,\"gpt-5\""));
    QVERIFY(filterChoice(read(text.c_str()), "model", "gpt") == None);
    text = with({}, "error", "http_429", Chosen);
    QCOMPARE(text, std::string("error:http_429*"));
    QVERIFY(filterChoice(read(text.c_str()), "error", "http_429") == Chosen);
    QVERIFY(filterChoice(read("status:500..599"), "status", "5xx") == Chosen);
    const std::string words = "a project:b  c";
    QCOMPARE(withoutFilterWord(words, read(words.c_str()).words[1]), std::string("a c"));
}

void TstFilterLanguage::typing_data()
{
    QTest::addColumn<QByteArray>("text"); // | is the cursor
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<int>("start");
    QTest::addColumn<int>("length");
    const auto row = [](const char *text, const char *field, const char *typed, int start, int length) {
        QTest::newRow(text) << QByteArray(text) << QByteArray(field) << QByteArray(typed) << start << length;
    };
    row("|", "", "", 0, 0);
    row("sta|", "", "sta", 0, 3);
    row("a -mod|", "", "mod", 3, 3);
    row("a |b", "", "", 2, 0);
    row("status:|", "status", "", 7, 0);
    row("status:4|29 b", "status", "4", 7, 3);
    row("project:a,b|,c", "project", "b", 10, 1);
    row("project:\"a b|", "project", "a b", 8, 4);
}

void TstFilterLanguage::typing()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, field);
    QFETCH(QByteArray, typed);
    QFETCH(int, start);
    QFETCH(int, length);
    const auto place = size_t(text.indexOf('|'));
    text.remove(qsizetype(place), 1);
    const FilterTyping at = filterTypingAt({text.constData(), size_t(text.size())}, place);
    QCOMPARE(at.field, field.toStdString());
    QCOMPARE(at.typed, typed.toStdString());
    QCOMPARE(int(at.start), start);
    QCOMPARE(int(at.length), length);
}

QTEST_GUILESS_MAIN(TstFilterLanguage)
#include "tst_filter_language.moc"
