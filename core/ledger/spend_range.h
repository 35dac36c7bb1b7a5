// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/spend_rollup.h"

#include <functional>
#include <unordered_map>
#include <vector>

namespace signalbox {

// A part of a range and where it is read from: whole days and hours of UTC from their rollups, what is left at the
// edges from the requests themselves.
struct SpendPiece {
    enum class Source { Request, Hour, Day };
    Source source = Source::Request;
    int64_t fromMs = 0;
    int64_t toMs = 0; // INT64_MAX: no end
    bool operator==(const SpendPiece &) const = default;
};
std::vector<SpendPiece> spendPieces(int64_t fromMs, int64_t toMs);

// The keys of a ledger by their id.
class SpendKeys
{
public:
    Result<void> refresh(Database &database); // those that came since
    const SpendKey *find(int64_t id) const;

private:
    std::unordered_map<int64_t, SpendKey> m_keys;
    int64_t m_newest = 0;
};

struct SpendLine { // one rollup, or one request
    int64_t startMs = 0;
    int64_t keyId = 0; // 0: of a request, whose key is not looked up
    const SpendKey &key;
    SpendSums sums;
};
Result<void> readSpendPiece(Database &database, const SpendKeys &keys, const SpendPiece &piece,
                            const std::function<void(const SpendLine &)> &use);

// Sums of [fromMs, toMs), one call for each key and one for each request at the edges.
Result<void> forEachSpend(Database &database, const SpendKeys &keys, int64_t fromMs, int64_t toMs,
                          const std::function<void(const SpendKey &, const SpendSums &)> &use);

SpendSums readSums(const Statement &statement, int first);
Result<void> forEachRow(Statement &statement, const std::function<void(const Statement &)> &use);

} // namespace signalbox
