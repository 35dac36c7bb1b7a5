// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_series.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr size_t mostSeries = 7;
constexpr double gap = std::numeric_limits<double>::quiet_NaN();

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Dashboard)
};

int64_t errorsOf(const SpendBucket &bucket)
{
    return bucket.errors429 + bucket.errors5xx + bucket.errorsTimeout + bucket.errorsOther;
}

struct Line {
    std::vector<double> values;
    double total = 0;
};

// Sums `value` per key and bucket, the largest total first.
std::vector<std::pair<QString, Line>> gather(const DashboardData &data, const TimeTable &frame,
                                             const std::function<QString(const SpendBucket &)> &key,
                                             const std::function<double(const SpendBucket &)> &value)
{
    std::map<QString, Line> lines;
    for (const SpendBucket &bucket : data.spend) {
        const int at = frame.bucketAt(bucket.startMs);
        if (at < 0)
            continue;
        Line &line = lines[key(bucket)];
        line.values.resize(size_t(frame.buckets));
        line.values[size_t(at)] += value(bucket);
        line.total += value(bucket);
    }
    std::vector<std::pair<QString, Line>> sorted(lines.begin(), lines.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto &a, const auto &b) { return a.second.total > b.second.total; });
    return sorted;
}

// Keeps the largest and adds up the rest.
void fold(std::vector<std::pair<QString, Line>> &lines)
{
    if (lines.size() <= mostSeries + 1)
        return;
    Line rest;
    for (size_t i = mostSeries; i < lines.size(); ++i) {
        rest.values.resize(lines[i].second.values.size());
        rest.total += lines[i].second.total;
        for (size_t k = 0; k < rest.values.size(); ++k)
            rest.values[k] += lines[i].second.values[k];
    }
    lines.resize(mostSeries);
    lines.emplace_back(QString(), std::move(rest));
}

QString targetName(const SpendBucket &bucket)
{
    return QString::fromStdString(bucket.provider + '/' + bucket.model);
}

} // namespace

TimeTable emptyTable(const DashboardData &data)
{
    TimeTable table;
    if (data.bucketMs <= 0)
        return table;
    table.bucketMs = data.bucketMs;
    table.firstMs = data.fromMs / data.bucketMs * data.bucketMs;
    table.buckets = int((data.toMs - table.firstMs + data.bucketMs - 1) / data.bucketMs);
    return table;
}

TimeTable spendTable(const DashboardData &data, SpendBy by, const SeriesColors &providers, SeriesColors &models)
{
    TimeTable table = emptyTable(data);
    const bool byProvider = by == SpendBy::Provider;
    auto lines = gather(
        data, table,
        [byProvider](const SpendBucket &bucket) {
            return QString::fromStdString(byProvider ? bucket.provider : bucket.model);
        },
        [](const SpendBucket &bucket) { return double(bucket.costNanoUsd) / 1e9; });
    std::erase_if(lines, [](const auto &line) { return line.second.total <= 0; });
    fold(lines);
    if (!byProvider) {
        QStringList ids;
        for (const auto &[id, line] : lines)
            ids += id;
        ids.removeAll(QString());
        models.assign(ids);
    }
    for (auto &[id, line] : lines) {
        const SeriesInk ink{id.isEmpty() ? -1 : byProvider ? providers.slot(id) : models.slot(id), {}, false};
        table.series.push_back(
            {id, id.isEmpty() ? Text::tr("other") : id, ink, SeriesStyle::Bar, std::move(line.values)});
    }
    return table;
}

TimeTable spendTable(const SpendReport &report, const DashboardSlice &slice, SeriesColors &groups)
{
    TimeTable table;
    table.bucketMs = slice.bucketMs;
    table.firstMs = slice.fromMs;
    table.buckets = int((slice.toMs - slice.fromMs) / slice.bucketMs);
    QStringList ids;
    for (const SpendGroup &group : report.groups) {
        if (group.total.nanoUsd > 0 && group.name != "(others)")
            ids += QString::fromStdString(group.name);
    }
    groups.assign(ids);
    for (const SpendGroup &group : report.groups) {
        if (group.total.nanoUsd <= 0)
            continue;
        const bool rest = group.name == "(others)";
        const QString id = rest ? QString() : QString::fromStdString(group.name);
        TimeSeries series{id,
                          rest           ? Text::tr("other")
                          : id.isEmpty() ? Text::tr("none")
                                         : id,
                          {rest ? -1 : groups.slot(id), {}, false},
                          SeriesStyle::Bar,
                          std::vector<double>(size_t(table.buckets))};
        for (size_t i = 0; i < group.buckets.size() && i < series.values.size(); ++i)
            series.values[i] = double(group.buckets[i].nanoUsd) / 1e9;
        if (group.buckets.empty() && table.buckets == 1)
            series.values[0] = double(group.total.nanoUsd) / 1e9;
        table.series.push_back(std::move(series));
    }
    return table;
}

TimeTable requestsTable(const DashboardData &data)
{
    TimeTable table = emptyTable(data);
    TimeSeries series{u"requests"_s,
                      Text::tr("requests"),
                      {-1, Token::Accent, false},
                      SeriesStyle::LineFilled,
                      std::vector<double>(size_t(table.buckets))};
    const double perMinute = table.bucketMs > 0 ? 60'000.0 / double(table.bucketMs) : 0;
    for (const SpendBucket &bucket : data.spend) {
        const int at = table.bucketAt(bucket.startMs);
        if (at >= 0)
            series.values[size_t(at)] += double(bucket.requests) * perMinute;
    }
    series.merge = SeriesMerge::Mean;
    table.series.push_back(std::move(series));
    return table;
}

TimeTable errorsTable(const DashboardData &data)
{
    TimeTable table = emptyTable(data);
    const auto add = [&](const QString &id, const QString &name, Token token, int64_t SpendBucket::*member) {
        TimeSeries series{id, name, {-1, token, false}, SeriesStyle::Bar, std::vector<double>(size_t(table.buckets))};
        for (const SpendBucket &bucket : data.spend) {
            const int at = table.bucketAt(bucket.startMs);
            if (at >= 0)
                series.values[size_t(at)] += double(bucket.*member);
        }
        table.series.push_back(std::move(series));
    };
    add(u"429"_s, u"429"_s, Token::Caution, &SpendBucket::errors429);
    add(u"5xx"_s, u"5xx"_s, Token::Stop, &SpendBucket::errors5xx);
    add(u"timeout"_s, Text::tr("timeout"), Token::Other, &SpendBucket::errorsTimeout);
    add(u"rest"_s, Text::tr("client"), Token::Text2, &SpendBucket::errorsOther);
    return table;
}

TimeTable tokensTable(const DashboardData &data)
{
    TimeTable table = emptyTable(data);
    const double perMinute = table.bucketMs > 0 ? 60'000.0 / double(table.bucketMs) : 0;
    const auto add = [&](const QString &id, const QString &name, int slot, auto tokens) {
        TimeSeries series{id, name, {slot, {}, false}, SeriesStyle::Area, std::vector<double>(size_t(table.buckets))};
        series.merge = SeriesMerge::Mean;
        for (const SpendBucket &bucket : data.spend) {
            const int at = table.bucketAt(bucket.startMs);
            if (at >= 0)
                series.values[size_t(at)] += double(tokens(bucket)) * perMinute;
        }
        table.series.push_back(std::move(series));
    };
    // Fixed colours: classes are the same everywhere.
    add(u"input"_s, Text::tr("input"), 4, [](const SpendBucket &b) { return b.inputTokens; });
    add(u"cached"_s, Text::tr("cached"), 0, [](const SpendBucket &b) { return b.cachedInputTokens; });
    add(u"written"_s, Text::tr("cache written"), 7, [](const SpendBucket &b) { return b.cacheWriteTokens; });
    add(u"output"_s, Text::tr("output"), 2,
        [](const SpendBucket &b) { return std::max<int64_t>(0, b.outputTokens - b.reasoningTokens); });
    add(u"reasoning"_s, Text::tr("reasoning"), 1, [](const SpendBucket &b) { return b.reasoningTokens; });
    std::erase_if(table.series, [](const TimeSeries &series) { // classes that nobody uses only take room
        return (series.id == u"written"_s || series.id == u"reasoning"_s) &&
               std::all_of(series.values.begin(), series.values.end(), [](double value) { return value == 0; });
    });
    return table;
}

TimeTable latencyTable(const DashboardData &data, LatencyKind kind)
{
    TimeTable table = emptyTable(data);
    const bool first = kind == LatencyKind::FirstToken;
    const auto add = [&](const QString &name, SeriesStyle style, double LatencyBucket::*member) {
        TimeSeries series{
            name, name, {-1, Token::Accent, false}, style, std::vector<double>(size_t(table.buckets), gap)};
        series.merge = SeriesMerge::Highest; // percentiles do not add up: the worse one is the honest one
        for (const LatencyBucket &bucket : data.latency) {
            const int at = table.bucketAt(bucket.startMs);
            if (at >= 0 && bucket.count > 0 && bucket.*member > 0)
                series.values[size_t(at)] = bucket.*member / 1e3;
        }
        table.series.push_back(std::move(series));
    };
    add(u"p99"_s, SeriesStyle::Dotted, first ? &LatencyBucket::ttftP99 : &LatencyBucket::durationP99);
    add(u"p95"_s, SeriesStyle::Dashed, first ? &LatencyBucket::ttftP95 : &LatencyBucket::durationP95);
    add(u"p50"_s, SeriesStyle::Line, first ? &LatencyBucket::ttftP50 : &LatencyBucket::durationP50);
    return table;
}

TimeTable shareTable(const DashboardData &data, const SeriesColors &providers)
{
    TimeTable table = emptyTable(data);
    std::map<QString, QString> providerOf;
    for (const SpendBucket &bucket : data.spend)
        providerOf[targetName(bucket)] = QString::fromStdString(bucket.provider);
    auto lines = gather(data, table, targetName, [](const SpendBucket &bucket) { return double(bucket.requests); });
    fold(lines);
    std::vector<double> sums(size_t(table.buckets));
    for (const auto &[id, line] : lines) {
        for (size_t i = 0; i < line.values.size(); ++i)
            sums[i] += line.values[i];
    }
    std::map<QString, int> seen;
    for (auto &[id, line] : lines) {
        for (size_t i = 0; i < line.values.size(); ++i)
            line.values[i] = sums[i] > 0 ? 100 * line.values[i] / sums[i] : gap;
        const QString provider = id.isEmpty() ? QString() : providerOf[id];
        const SeriesInk ink{provider.isEmpty() ? -1 : providers.slot(provider), {}, seen[provider]++ % 2 == 1};
        const QString name = id.isEmpty() ? Text::tr("other") : id.section(u'/', 1);
        table.series.push_back({id, name, ink, SeriesStyle::Area, std::move(line.values), {}, SeriesMerge::Mean});
    }
    return table;
}

DashboardTotals totals(const DashboardData &data)
{
    DashboardTotals sum;
    for (const SpendBucket &bucket : data.spend) {
        sum.requests += bucket.requests;
        sum.errors += errorsOf(bucket);
        sum.outputTokens += bucket.outputTokens;
    }
    return sum;
}

std::vector<double> outputTokensPerBucket(const DashboardData &data)
{
    const TimeTable frame = emptyTable(data);
    std::vector<double> values(size_t(frame.buckets));
    for (const SpendBucket &bucket : data.spend) {
        const int at = frame.bucketAt(bucket.startMs);
        if (at >= 0)
            values[size_t(at)] += double(bucket.outputTokens);
    }
    return values;
}

namespace {

// As many decimals as tell two neighbours apart.
int places(double step)
{
    int decimals = 0;
    for (; decimals < 3 && std::abs(step - std::round(step)) > 1e-6 * step; ++decimals)
        step *= 10;
    return decimals;
}

} // namespace

QString secondsAxisText(double seconds, double step)
{
    return asLeftToRight(formatNumber(seconds, places(step)) + u"\u00a0s"_s);
}

QString countAxisText(double count, double step)
{
    constexpr double thousand = 1e3;
    constexpr double million = 1e6;
    if (step >= million)
        return asLeftToRight(formatNumber(count / million, places(step / million)) + u"\u00a0M"_s);
    if (step >= thousand)
        return asLeftToRight(formatNumber(count / thousand, places(step / thousand)) + u"\u00a0k"_s);
    return formatNumber(count, places(step));
}

QString moneyAxisText(double usd, double step)
{
    constexpr double cent = 0.01;
    if (step < cent * 0.999)
        return asLeftToRight(formatNumber(usd / cent, places(step / cent)) + u"\u00a0¢"_s);
    if (step >= 1000)
        return asDollars(formatNumber(usd / 1000, places(step / 1000)) + u"\u00a0k"_s);
    // Never one place: $0.1 is not how money is written.
    return asDollars(formatNumber(usd, places(step) == 0 ? 0 : std::max(2, places(step))));
}

std::vector<double> sumOf(const TimeTable &table)
{
    std::vector<double> sum(size_t(table.buckets));
    for (const TimeSeries &series : table.series) {
        for (size_t i = 0; i < series.values.size() && i < sum.size(); ++i)
            sum[i] += std::isfinite(series.values[i]) ? series.values[i] : 0;
    }
    return sum;
}

} // namespace signalbox
