// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/report_builder.h"
#include "core/reconciliation/usage_report.h"

#include <QtCore/QFile>
#include <QtTest/QTest>

using namespace signalbox;

class TstUsageReport final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void formats_data();
    void formats();
    void problems_data();
    void problems();
    void days_data();
    void days();
    void money();
};

namespace {

constexpr int64_t november21 = 20'778; // 2026

std::string told(const std::optional<int64_t> &value)
{
    return value ? std::to_string(*value) : "-";
}

// day+ model requests input cached written output nano; one line each
std::string told(const VendorReport &report)
{
    std::string text = report.vendor;
    for (const VendorLine &line : report.lines) {
        text += "\n" + std::to_string(line.day - november21) + ' ' + line.model;
        for (const auto &value :
             {line.requests, line.input, line.cachedInput, line.cacheWrite, line.output, line.nanoUsd})
            text += ' ' + told(value);
    }
    return text;
}

} // namespace

void TstUsageReport::formats_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<int>("notes");
    QTest::newRow("openai_usage.json") << QByteArray("openai\n"
                                                     "0 gpt-4o-2024-08-06 5 200 800 - 500 -\n"
                                                     "0 gpt-4o-mini-2024-07-18 1 70 0 - 5 -\n"
                                                     "1 gpt-4o-2024-08-06 1 10 0 - 5 -")
                                       << 1;
    QTest::newRow("openai_costs.json") << QByteArray("openai\n0 gpt-4o-2024-08-06 - - - - - 6500000") << 0;
    QTest::newRow("openai_usage.csv") << QByteArray("openai\n0 gpt-4o-2024-08-06 6 270 800 - 505 -") << 0;
    QTest::newRow("openai_costs.csv") << QByteArray("openai\n0 gpt-4o-2024-08-06 - - - - - 6500000") << 0;
    QTest::newRow("anthropic_usage.json")
        << QByteArray("anthropic\n0 claude-sonnet-4-20250514 - 1501 200 1500 302 -") << 0;
    QTest::newRow("anthropic_cost.json")
        << QByteArray("anthropic\n0 claude-sonnet-4-20250514 - - - - - 1237891200") << 1;
    QTest::newRow("anthropic_usage.csv")
        << QByteArray("anthropic\n0 claude-sonnet-4-20250514 - 1501 200 1500 302 -") << 0;
    QTest::newRow("anthropic_costs.csv") << QByteArray("anthropic\n0 claude-sonnet-4 - - - - - 4500000") << 1;
    QTest::newRow("openrouter_activity.json")
        << QByteArray("openrouter\n0 openai/gpt-4.1 6 55 - - 126 16000000") << 0;
    QTest::newRow("openrouter_activity.csv") << QByteArray("openrouter\n"
                                                           "0 openai/gpt-4.1-2025-04-14 1 30 20 - 125 15000000\n"
                                                           "1 openai/gpt-4.1-2025-04-14 1 5 0 - 1 1000000")
                                             << 0;
}

void TstUsageReport::formats()
{
    QFETCH(QByteArray, lines);
    QFETCH(int, notes);
    QFile file(QStringLiteral(SIGNALBOX_TEST_DATA "/../fuzz/corpus/usage_report/") +
               QString::fromLatin1(QTest::currentDataTag()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto report = readUsageReport(file.readAll().toStdString());
    QVERIFY2(report, report ? "" : report.error().message.c_str());
    QCOMPARE(told(*report), lines.toStdString());
    QCOMPARE(report->notes.size(), size_t(notes));
}

void TstUsageReport::problems_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("problem");
    const auto row = [](const char *name, const char *text, const char *problem) {
        QTest::newRow(name) << QByteArray(text) << QByteArray(problem);
    };
    row("empty", " \n", "empty");
    row("broken JSON", "{\"data\":[", "line 1");
    row("no data", "{}", "/data: is required");
    row("no usage", "{\"data\":[]}", "holds no usage");
    row("unknown entry", "{\"data\":[{}]}", "/data/0/results: is required");
    row("week", "{\"data\":[{\"start_time\":0,\"end_time\":604800,\"results\":[]}]}",
        "/data/0/end_time: is more than a day");
    row("not grouped",
        "{\"data\":[{\"start_time\":0,\"results\":[{\"input_tokens\":1,\"model\":null}]}]}",
        "/data/0/results/0/model: is missing: ask for the report by model");
    row("negative", "{\"data\":[{\"start_time\":0,\"results\":[{\"input_tokens\":-1,\"model\":\"m\"}]}]}",
        "/data/0/results/0/input_tokens: must be a whole number from 0");
    row("more cached than there is",
        "{\"data\":[{\"start_time\":0,\"results\":[{\"input_tokens\":1,\"input_cached_tokens\":2,\"model\":\"m\"}]}]}",
        "at most input_tokens");
    row("currency",
        "{\"data\":[{\"start_time\":0,\"results\":[{\"amount\":{\"value\":1,\"currency\":\"eur\"},\"line_item\":\"m\"}]}]}",
        "/data/0/results/0/amount/currency: must be usd");
    row("no money", "{\"data\":[{\"date\":\"2026-11-21\",\"model\":\"m\",\"usage\":\"much\"}]}",
        "/data/0/usage: must be an amount of money");
    row("two reports in one",
        "{\"data\":[{\"date\":\"2026-11-21\",\"model\":\"m\",\"usage\":1},{\"start_time\":0,\"results\":[{\"input_tokens\":1,"
        "\"model\":\"m\"}]}]}",
        "another report");
    row("too large a sum",
        "{\"data\":[{\"date\":\"2026-11-21\",\"model\":\"m\",\"usage\":1,\"requests\":9223372036854775807},"
        "{\"date\":\"2026-11-21\",\"model\":\"m\",\"usage\":1,\"requests\":1}]}",
        "too large");
    row("unknown columns", "a,b\n1,2\n", "line 1: is not the head");
    row("too few fields", "usage_date_utc,model,cost_usd\n2026-11-21,m\n", "line 2: must have 3 fields, found 2");
    row("no date", "usage_date_utc,model,cost_usd\n2026-11-21,m,1\nsoon,m,1\n", "line 3: usage_date_utc must be a date");
    row("no number", "usage_date_utc,model,cost_usd\n2026-11-21,m,1$\n", "line 2: cost_usd must be an amount");
    row("a head alone", "usage_date_utc,model,cost_usd\n", "holds no usage");
    row("column twice", "usage_date_utc,model,cost_usd,model\n", "named twice");
}

void TstUsageReport::problems()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, problem);
    const auto report = readUsageReport(text.toStdString());
    QVERIFY(!report);
    QCOMPARE(report.error().code, std::string("report_invalid"));
    QVERIFY2(QByteArray::fromStdString(report.error().message).contains(problem), report.error().message.c_str());
}

void TstUsageReport::days_data()
{
    QTest::addColumn<qint64>("day");
    const auto row = [](const char *text, qint64 day) { QTest::newRow(text) << day; };
    row("1970-01-01", 0);
    row("2026-11-21", november21);
    row("2026-11-21T23:59:59Z", november21);
    row("2026-11-21T23:59:59-01:00", november21 + 1);
    row("2026-11-21 23:59:59.5", november21);
    row("2026-11-21 15:00", november21);
    row("2026-11-21 15:00:00 UTC", november21);
    row("2026-02-30", -1);
    row("1969-12-31", -1);
    row("2026-11-21x", -1);
    row("21.11.2026", -1);
}

void TstUsageReport::days()
{
    QFETCH(qint64, day);
    QCOMPARE(qint64(dayOf(QTest::currentDataTag()).value_or(-1)), day);
}

void TstUsageReport::money()
{
    QCOMPARE(decimalNano("0.000000001").value_or(0), int64_t(1));
    QCOMPARE(decimalNano("123456789.123456789").value_or(0), int64_t(123'456'789'123'456'789));
    QCOMPARE(decimalNano("-1e-05").value_or(0), int64_t(-10'000));
    QCOMPARE(decimalNano("1.5", 10'000'000).value_or(0), int64_t(15'000'000));
    for (const char *bad : {"", "x", "1,5", "nan", "inf", "1e99", "1 "})
        QVERIFY2(!decimalNano(bad), bad);
}

QTEST_APPLESS_MAIN(TstUsageReport)
#include "tst_usage_report.moc"
