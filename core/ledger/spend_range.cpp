// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/spend_range.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t dayMs = 24 * hourMs;

int64_t roundUp(int64_t ms, int64_t step)
{
    return ms > INT64_MAX - step ? INT64_MAX : (ms + step - 1) / step * step;
}

int64_t roundDown(int64_t ms, int64_t step)
{
    return ms == INT64_MAX ? ms : ms / step * step;
}

Result<void> readRollups(Database &database, const SpendKeys &keys, const SpendPiece &piece,
                         const std::function<void(const SpendLine &)> &use)
{
    const bool hours = piece.source == SpendPiece::Source::Hour;
    const int64_t step = hours ? hourMs : dayMs;
    const std::string name = hours ? "hour" : "day";
    auto statement = database.prepare("SELECT " + name + ", key, " + SpendSums::columns + " FROM rollup_" + name +
                                      " WHERE " + name + " >= ? AND " + name + " < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(piece.fromMs / step, piece.toMs == INT64_MAX ? INT64_MAX : piece.toMs / step);
    return forEachRow(*statement, [&](const Statement &row) {
        const int64_t id = row.integer(1);
        if (const SpendKey *key = keys.find(id))
            use({row.integer(0) * step, id, *key, readSums(row, 2)});
    });
}

Result<void> readRequests(Database &database, const SpendPiece &piece,
                          const std::function<void(const SpendLine &)> &use)
{
    auto statement = database.prepare(
        "SELECT project, client, user, provider, model, credential, route, tag, status, error, cost_nanousd, "
        "input_tokens, cached_input_tokens, cache_write_tokens, output_tokens, reasoning_tokens, started_at FROM "
        "request WHERE started_at >= ? AND started_at < ?");
    if (!statement)
        return statement.error();
    statement->bindAll(piece.fromMs, piece.toMs);
    return forEachRow(*statement, [&use](const Statement &row) {
        SpendKey key;
        for (int i = 0; i < static_cast<int>(SpendKey::parts); ++i)
            key.values[static_cast<size_t>(i)] = row.text(i);
        const RequestOutcome outcome = outcomeOf(static_cast<int>(row.integer(8)), row.text(9));
        SpendSums sums;
        sums.requests = 1;
        sums.errors = outcome != RequestOutcome::Clear && outcome != RequestOutcome::Cancelled;
        sums.unpriced = row.isNull(10);
        sums.nanoUsd = row.integer(10);
        sums.input = row.integer(11);
        sums.cachedInput = row.integer(12);
        sums.cacheWrite = row.integer(13);
        sums.output = row.integer(14);
        sums.reasoning = row.integer(15);
        use({row.integer(16), 0, key, sums});
    });
}

} // namespace

std::vector<SpendPiece> spendPieces(int64_t fromMs, int64_t toMs)
{
    using Source = SpendPiece::Source;
    std::vector<SpendPiece> pieces;
    const auto add = [&pieces](Source source, int64_t from, int64_t to) {
        if (from < to)
            pieces.push_back({source, from, to});
    };
    fromMs = std::max<int64_t>(fromMs, 0);
    const int64_t firstHour = std::min(roundUp(fromMs, hourMs), toMs);
    const int64_t lastHour = std::max(firstHour, roundDown(toMs, hourMs));
    const int64_t firstDay = roundUp(firstHour, dayMs);
    const int64_t lastDay = roundDown(lastHour, dayMs);
    add(Source::Request, fromMs, firstHour);
    if (firstDay < lastDay) {
        add(Source::Hour, firstHour, firstDay);
        add(Source::Day, firstDay, lastDay);
        add(Source::Hour, lastDay, lastHour);
    } else {
        add(Source::Hour, firstHour, lastHour);
    }
    add(Source::Request, lastHour, toMs);
    return pieces;
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
        SpendKey &key = m_keys[row.integer(0)];
        for (int i = 0; i < static_cast<int>(SpendKey::parts); ++i)
            key.values[static_cast<size_t>(i)] = row.text(i + 1);
        m_newest = std::max(m_newest, row.integer(0));
    });
}

const SpendKey *SpendKeys::find(int64_t id) const
{
    const auto found = m_keys.find(id);
    return found == m_keys.end() ? nullptr : &found->second;
}

Result<void> readSpendPiece(Database &database, const SpendKeys &keys, const SpendPiece &piece,
                            const std::function<void(const SpendLine &)> &use)
{
    return piece.source == SpendPiece::Source::Request ? readRequests(database, piece, use)
                                                       : readRollups(database, keys, piece, use);
}

Result<void> forEachSpend(Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
                          const std::function<void(const SpendKey &, const SpendSums &)> &use)
{
    std::vector<SpendSums> byId;
    for (const SpendPiece &piece : spendPieces(fromMs, toMs)) {
        const auto done = readSpendPiece(database, keys, piece, [&](const SpendLine &line) {
            const auto id = static_cast<size_t>(line.keyId);
            if (id == 0)
                return use(line.key, line.sums);
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
