// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "ui/dashboard/time_series.h"
#include "ui/widgets/series_colors.h"

namespace signalbox {

// DashboardData → what the charts show. Pure.

enum class SpendBy { Provider, Model };

// What is common to all charts of one answer.
TimeTable emptyTable(const DashboardData &data);

TimeTable spendTable(const DashboardData &data, SpendBy by, const SeriesColors &providers, SeriesColors &models);
TimeTable requestsTable(const DashboardData &data);
TimeTable errorsTable(const DashboardData &data);
TimeTable firstTokenTable(const DashboardData &data);                           // seconds
TimeTable shareTable(const DashboardData &data, const SeriesColors &providers); // per cent

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
// One line: the sum of all series.
std::vector<double> sumOf(const TimeTable &table);

} // namespace signalbox
