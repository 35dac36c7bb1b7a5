// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/theme.h"

#include <QtCore/QString>

#include <optional>
#include <vector>

namespace signalbox {

// Values for charts, free of widgets.

struct TimeSpan {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    bool operator==(const TimeSpan &) const = default;
};

struct SeriesInk { // whose colour, not which: the theme may change
    int slot = -1;
    std::optional<Token> token; // instead of a slot: signals and neutral lines
    bool lighter = false;       // the second target of one provider

    QColor color() const;
    QBrush brush() const;
    bool operator==(const SeriesInk &) const = default;
};

enum class SeriesStyle { Bar, Area, Line, LineFilled, Dashed, Dotted, Configured };
enum class SeriesMerge { Sum, Mean, Highest }; // how neighbouring buckets become one

struct TimeSeries {
    QString id;
    QString name;
    SeriesInk ink;
    SeriesStyle style = SeriesStyle::Line;
    std::vector<double> values;   // one per bucket; NaN is a gap
    std::vector<double> before{}; // of the period before, bucket by bucket; empty: not compared
    SeriesMerge merge = SeriesMerge::Sum;
    QString of{}; // id of the series that this one goes with: hidden with it, not in the legend

    bool isStacked() const { return style == SeriesStyle::Bar || style == SeriesStyle::Area; }
};

struct TimeTable {
    qint64 firstMs = 0; // start of the first bucket
    qint64 bucketMs = 0;
    int buckets = 0;
    std::vector<TimeSeries> series; // stacked ones from the bottom up

    qint64 endMs() const { return firstMs + bucketMs * buckets; }
    qint64 startOf(int bucket) const { return firstMs + bucketMs * bucket; }
    qint64 middleOf(int bucket) const { return startOf(bucket) + bucketMs / 2; }
    int bucketAt(qint64 atMs) const; // -1 outside
    bool hasValues() const;
};

// The buckets that touch [fromMs, toMs), neighbours merged until there are `most` at most.
TimeTable shownPart(const TimeTable &table, qint64 fromMs, qint64 toMs, int most);
// What the period before says, into the series of the same id; one that is only there is added.
void addBefore(TimeTable &now, const TimeTable &before);
// The numbers for other programs: UTC times, a point for decimals, one column a series.
QByteArray timeTableCsv(const TimeTable &table);

// Axis steps of 1, 2, 2.5 or 5 times a power of ten, so that `maximum` takes 3 to 5 of them.
double niceStep(double maximum);
// Local clock times for labels about `wanted` apart at most, each a round time of day.
std::vector<qint64> timeTicks(qint64 fromMs, qint64 toMs, int most);
QString timeTickText(qint64 atMs, qint64 stepMs); // the day's name where midnight passes

} // namespace signalbox
