// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_range.h"

#include "core/ledger/session_rollup.h"

#include <algorithm>
#include <span>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t quarterMs = hourMs / 4;
constexpr int64_t shiftMs = 6 * hourMs;
constexpr int64_t dayMs = 24 * hourMs;

int64_t roundUp(int64_t ms, int64_t step)
{
    return ms > INT64_MAX - step ? INT64_MAX : (ms + step - 1) / step * step;
}

int64_t roundDown(int64_t ms, int64_t step)
{
    return ms == INT64_MAX ? ms : ms / step * step;
}

struct Level {
    const char *name;
    int64_t slotMs;
};

Level levelOf(SpendPiece::Source source)
{
    switch (source) {
    case SpendPiece::Source::Request:
    case SpendPiece::Source::Quarter:
    case SpendPiece::Source::Month:
        break;
    case SpendPiece::Source::Hour:
        return {"hour", hourMs};
    case SpendPiece::Source::Shift:
        return {"shift", shiftMs};
    case SpendPiece::Source::Day:
        return {"day", dayMs};
    }
    return {"quarter", quarterMs};
}

Result<void> readRollups(Database &database, const SpendKeys &keys, const SpendPiece &piece, SpendTables tables,
                         const std::function<void(const SpendLine &)> &use)
{
    const Level level = levelOf(piece.source);
    const char *prefix = tables == SpendTables::All ? "rollup_" : "rollup_named_";
    auto statement =
        database.prepare(std::string("SELECT at, data FROM ") + prefix + level.name + " WHERE at >= ? AND at < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(slots::placeOf(piece.fromMs / level.slotMs),
                       piece.toMs == INT64_MAX ? INT64_MAX : slots::placeOf(piece.toMs / level.slotMs));
    return forEachRow(*statement, [&](const Statement &row) {
        const int64_t place = row.integer(0);
        const int64_t startMs = slots::slotOf(place) * level.slotMs;
        slots::forEach<SpendSums>(place, row.view(1), [&](int64_t id, const SpendSums &sums) {
            if (const SpendKey *key = keys.find(id))
                use({startMs, id, *key, sums});
        });
    });
}

Result<void> readRequests(Database &database, const SpendKeys &keys, const SpendPiece &piece, SpendTables tables,
                          const std::function<void(const SpendLine &)> &use)
{
    auto statement = database.prepare(
        "SELECT x.key, x.started_at, x.status, " + nameTextSql("x.error") +
        ", x.cost_nanousd, x.input_tokens, x.cached_input_tokens, x.cache_write_tokens, x.output_tokens, "
        "x.reasoning_tokens FROM exchange_row x WHERE x.started_at >= ? AND x.started_at < ?" +
        (tables == SpendTables::Named ? " AND x.session IS NOT NULL ORDER BY x.started_at" : ""));
    if (!statement)
        return statement.error();
    statement->bindAll(piece.fromMs, piece.toMs);
    return forEachRow(*statement, [&](const Statement &row) {
        const int64_t id = row.integer(0);
        const SpendKey *key = keys.find(id);
        if (!key)
            return;
        const RequestOutcome outcome = outcomeOf(static_cast<int>(row.integer(2)), row.view(3));
        SpendSums sums;
        sums.requests = 1;
        sums.errors = outcome != RequestOutcome::Clear && outcome != RequestOutcome::Cancelled;
        sums.unpriced = row.isNull(4);
        sums.nanoUsd = row.integer(4);
        sums.input = row.integer(5);
        sums.cachedInput = row.integer(6);
        sums.cacheWrite = row.integer(7);
        sums.output = row.integer(8);
        sums.reasoning = row.integer(9);
        use({row.integer(1), id, *key, sums});
    });
}

using Source = SpendPiece::Source;
struct Step {
    Source source;
    int64_t ms;
};
constexpr Step spendSteps[] = {
    {Source::Day, dayMs}, {Source::Shift, shiftMs}, {Source::Hour, hourMs}, {Source::Quarter, quarterMs}};
constexpr Step sessionSteps[] = {
    {Source::Month, SessionSums::daysPerMonth *dayMs}, {Source::Day, dayMs}, {Source::Hour, hourMs}};

// Steps from the coarsest: whole slots in the middle, the next finer step on both sides of them.
void addPieces(int64_t fromMs, int64_t toMs, std::span<const Step> steps, std::vector<SpendPiece> &pieces)
{
    if (fromMs >= toMs)
        return;
    if (steps.empty()) {
        pieces.push_back({Source::Request, fromMs, toMs});
        return;
    }
    const auto [source, step] = steps.front();
    const int64_t first = roundUp(fromMs, step);
    const int64_t last = roundDown(toMs, step);
    if (first >= last)
        return addPieces(fromMs, toMs, steps.subspan(1), pieces);
    addPieces(fromMs, first, steps.subspan(1), pieces);
    pieces.push_back({source, first, last});
    addPieces(last, toMs, steps.subspan(1), pieces);
}

std::vector<SpendPiece> piecesBy(std::span<const Step> steps, int64_t fromMs, int64_t toMs)
{
    std::vector<SpendPiece> pieces;
    addPieces(std::max<int64_t>(fromMs, 0), toMs, steps, pieces);
    return pieces;
}

} // namespace

std::vector<SpendPiece> spendPieces(int64_t fromMs, int64_t toMs)
{
    return piecesBy(spendSteps, fromMs, toMs);
}

std::vector<SpendPiece> spendPiecesOf(const std::vector<int64_t> &starts, int64_t toMs)
{
    std::vector<SpendPiece> all;
    for (size_t i = 0; i < starts.size(); ++i) {
        for (const SpendPiece &piece : spendPieces(starts[i], i + 1 < starts.size() ? starts[i + 1] : toMs)) {
            if (!all.empty() && all.back().source == piece.source && all.back().toMs == piece.fromMs)
                all.back().toMs = piece.toMs;
            else
                all.push_back(piece);
        }
    }
    return all;
}

std::vector<SpendPiece> sessionPieces(int64_t fromMs, int64_t toMs)
{
    return piecesBy(sessionSteps, fromMs, toMs);
}

Result<void> SpendKeys::refresh(Database &database)
{
    const auto newest = database.integer("SELECT max(id) FROM spend_key");
    if (!newest)
        return newest.error();
    if (*newest < m_newest) { // the file was made anew
        m_keys.clear();
        m_newest = 0;
    }
    if (*newest == m_newest)
        return {};
    auto statement = database.prepare("SELECT id, project, client, user, provider, model, credential, route, tag FROM "
                                      "spend_key WHERE id > ?");
    if (!statement)
        return statement.error();
    statement->bind(1, m_newest);
    return forEachRow(*statement, [this](const Statement &row) {
        const auto id = static_cast<size_t>(row.integer(0));
        auto key = std::make_unique<SpendKey>();
        for (int i = 0; i < static_cast<int>(SpendKey::parts); ++i)
            key->values[static_cast<size_t>(i)] = row.text(i + 1);
        if (id >= m_keys.size())
            m_keys.resize(id + 1);
        m_keys[id] = std::move(key);
        m_newest = std::max(m_newest, row.integer(0));
    });
}

const SpendKey *SpendKeys::find(int64_t id) const
{
    const auto at = static_cast<size_t>(id);
    return at < m_keys.size() ? m_keys[at].get() : nullptr;
}

Result<void> readSpendPiece(Database &database, const SpendKeys &keys, const SpendPiece &piece, SpendTables tables,
                            const std::function<void(const SpendLine &)> &use)
{
    return piece.source == SpendPiece::Source::Request ? readRequests(database, keys, piece, tables, use)
                                                       : readRollups(database, keys, piece, tables, use);
}

Result<void> forEachSpend(Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
                          const std::function<void(const SpendKey &, const SpendSums &)> &use)
{
    std::vector<SpendSums> byId;
    for (const SpendPiece &piece : spendPieces(fromMs, toMs)) {
        const auto done = readSpendPiece(database, keys, piece, SpendTables::All, [&](const SpendLine &line) {
            const auto id = static_cast<size_t>(line.keyId);
            if (id >= byId.size())
                byId.resize(id + 1);
            byId[id].add(line.sums);
        });
        if (!done)
            return done;
    }
    for (size_t id = 0; id < byId.size(); ++id) {
        const SpendKey *key = keys.find(static_cast<int64_t>(id));
        if (key && byId[id].requests > 0)
            use(*key, byId[id]);
    }
    return {};
}

SpendSums readSums(const Statement &statement, int first)
{
    SpendSums sums;
    sums.requests = statement.integer(first);
    sums.errors = statement.integer(first + 1);
    sums.unpriced = statement.integer(first + 2);
    sums.nanoUsd = statement.integer(first + 3);
    sums.input = statement.integer(first + 4);
    sums.cachedInput = statement.integer(first + 5);
    sums.cacheWrite = statement.integer(first + 6);
    sums.output = statement.integer(first + 7);
    sums.reasoning = statement.integer(first + 8);
    return sums;
}

Result<void> forEachRow(Statement &statement, const std::function<void(const Statement &)> &use)
{
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return row.error();
        if (!*row)
            return {};
        use(statement);
    }
}

} // namespace signalbox
