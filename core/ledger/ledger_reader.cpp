// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger_reader.h"

#include "core/ledger/dashboard_query.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/position_index.h"
#include "core/ledger/sqlite.h"

#include <algorithm>
#include <list>

namespace signalbox {

namespace {

constexpr size_t keptIndexes = 4; // the filters used last
constexpr const char *rowColumns =
    "SELECT rowid, id, started_at, project, client, dialect, route, requested_model, provider, model, status, error, "
    "stream, attempts, cache, ttft_ms, duration_ms, input_tokens, cached_input_tokens, cache_write_tokens, "
    "output_tokens, reasoning_tokens, cost_nanousd, cost_state, price_id, loss_count FROM request WHERE ";

TokenUsage readUsage(const Statement &s, int first)
{
    TokenUsage usage;
    usage.input = s.maybeInteger(first);
    usage.cachedInput = s.maybeInteger(first + 1);
    usage.cacheWrite = s.maybeInteger(first + 2);
    usage.output = s.maybeInteger(first + 3);
    usage.reasoning = s.maybeInteger(first + 4);
    return usage;
}

Cost readCost(const Statement &s, int first)
{
    return {s.maybeInteger(first), costStateFromName(s.text(first + 1)), s.text(first + 2)};
}

RequestRow readRow(const Statement &s)
{
    RequestRow row;
    row.rowid = s.integer(0);
    row.id = s.text(1);
    row.startedAtMs = s.integer(2);
    row.project = s.text(3);
    row.client = s.text(4);
    row.dialect = s.text(5);
    row.route = s.text(6);
    row.requestedModel = s.text(7);
    row.provider = s.text(8);
    row.model = s.text(9);
    row.status = static_cast<int>(s.integer(10));
    row.error = s.text(11);
    row.stream = s.integer(12) != 0;
    row.attempts = static_cast<int>(s.integer(13));
    row.cache = s.text(14);
    row.ttftMs = s.maybeReal(15);
    row.durationMs = s.real(16);
    row.usage = readUsage(s, 17);
    row.cost = readCost(s, 22);
    row.lossCount = static_cast<int>(s.integer(25));
    return row;
}

RequestRecord readRecord(const Statement &s)
{
    RequestRecord r;
    r.id = s.text(0);
    r.startedAtMs = s.integer(1);
    r.project = s.text(2);
    r.client = s.text(3);
    r.user = s.text(4);
    r.dialect = s.text(5);
    r.route = s.text(6);
    r.requestedModel = s.text(7);
    r.provider = s.text(8);
    r.model = s.text(9);
    r.credential = s.text(10);
    r.status = static_cast<int>(s.integer(11));
    r.error = s.text(12);
    r.stream = s.integer(13) != 0;
    r.cache = s.text(15);
    r.ttftMs = s.maybeReal(16);
    r.durationMs = s.real(17);
    r.overheadUs = s.integer(18);
    r.usage = readUsage(s, 19);
    r.cost = readCost(s, 24);
    r.lossCount = static_cast<int>(s.integer(27));
    r.traceId = s.text(28);
    r.spanId = s.text(29);
    r.session = s.text(30);
    r.tag = s.text(31);
    return r;
}

AttemptRecord readAttempt(const Statement &s)
{
    AttemptRecord a;
    a.n = static_cast<int>(s.integer(1));
    a.provider = s.text(2);
    a.model = s.text(3);
    a.credential = s.text(4);
    a.status = static_cast<int>(s.integer(5));
    a.errorClass = s.text(6);
    a.startedAtMs = s.integer(7);
    a.connectMs = s.maybeReal(8);
    a.ttfbMs = s.maybeReal(9);
    a.durationMs = s.real(10);
    a.retryAfterMs = s.maybeInteger(11);
    a.usage = readUsage(s, 12);
    a.cost = readCost(s, 17);
    return a;
}

LossRecord readLoss(const Statement &s)
{
    return {std::string(s.text(2)), std::string(s.text(3)), std::string(s.text(4)), s.integer(5) != 0};
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

// Runs a statement to its end and collects what `read` makes of each row.
template<class Read>
auto collect(Statement &statement, Read read) -> Result<std::vector<decltype(read(statement))>>
{
    std::vector<decltype(read(statement))> items;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return items;
        items.push_back(read(statement));
    }
}

template<class Read>
auto collectById(Database &database, std::string_view sql, const std::string &id, Read read)
    -> Result<std::vector<decltype(read(std::declval<Statement &>()))>>
{
    auto statement = database.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, id);
    return collect(*statement, read);
}

std::string noteOnBodies(const RequestRecord &record)
{
    if (record.bodies.empty())
        return "No bodies were kept for this request.";
    const bool cut = std::any_of(record.bodies.begin(), record.bodies.end(), [](const StoredBody &b) { return b.cut; });
    return cut ? "Only the beginning of a body was kept." : std::string();
}

} // namespace

struct LedgerReader::Private {
    Result<PositionIndex *> index(const RequestFilter &filter);

    Database database;
    std::list<PositionIndex> indexes; // used last comes first
    SpendKeys spendKeys;
    Statement byRowid;
};

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
    auto byRowid = reader->d->database.prepare(std::string(rowColumns) + "rowid = ?");
    if (!byRowid)
        return byRowid.error();
    reader->d->byRowid = std::move(*byRowid);
    return reader;
}

Result<PositionIndex *> LedgerReader::Private::index(const RequestFilter &filter)
{
    auto found = std::find_if(indexes.begin(), indexes.end(),
                              [&](const PositionIndex &index) { return index.filter() == filter; });
    if (found == indexes.end()) {
        found = std::find_if(indexes.begin(), indexes.end(),
                             [&](const PositionIndex &index) { return index.canSlideTo(filter); });
        if (found != indexes.end())
            found->slideTo(filter.fromMs);
    }
    if (found != indexes.end())
        indexes.splice(indexes.begin(), indexes, found);
    else
        indexes.emplace_front(filter);
    if (indexes.size() > keptIndexes)
        indexes.pop_back();
    if (const auto fresh = indexes.front().refresh(database); !fresh)
        return fresh.error();
    return &indexes.front();
}

Result<std::vector<RequestRow>> LedgerReader::page(const RequestFilter &filter, int64_t beforeMs, int64_t beforeRowid,
                                                   int limit)
{
    const bool fromNewest = beforeMs == 0 && beforeRowid == 0;
    const FilterSql conditions(filter);
    auto statement =
        d->database.prepare(rowColumns + conditions.where + (fromNewest ? "" : " AND (started_at, rowid) < (?, ?)") +
                            " ORDER BY started_at DESC, rowid DESC LIMIT ?");
    if (!statement)
        return statement.error();
    int next = conditions.bind(*statement);
    if (!fromNewest) {
        statement->bind(next++, beforeMs);
        statement->bind(next++, beforeRowid);
    }
    statement->bind(next, limit);
    return collect(*statement, readRow);
}

Result<std::vector<RequestRow>> LedgerReader::window(const RequestFilter &filter, int64_t offset, int limit)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    const auto &entries = (*index)->entries();
    const auto size = static_cast<int64_t>(entries.size());
    std::vector<RequestRow> rows;
    for (int64_t i = std::max<int64_t>(0, offset); i < size && i - offset < limit; ++i) {
        d->byRowid.bind(1, entries[static_cast<size_t>(size - 1 - i)].rowid);
        const auto there = d->byRowid.step();
        if (!there)
            return there.error();
        if (*there) // retention may have taken it a moment ago
            rows.push_back(readRow(d->byRowid));
        d->byRowid.reset();
    }
    return rows;
}

Result<int64_t> LedgerReader::count(const RequestFilter &filter)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    return static_cast<int64_t>((*index)->entries().size());
}

Result<int64_t> LedgerReader::newestRowid()
{
    return d->database.integer("SELECT max(rowid) FROM request");
}

Result<std::optional<RequestDetail>> LedgerReader::detail(const std::string &id)
{
    auto records = collectById(d->database, "SELECT * FROM request WHERE id = ?", id, readRecord);
    if (!records)
        return records.error();
    if (records->empty())
        return std::optional<RequestDetail>();
    RequestDetail detail{std::move(records->front()), {}};
    auto attempts = collectById(d->database, "SELECT * FROM attempt WHERE request_id = ? ORDER BY n", id, readAttempt);
    if (!attempts)
        return attempts.error();
    auto losses = collectById(d->database, "SELECT * FROM loss WHERE request_id = ? ORDER BY n", id, readLoss);
    if (!losses)
        return losses.error();
    auto plans = collectById(d->database, "SELECT json FROM plan WHERE request_id = ?", id,
                             [](const Statement &s) { return std::string(s.text(0)); });
    if (!plans)
        return plans.error();
    auto bodies = collectById(d->database,
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
    detail.bodyPolicyNote = noteOnBodies(detail.record);
    return std::optional<RequestDetail>(std::move(detail));
}

Result<DashboardData> LedgerReader::dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs, int64_t todayMs)
{
    return queryDashboard(d->database, fromMs, toMs, bucketMs, todayMs);
}

Result<std::map<std::string, LedgerReader::ProviderToday>> LedgerReader::providers(int64_t todayMs, int64_t nowMs)
{
    return queryProviders(d->database, todayMs, nowMs);
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
    return querySpeed(d->database, fromMs, toMs);
}

Result<std::vector<TrafficRow>> LedgerReader::traffic(const TrafficRow::Place &after, int limit)
{
    return trafficAfter(d->database, after, limit);
}

} // namespace signalbox
