// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger_reader_p.h"

#include "core/ledger/body_search.h"
#include "core/ledger/dashboard_query.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/row_reader.h"
#include "core/ledger/row_sql.h"
#include "core/ledger/row_writer.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr const char *priceSql = "SELECT ref, json, valid_from FROM price";

PriceNote readPrice(const Statement &s)
{
    return {s.text(0), s.text(1), s.integer(2)};
}

std::string readText(const Statement &s)
{
    return s.text(0);
}

StoredBody readBody(const Statement &s)
{
    StoredBody body;
    body.kind = static_cast<StoredBody::Kind>(s.integer(0));
    body.cut = s.integer(1) != 0;
    body.contentType = s.text(2);
    body.bytes = expandBody(s.text(4), static_cast<size_t>(std::max<int64_t>(0, s.integer(3))));
    return body;
}

std::string noteOnBodies(const RequestRecord &record)
{
    if (record.bodies.empty())
        return "No bodies were kept for this request.";
    const bool cut = std::any_of(record.bodies.begin(), record.bodies.end(), [](const StoredBody &b) { return b.cut; });
    return cut ? "Only the beginning of a body was kept." : std::string();
}

} // namespace

LedgerReader::LedgerReader() : d(std::make_unique<Private>()) {}
LedgerReader::~LedgerReader() = default;

Result<std::unique_ptr<LedgerReader>> LedgerReader::open(const QString &databasePath)
{
    auto database = Database::open(databasePath, Database::Mode::ReadOnly);
    if (!database)
        return database.error();
    std::unique_ptr<LedgerReader> reader(new LedgerReader);
    reader->d->database = std::move(*database);
    if (const auto set = reader->d->database.exec("PRAGMA cache_size = -16384; PRAGMA temp_store = MEMORY"); !set)
        return set.error();
    if (const auto added = addBodySearch(reader->d->database); !added)
        return added.error();
    auto byRowid = reader->d->database.prepare(rowListSql() + "x.row = ?");
    if (!byRowid)
        return byRowid.error();
    reader->d->byRowid = std::move(*byRowid);
    return reader;
}

Result<std::optional<RequestDetail>> LedgerReader::detail(const std::string &id)
{
    auto &database = d->database;
    const PackedText packed = PackedText::ofUuid(id);
    auto find = database.prepare("SELECT row FROM exchange_row WHERE id = ?");
    if (!find)
        return find.error();
    packed.bindTo(*find, 1);
    const auto there = find->step();
    if (!there)
        return there.error();
    if (!*there)
        return std::optional<RequestDetail>();
    const int64_t row = find->integer(0);
    auto records = collectOf(database, requestSql() + " WHERE x.row = ?", row, readRecord);
    if (!records)
        return records.error();
    if (records->empty())
        return std::optional<RequestDetail>();
    RequestDetail detail{std::move(records->front()), {}, {}};
    auto attempts = collectOf(database, attemptInRowSql() + " AND x.row = ?", row, readAttempt);
    if (attempts && attempts->empty())
        attempts = collectOf(database, attemptOwnSql() + " WHERE x.row = ? ORDER BY x.n", row, readAttempt);
    if (!attempts)
        return attempts.error();
    auto losses = collectOf(database, lossSql() + " WHERE x.row = ? ORDER BY x.n", row, readLoss);
    if (!losses)
        return losses.error();
    auto prices = collectOf(
        database, priceSql + std::string(" WHERE id = (SELECT price FROM exchange_row WHERE row = ?)"), row, readPrice);
    if (!prices)
        return prices.error();
    if (!prices->empty())
        detail.price = std::move(prices->front());
    auto plans = collectOf(database, "SELECT zstd FROM plan_row WHERE row = ?", row,
                           [](const Statement &s) { return unpackPlan(s.view(0)); });
    if (!plans)
        return plans.error();
    auto phases = collectOf(database, "SELECT phases FROM exchange_row WHERE row = ?", row, readText);
    if (!phases)
        return phases.error();
    auto bodies = collectOf(database,
                            "SELECT kind, cut, content_type, size, zstd FROM request_body JOIN body USING (sha256) "
                            "WHERE request_id = ? ORDER BY kind",
                            id, readBody);
    if (!bodies)
        return bodies.error();
    detail.record.attempts = std::move(*attempts);
    detail.record.bodies = std::move(*bodies);
    detail.record.losses = std::move(*losses);
    if (!plans->empty())
        detail.record.plan = std::move(plans->front());
    if (!phases->empty())
        detail.record.phases = std::move(phases->front());
    detail.bodyPolicyNote = noteOnBodies(detail.record);
    return std::optional<RequestDetail>(std::move(detail));
}

Result<std::vector<PriceNote>> LedgerReader::prices()
{
    auto statement = d->database.prepare(priceSql + std::string(" ORDER BY ref, valid_from, id"));
    if (!statement)
        return statement.error();
    return collect(*statement, readPrice);
}

Result<std::vector<LedgerReader::ConfigVersion>> LedgerReader::configVersions(int limit)
{
    return collectOf(d->database, "SELECT id, applied_at, why FROM config_version ORDER BY id DESC LIMIT ?", limit,
                     [](const Statement &s) {
                         return ConfigVersion{s.integer(0), s.integer(1), s.text(2)};
                     });
}

Result<std::string> LedgerReader::configText(int64_t id)
{
    const auto found = collectOf(d->database, "SELECT json FROM config_version WHERE id = ?", id, readText);
    if (!found)
        return found.error();
    if (found->empty())
        return Error{"config_version_unknown", "That version is no longer kept."};
    return found->front();
}

Result<std::string> LedgerReader::configTextBefore(int64_t id)
{
    const auto found =
        collectOf(d->database, "SELECT json FROM config_version WHERE id < ? ORDER BY id DESC LIMIT 1", id, readText);
    if (!found)
        return found.error();
    return found->empty() ? std::string() : found->front();
}

Result<int64_t> LedgerReader::countHistory(const HistoryChoice &choice)
{
    return signalbox::countHistory(d->database, choice);
}

Result<std::vector<AuditEntry>> LedgerReader::audit(const AuditFilter &filter)
{
    return queryAudit(d->database, filter);
}

Result<DashboardData> LedgerReader::dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs, int64_t todayMs)
{
    return queryDashboard(d->database, d->targetKeys, fromMs, toMs, bucketMs, todayMs);
}

Result<std::map<std::string, LedgerReader::ProviderToday>> LedgerReader::providers(int64_t todayMs, int64_t nowMs)
{
    return queryProviders(d->database, d->targetKeys, todayMs, nowMs);
}

Result<SpendReport> LedgerReader::spend(const SpendRequest &request)
{
    return querySpend(d->database, d->spendKeys, request);
}

Result<std::vector<CostDriver>> LedgerReader::costDrivers(int64_t fromMs, int64_t toMs, SpendDimension by, size_t top)
{
    return queryCostDrivers(d->database, d->spendKeys, fromMs, toMs, by, top);
}

Result<CacheSavings> LedgerReader::cacheSavings(int64_t fromMs, int64_t toMs, const SpendFilter &filter,
                                                const PriceOf &price)
{
    return queryCacheSavings(d->database, d->spendKeys, fromMs, toMs, filter, price);
}

Result<std::vector<SpeedRow>> LedgerReader::speed(int64_t fromMs, int64_t toMs)
{
    return querySpeed(d->database, d->targetKeys, fromMs, toMs);
}

Result<std::vector<TrafficRow>> LedgerReader::traffic(const TrafficRow::Place &after, int limit)
{
    return trafficAfter(d->database, after, limit);
}

} // namespace signalbox
