// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/spend_rollup.h"

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

// A part of a range and where it is read from: whole days, shifts of six hours, hours and quarters of an hour of UTC
// from their rollups (days of any time zone begin on a quarter), what is left at the edges from the requests
// themselves.
struct SpendPiece {
    enum class Source { Request, Quarter, Hour, Shift, Day, Month }; // Month: thirty days, of sessions only
    Source source = Source::Request;
    int64_t fromMs = 0;
    int64_t toMs = 0; // INT64_MAX: no end
    bool operator==(const SpendPiece &) const = default;
};
std::vector<SpendPiece> spendPieces(int64_t fromMs, int64_t toMs);
// Of buckets that begin at `starts`; neighbours from the same source are together.
std::vector<SpendPiece> spendPiecesOf(const std::vector<int64_t> &starts, int64_t toMs);
std::vector<SpendPiece> sessionPieces(int64_t fromMs, int64_t toMs); // months, days and hours

// The keys of a ledger by their id.
class SpendKeys
{
public:
    Result<void> refresh(Database &database); // those that came since
    const SpendKey *find(int64_t id) const;

private:
    std::vector<std::unique_ptr<const SpendKey>> m_keys; // by id
    int64_t m_newest = 0;
};

struct SpendLine { // one rollup, or one request
    int64_t startMs = 0;
    int64_t keyId = 0;
    const SpendKey &key;
    SpendSums sums;
};
enum class SpendTables { All, Named }; // Named: of requests that named a session; the key is any of their project
Result<void> readSpendPiece(Database &database, const SpendKeys &keys, const SpendPiece &piece, SpendTables tables,
                            const std::function<void(const SpendLine &)> &use);

// Sums of [fromMs, toMs), one call for each key.
Result<void> forEachSpend(Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
                          const std::function<void(const SpendKey &, const SpendSums &)> &use);

SpendSums readSums(const Statement &statement, int first);
Result<void> forEachRow(Statement &statement, const std::function<void(const Statement &)> &use);

} // namespace signalbox
