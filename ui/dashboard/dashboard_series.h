// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "core/routing/weight_history.h"
#include "ui/dashboard/dashboard_source.h"
#include "ui/dashboard/time_series.h"
#include "ui/widgets/series_colors.h"

namespace signalbox {

// DashboardData → what the charts show. Pure.

// What is common to all charts of one answer.
TimeTable emptyTable(const DashboardData &data);

// By provider or model.
TimeTable spendTable(const DashboardData &data, SpendBy by, const SeriesColors &providers, SeriesColors &models);
// By whatever the report is grouped by; its buckets are of one length.
TimeTable spendTable(const SpendReport &report, const DashboardSlice &slice, SeriesColors &groups);
TimeTable requestsTable(const DashboardData &data);
TimeTable errorsTable(const DashboardData &data);
TimeTable tokensTable(const DashboardData &data); // per minute, by class
enum class LatencyKind { FirstToken, Duration };
TimeTable latencyTable(const DashboardData &data, LatencyKind kind);            // seconds
TimeTable shareTable(const DashboardData &data, const SeriesColors &providers); // of requests; per cent

// The weighted nodes that a reading tells of, by their JSON pointer, in the order of the config.
std::vector<std::string> weightedNodes(const WeightHistory::Reading &reading);
QString weightedNodeName(const std::string &pointer, const Config &config); // "default", "default, node 2"
// Configured and effective shares of the children of one node; per cent. A bucket is never shorter than a look.
TimeTable weightsTable(const WeightHistory::Reading &reading, const std::string &node, const TimeTable &frame,
                       const SeriesColors &providers);

// What the list of requests is to show for a bucket of a chart, in its filter language.
enum class ChartKind { Spend, Weights, Latency, Requests, Errors, Tokens };
struct Picked {
    ChartKind chart = ChartKind::Requests;
    TimeSpan span;
    QString series; // its id; empty: none in particular
    double value = 0;
};
QString filterFor(const Picked &picked, SpendBy spendBy, LatencyKind latency);
QString filterTime(const TimeSpan &span); // since:… until:…, local times
QString filterValue(const QString &text); // quoted where it must be
QString bucketUnit(qint64 bucketMs);      // "per 10 min"
QString spanText(const TimeSpan &span);   // "Fri 7 Aug, 12:40 – 12:50"

struct DashboardTotals {
    int64_t requests = 0;
    int64_t errors = 0;
    int64_t outputTokens = 0;
};
DashboardTotals totals(const DashboardData &data);
std::vector<double> outputTokensPerBucket(const DashboardData &data);
// A label of the spend axis: all of one axis have the same unit and places, and fit into its fixed room.
QString moneyAxisText(double usd, double step);
QString secondsAxisText(double seconds, double step);
QString countAxisText(double count, double step); // 900 k
// One line: the sum of all series.
std::vector<double> sumOf(const TimeTable &table);

} // namespace signalbox
