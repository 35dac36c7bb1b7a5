// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/ledger_reader.h"

#include "core/ledger/body_search.h"
#include "core/ledger/dashboard_query.h"
#include "core/ledger/facet_counter.h"
#include "core/ledger/ledger_writer.h"
#include "core/ledger/packed_text.h"
#include "core/ledger/position_index.h"
#include "core/ledger/ranked_search.h"
#include "core/ledger/row_reader.h"
#include "core/ledger/row_sql.h"
#include "core/ledger/row_writer.h"
#include "core/ledger/slot_walk.h"
#include "core/ledger/sqlite.h"

#include <algorithm>
#include <list>

namespace signalbox {

namespace {

constexpr size_t keptIndexes = 4;           // the filters used last
constexpr int64_t longestSlideMs = 600'000; // counting anew is quicker than counting down what leaves
constexpr size_t keptEntries = 2'000'000;   // of all but the last

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

template<class Value, class Read>
auto collectOf(Database &database, std::string_view sql, const Value &value, Read read)
    -> Result<std::vector<decltype(read(std::declval<Statement &>()))>>
{
    auto statement = database.prepare(sql);
    if (!statement)
        return statement.error();
    statement->bind(1, value);
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
    template<class Entries>
    Result<std::vector<RequestRow>> rowsAt(const Entries &entries, int64_t offset, int limit);

    Database database;
    std::list<PositionIndex> indexes;   // used last comes first
    std::optional<FacetCounter> facets; // of the filter asked last
    std::optional<RankedSearch> ranked; // of the order asked last
    int64_t rowCount = -1;
    int64_t rowsNewest = 0, rowsOldestMs = 0; // when rowCount was made
    SpendKeys spendKeys;
    TargetKeys targetKeys;
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
    if (const auto added = addBodySearch(reader->d->database); !added)
        return added.error();
    auto byRowid = reader->d->database.prepare(rowListSql() + "x.row = ?");
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
    size_t others = 0;
    for (auto index = std::next(indexes.begin()); index != indexes.end(); ++index)
        others += index->entries().size();
    while (indexes.size() > keptIndexes || (indexes.size() > 1 && others > keptEntries)) {
        others -= indexes.back().entries().size();
        indexes.pop_back();
    }
    if (const auto fresh = indexes.front().refresh(database); !fresh)
        return fresh.error();
    return &indexes.front();
}

Result<std::vector<RequestRow>> LedgerReader::page(const RequestFilter &filter, int64_t beforeMs, int64_t beforeRowid,
                                                   int limit)
{
    const FilterSql conditions(filter);
    const bool fromNewest = beforeMs == 0 && beforeRowid == 0;
    auto statement = d->database.prepare(rowListSql() + "x.started_at >= ? AND x.started_at < ? AND " +
                                         conditions.where + (fromNewest ? "" : " AND (x.started_at, x.row) < (?, ?)") +
                                         " ORDER BY x.started_at DESC, x.row DESC LIMIT ?");
    if (!statement)
        return statement.error();
    std::vector<RequestRow> rows;
    Result<void> outcome;
    const auto readStretch = [&](int64_t fromMs, int64_t toMs) {
        if (fromMs >= toMs)
            return true;
        statement->bind(1, fromMs);
        statement->bind(2, toMs);
        int next = conditions.bind(*statement, 3);
        if (!fromNewest) {
            statement->bind(next++, beforeMs);
            statement->bind(next++, beforeRowid);
        }
        statement->bind(next, limit - static_cast<int64_t>(rows.size()));
        auto found = collect(*statement, readRow);
        statement->reset();
        if (!found)
            outcome = found.error();
        else
            rows.insert(rows.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
        return outcome && static_cast<int64_t>(rows.size()) < limit;
    };
    const int64_t endMs = fromNewest ? INT64_MAX : beforeMs + 1;
    if (const auto walked = walkBack(d->database, filter, endMs, readStretch); !walked)
        return walked.error();
    if (!outcome)
        return outcome.error();
    return rows;
}

template<class Entries>
Result<std::vector<RequestRow>> LedgerReader::Private::rowsAt(const Entries &entries, int64_t offset, int limit)
{
    const auto size = static_cast<int64_t>(entries.size());
    std::vector<RequestRow> rows;
    for (int64_t i = std::max<int64_t>(0, offset); i < size && i - offset < limit; ++i) {
        byRowid.bind(1, entries[static_cast<size_t>(i)].rowid);
        const auto there = byRowid.step();
        if (!there)
            return there.error();
        if (*there) // retention may have taken it a moment ago
            rows.push_back(readRow(byRowid));
        byRowid.reset();
    }
    return rows;
}

Result<std::vector<RequestRow>> LedgerReader::window(const RequestFilter &filter, int64_t offset, int limit)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    if (const auto searched = (*index)->search(d->database, -1); !searched)
        return searched.error();
    return d->rowsAt((*index)->entries(), offset, limit);
}

Result<int64_t> LedgerReader::count(const RequestFilter &filter)
{
    const auto index = d->index(filter);
    if (!index)
        return index.error();
    if (const auto searched = (*index)->search(d->database, -1); !searched)
        return searched.error();
    return static_cast<int64_t>((*index)->entries().size());
}

Result<FoundRequests> LedgerReader::search(const RequestFilter &filter, int64_t offset, int limit, int budgetMs)
{
    const auto found = d->index(filter);
    if (!found)
        return found.error();
    PositionIndex &index = **found;
    index.noteLookedAt(offset + limit);
    const size_t had = index.entries().size();
    // The first page is shown as soon as it is full.
    const size_t enough = had < static_cast<size_t>(limit) ? static_cast<size_t>(limit) : SIZE_MAX;
    if (const auto searched = index.search(d->database, budgetMs, enough); !searched)
        return searched.error();
    auto rows = d->rowsAt(index.entries(), offset, limit);
    if (!rows)
        return rows.error();
    FoundRequests answer;
    answer.rows = std::move(*rows);
    answer.count = static_cast<int64_t>(index.entries().size());
    answer.complete = index.isComplete();
    answer.paused = index.isPaused();
    answer.reachedMs = index.reachedMs();
    answer.addedInFront = index.addedInFront();
    answer.search = index.number();
    return answer;
}

Result<RankedRequests> LedgerReader::ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset,
                                            int limit, int budgetMs)
{
    auto &search = d->ranked;
    const bool same = search && search->order() == order;
    if (same && search->filter() != filter && search->canSlideTo(filter))
        search->slideTo(filter.fromMs);
    else if (!same || search->filter() != filter)
        search.emplace(filter, order, static_cast<size_t>(mostRanked));
    if (const auto fresh = search->refresh(d->database); !fresh)
        return fresh.error();
    if (budgetMs > 0) {
        if (const auto searched = search->search(d->database, budgetMs); !searched)
            return searched.error();
    }
    auto rows = d->rowsAt(search->entries(), offset, limit);
    if (!rows)
        return rows.error();
    RankedRequests answer;
    answer.rows = std::move(*rows);
    answer.count = static_cast<int64_t>(search->entries().size());
    answer.matching = search->matching();
    answer.complete = search->isComplete();
    answer.reachedMs = search->reachedMs();
    answer.version = search->version();
    return answer;
}

// Counting walks a whole index, so that is done once; then only what came is added, and retention starts it over.
Result<int64_t> LedgerReader::rows()
{
    const auto newest = newestRowid();
    const auto oldest = d->database.integer("SELECT min(started_at) FROM exchange_row");
    if (!newest || !oldest)
        return !newest ? newest.error() : oldest.error();
    if (d->rowCount >= 0 && *oldest == d->rowsOldestMs && *newest >= d->rowsNewest) {
        const auto added =
            d->database.integer("SELECT count(*) FROM exchange_row WHERE row > " + std::to_string(d->rowsNewest));
        if (!added)
            return added;
        d->rowCount += *added;
    } else {
        const auto all = d->database.integer("SELECT count(*) FROM exchange_row");
        if (!all)
            return all;
        d->rowCount = *all;
        d->rowsOldestMs = *oldest;
    }
    d->rowsNewest = *newest;
    return d->rowCount;
}

Result<FacetReport> LedgerReader::facets(const RequestFilter &filter, int budgetMs)
{
    auto &counter = d->facets;
    const bool slides = counter && counter->filter() != filter && counter->canSlideTo(filter) &&
                        filter.fromMs - counter->filter().fromMs < longestSlideMs;
    if (slides) {
        if (const auto slid = counter->slideTo(d->database, filter.fromMs); !slid)
            return slid.error();
    } else if (!counter || counter->filter() != filter) {
        counter.emplace(filter);
    }
    if (const auto counted = counter->advance(d->database, budgetMs); !counted)
        return counted.error();
    return counter->report(d->database, d->spendKeys);
}

Result<std::map<std::string, std::vector<std::string>>> LedgerReader::filterValues()
{
    std::map<std::string, std::vector<std::string>> values;
    for (const char *part : {"project", "client", "user", "provider", "model", "credential", "route", "tag"}) {
        auto statement = d->database.prepare(std::string("SELECT DISTINCT ") + part + " FROM spend_key WHERE " + part +
                                             " <> '' AND " + part + " <> '(others)' ORDER BY 1 LIMIT 500");
        if (!statement)
            return statement.error();
        auto found = collect(*statement, [](const Statement &row) { return row.text(0); });
        if (!found)
            return found.error();
        values[part] = std::move(*found);
    }
    return values;
}

Result<int64_t> LedgerReader::newestRowid()
{
    return d->database.integer("SELECT max(row) FROM exchange_row");
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
