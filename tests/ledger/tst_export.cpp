// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/export.h"
#include "core/ledger/ledger.h"
#include "core/ledger/sqlite.h"
#include "tests/ledger/sample_records.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QtTest>

#include <boost/json.hpp>

using namespace signalbox;
using test::sampleRecord;

class TstExport : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void jsonLinesSayEveryColumn();
    void csvQuotesWhatItMust();
    void isStreamedAndCanBeEnded();
    void spendReports();

private:
    void fill(const std::vector<RequestRecord> &records);
    std::string exported(ExportFormat format, const RequestFilter &filter = {});

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TstExport::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

void TstExport::fill(const std::vector<RequestRecord> &records)
{
    auto ledger = Ledger::open({m_dir->path(), 36500, 2048});
    QVERIFY(ledger);
    for (const RequestRecord &record : records)
        (*ledger)->record(record);
}

std::string TstExport::exported(ExportFormat format, const RequestFilter &filter)
{
    std::string out;
    auto database = Database::open(m_dir->filePath(QStringLiteral("signalbox.db")), Database::Mode::ReadOnly);
    const auto done = exportRequests(*database, filter, format, [&out](std::string_view piece) {
        out += piece;
        return true;
    });
    return done ? out : done.error().message;
}

void TstExport::jsonLinesSayEveryColumn()
{
    RequestRecord unpriced = sampleRecord(5, 1700000000000);
    unpriced.user = "an \"odd\"\nname";
    const RequestRecord priced = sampleRecord(6, 1700000001000);
    fill({priced, unpriced});
    const QStringList lines = QString::fromStdString(exported(ExportFormat::JsonLines)).split(QLatin1Char('\n'));
    QCOMPARE(lines.size(), 3);
    const auto first = boost::json::parse(lines[0].toStdString()).as_object(); // the oldest first
    QCOMPARE(first.size(), size_t(32));
    QVERIFY(first.at("id").as_string() == unpriced.id);
    QVERIFY(first.at("user").as_string() == unpriced.user);
    QVERIFY(first.at("cost_nanousd").is_null()); // not known is not 0
    QCOMPARE(first.at("duration_ms").as_double(), unpriced.durationMs);
    const auto second = boost::json::parse(lines[1].toStdString()).as_object();
    QCOMPARE(second.at("cost_nanousd").as_int64(), *priced.cost.nanoUsd);
}

void TstExport::csvQuotesWhatItMust()
{
    RequestRecord record = sampleRecord(5, 1700000000000);
    record.user = "a,\"b\"\r\nc";
    fill({record});
    const std::string csv = exported(ExportFormat::Csv);
    QVERIFY(csv.starts_with("id,started_at,project,client,user,"));
    QVERIFY(csv.find(",laptop,\"a,\"\"b\"\"\r\nc\",openai-chat,") != std::string::npos);
    QVERIFY(csv.ends_with("\r\n"));
}

void TstExport::isStreamedAndCanBeEnded()
{
    std::vector<RequestRecord> records;
    for (int i = 0; i < 2000; ++i)
        records.push_back(sampleRecord(i, 1700000000000 + i));
    fill(records);
    auto database = Database::open(m_dir->filePath(QStringLiteral("signalbox.db")), Database::Mode::ReadOnly);
    size_t pieces = 0;
    size_t largest = 0;
    const auto all = exportRequests(*database, {}, ExportFormat::Csv, [&](std::string_view piece) {
        ++pieces;
        largest = std::max(largest, piece.size());
        return true;
    });
    QCOMPARE(*all, int64_t(2000));
    QVERIFY(pieces > 5);
    QVERIFY(largest < 100000);
    const auto ended = exportRequests(*database, {}, ExportFormat::Csv, [](std::string_view) { return false; });
    QCOMPARE(ended.error().code, std::string("export_stopped"));
    RequestFilter filter;
    filter.provider = "openai";
    const auto some = exportRequests(*database, filter, ExportFormat::Csv, [](std::string_view) { return true; });
    QCOMPARE(*some, int64_t(1000));
}

void TstExport::spendReports()
{
    SpendReport report;
    report.bucketStarts = {100, 200};
    SpendSums sums;
    sums.requests = 2;
    sums.nanoUsd = 5;
    report.groups = {{"a,b", sums, {SpendSums(), sums}}};
    QCOMPARE(exportSpend(report, SpendDimension::User, ExportFormat::Csv),
             std::string("start_ms,user,requests,errors,unpriced,cost_nanousd,input_tokens,cached_input_tokens,"
                         "cache_write_tokens,output_tokens,reasoning_tokens\r\n200,\"a,b\",2,0,0,5,0,0,0,0,0\r\n"));
    QVERIFY(exportSpend(report, SpendDimension::User, ExportFormat::JsonLines)
                .starts_with("{\"start_ms\":200,\"user\":\"a,b\""));
}

QTEST_GUILESS_MAIN(TstExport)
#include "tst_export.moc"
