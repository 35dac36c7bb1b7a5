// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/ledger/audit.h"
#include "core/ledger/history.h"
#include "core/ledger/records.h"
#include "core/ledger/row_filter.h"
#include "core/ledger/spend_query.h"
#include "core/ledger/traffic_query.h"

#include <QtCore/QString>

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace signalbox {

// One row of a list: few columns, no bodies, no attempts.
struct RequestRow {
    int64_t rowid = 0;
    std::string id;
    int64_t startedAtMs = 0;
    std::string project, client, user, dialect, route, requestedModel, provider, model, credential, session;
    int status = 0;
    std::string error;
    bool stream = false;
    int attempts = 0;
    std::string cache;
    std::optional<double> ttftMs;
    double durationMs = 0;
    TokenUsage usage;
    Cost cost;
    int lossCount = 0;

    bool operator==(const RequestRow &) const = default;
};

struct RequestFilter {
    std::string text; // matches id, model, provider, client, error (substring, any case)
    enum class Outcome { Any, Clear, Limited, Failed, Cancelled } outcome = Outcome::Any; // <400, 429, other ≥400, 499
    int64_t fromMs = 0;
    int64_t toMs = 0; // 0: no end
    std::string provider;
    std::vector<FilterTerm> terms{}; // all must hold

    bool operator==(const RequestFilter &) const = default;
};

struct RequestDetail {
    RequestRecord record; // bodies included, as far as kept
    std::string bodyPolicyNote;
    PriceNote price; // that its cost was made with; without json where it is not known
};

// One bucket of one target (provider + model).
struct SpendBucket {
    int64_t startMs = 0;
    std::string provider;
    std::string model;
    int64_t requests = 0;
    int64_t errors429 = 0;
    int64_t errors5xx = 0;
    int64_t errorsTimeout = 0;
    int64_t errorsOther = 0; // client mistakes and the rest; cancelled (499) are not errors
    int64_t costNanoUsd = 0;
    int64_t unpriced = 0;
    int64_t inputTokens = 0, cachedInputTokens = 0, cacheWriteTokens = 0;
    int64_t outputTokens = 0, reasoningTokens = 0; // the latter a part of the former
};

struct LatencyBucket {
    int64_t startMs = 0;
    int64_t count = 0;
    double ttftP50 = 0, ttftP95 = 0, ttftP99 = 0; // milliseconds; 0 when count is 0
    double durationP50 = 0, durationP95 = 0, durationP99 = 0;
};

struct TargetSummary {
    std::string provider, model;
    int64_t requests = 0;
    int64_t errors = 0;
    int64_t costNanoUsd = 0;
    double durationP95 = 0;
    std::vector<uint8_t> strip; // 60 cells over the range: 0 none, 1 clear, 2 caution (429/slow), 3 stop (failures)
    int64_t unpriced = 0;       // of the requests
};

struct DashboardData {
    int64_t fromMs = 0, toMs = 0, bucketMs = 0;
    std::vector<SpendBucket> spend;
    std::vector<LatencyBucket> latency; // all targets together, one per bucket, gaps have count 0
    LatencyBucket overall;              // the whole range
    std::vector<TargetSummary> targets;
    int64_t spendTodayNanoUsd = 0;
    int64_t unpricedToday = 0;
    int64_t requestsToday = 0;
};

// What a search has found so far, newest first.
struct FoundRequests {
    std::vector<RequestRow> rows; // the window that was asked for
    int64_t count = 0;
    bool complete = false;    // the whole range was searched
    bool paused = false;      // it goes on when somebody asks for rows near the end
    int64_t reachedMs = 0;    // everything newer was searched
    int64_t addedInFront = 0; // by the writer, since the search began
    uint64_t search = 0;      // another number: another search, whose places are new
};

// Another order than by time: by a figure of the rows, the largest or the smallest first.
struct RequestOrder {
    enum class Key { Status, Attempts, FirstToken, Duration, Input, Cached, Written, Output, Reasoning, Cost, Losses };
    Key key = Key::Duration;
    bool descending = true;

    bool operator==(const RequestOrder &) const = default;
};
struct RankedRequests {
    std::vector<RequestRow> rows; // the window that was asked for
    int64_t count = 0;            // ranked: the first few thousand of those that match
    int64_t matching = 0;         // so far
    bool complete = false;        // the whole range was looked at
    int64_t reachedMs = 0;        // everything newer was
    uint64_t version = 0;         // another number: places have changed
};

struct FacetValue {
    std::string value;
    int64_t count = 0;
    bool operator==(const FacetValue &) const = default;
};
struct Facet {
    std::string field;              // of the filter language
    std::vector<FacetValue> values; // the commonest first
    bool exact = false;             // of the whole range, whatever is still being counted
    bool operator==(const Facet &) const = default;
};
struct FacetReport {
    std::vector<Facet> facets;
    bool complete = false;
    int64_t reachedMs = 0; // counted back to
    int64_t rows = 0;      // counted
};

// Reads the ledger over a read-only connection of its own. One object per thread, used by the thread that made it;
// never the gateway thread or the GUI thread: calls may take long on a large file.
class LedgerReader
{
public:
    static Result<std::unique_ptr<LedgerReader>> open(const QString &databasePath);
    ~LedgerReader();

    // Newest first. Keyset paging: rows with (started_at, rowid) before the given one; 0, 0 = from the newest.
    Result<std::vector<RequestRow>> page(const RequestFilter &filter, int64_t beforeMs, int64_t beforeRowid, int limit);
    // Window by position for a scrolled table, newest first; fast also far down (uses an ordinal index, not OFFSET
    // scans over the row data).
    Result<std::vector<RequestRow>> window(const RequestFilter &filter, int64_t offset, int limit);
    Result<int64_t> count(const RequestFilter &filter);
    // The window of what was found so far, after searching further for so many milliseconds, or until there is one
    // window more. Asked again and again it finds everything, and other questions come in between; who stops asking
    // has cancelled. Far less than a second even on a file of any size.
    Result<FoundRequests> search(const RequestFilter &filter, int64_t offset, int limit, int budgetMs);
    static constexpr int mostRanked = 10'000;
    // The window of the first `mostRanked` in that order, among what was looked at so far; as search(): again, until it
    // is complete. Rows without the figure come last, equals the newest first.
    Result<RankedRequests> ranked(const RequestFilter &filter, const RequestOrder &order, int64_t offset, int limit,
                                  int budgetMs);
    Result<int64_t> rows();                                                 // in the ledger
    Result<FacetReport> facets(const RequestFilter &filter, int budgetMs);  // as search(): again, until it is complete
    Result<std::map<std::string, std::vector<std::string>>> filterValues(); // by field: what stands in the ledger
    Result<int64_t> newestRowid();
    Result<std::optional<RequestDetail>> detail(const std::string &id);

    // `todayMs`: local midnight. Buckets are aligned to bucketMs. Percentiles are exact where there are few requests,
    // else within 2 %.
    Result<DashboardData> dashboard(int64_t fromMs, int64_t toMs, int64_t bucketMs, int64_t todayMs);

    struct ProviderToday {
        int64_t requests = 0, errors = 0, costNanoUsd = 0, unpriced = 0, models = 0;
        double durationP95 = 0;
        int lastStatus = 0;
        std::vector<double> spark; // requests per bucket, 48 buckets over the last 24 h
    };
    Result<std::map<std::string, ProviderToday>> providers(int64_t todayMs, int64_t nowMs);

    // Every price that rows used, oldest first for each reference.
    Result<std::vector<PriceNote>> prices();

    // The configs that were applied, the newest first, without their text; and the text of one.
    struct ConfigVersion {
        int64_t id = 0, appliedAtMs = 0;
        std::string why;
    };
    Result<std::vector<ConfigVersion>> configVersions(int limit);
    Result<std::string> configText(int64_t id); // error config_version_unknown
    // The one before, in the order of the list; empty: it is the first.
    Result<std::string> configTextBefore(int64_t id);
    Result<int64_t> countHistory(const HistoryChoice &choice);

    // Who changed what, newest first.
    Result<std::vector<AuditEntry>> audit(const AuditFilter &filter);

    // Questions about spend; see spend_query.h.
    Result<SpendReport> spend(const SpendRequest &request);
    Result<std::vector<CostDriver>> costDrivers(int64_t fromMs, int64_t toMs, SpendDimension by, size_t top);
    Result<CacheSavings> cacheSavings(int64_t fromMs, int64_t toMs, const SpendFilter &filter, const PriceOf &price);
    Result<std::vector<SpeedRow>> speed(int64_t fromMs, int64_t toMs);

    // What was asked for, oldest first; after the place of the last row of the piece before ({} at first).
    Result<std::vector<TrafficRow>> traffic(const TrafficRow::Place &after, int limit);

private:
    LedgerReader();
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
