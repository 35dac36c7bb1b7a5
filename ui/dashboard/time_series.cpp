// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/time_series.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr qint64 second = 1000;
constexpr qint64 minute = 60 * second;
constexpr qint64 hour = 60 * minute;
constexpr qint64 day = 24 * hour;
} // namespace

QColor SeriesInk::color() const
{
    const QColor plain = token ? theme().color(*token) : theme().series(slot);
    return lighter ? plain.lighter(130) : plain;
}

QBrush SeriesInk::brush() const
{
    int pattern = slot;
    if (token) // the classes of errors, and neutral lines
        pattern = *token == Token::Caution ? 1
                  : *token == Token::Other ? 3
                  : *token == Token::Idle  ? 4
                  : *token == Token::Text2 ? 2
                                           : 0;
    return theme().patternBrush(color(), pattern);
}

int TimeTable::bucketAt(qint64 atMs) const
{
    if (bucketMs <= 0 || atMs < firstMs || atMs >= endMs())
        return -1;
    return int((atMs - firstMs) / bucketMs);
}

bool TimeTable::hasValues() const
{
    for (const TimeSeries &one : series) {
        for (const double value : one.values) {
            if (std::isfinite(value) && value != 0)
                return true;
        }
        for (const double value : one.before) {
            if (std::isfinite(value) && value != 0)
                return true;
        }
    }
    return false;
}

namespace {

double merged(const std::vector<double> &values, size_t first, size_t last, SeriesMerge how)
{
    double sum = 0;
    double highest = 0;
    int known = 0;
    for (size_t i = first; i < last && i < values.size(); ++i) {
        if (!std::isfinite(values[i]))
            continue;
        highest = known == 0 ? values[i] : std::max(highest, values[i]);
        sum += values[i];
        ++known;
    }
    if (known == 0)
        return std::nan("");
    return how == SeriesMerge::Sum ? sum : how == SeriesMerge::Mean ? sum / known : highest;
}

std::vector<double> part(const std::vector<double> &values, size_t first, size_t last, size_t together, SeriesMerge how)
{
    std::vector<double> out;
    if (values.empty())
        return out;
    for (size_t i = first; i < last; i += together)
        out.push_back(merged(values, i, std::min(i + together, last), how));
    return out;
}

} // namespace

TimeTable shownPart(const TimeTable &table, qint64 fromMs, qint64 toMs, int most)
{
    const bool whole = fromMs <= table.firstMs && toMs >= table.endMs();
    if (table.bucketMs <= 0 || (whole && table.buckets <= most))
        return table;
    const qint64 first = qBound(qint64(0), (fromMs - table.firstMs) / table.bucketMs, qint64(table.buckets));
    const qint64 last =
        qBound(first, (toMs - table.firstMs + table.bucketMs - 1) / table.bucketMs, qint64(table.buckets));
    const qint64 together = std::max<qint64>(1, (last - first + most - 1) / std::max(1, most));
    TimeTable shown;
    shown.firstMs = table.startOf(int(first));
    shown.bucketMs = table.bucketMs * together;
    shown.buckets = int((last - first + together - 1) / together);
    shown.series.reserve(table.series.size());
    for (const TimeSeries &series : table.series) {
        TimeSeries copy{series.id, series.name, series.ink, series.style, {}, {}, series.merge, series.of};
        copy.values = part(series.values, size_t(first), size_t(last), size_t(together), series.merge);
        copy.before = part(series.before, size_t(first), size_t(last), size_t(together), series.merge);
        shown.series.push_back(std::move(copy));
    }
    return shown;
}

void addBefore(TimeTable &now, const TimeTable &before)
{
    for (TimeSeries &series : now.series)
        series.before.assign(size_t(now.buckets), std::nan(""));
    for (const TimeSeries &old : before.series) {
        auto to = std::find_if(now.series.begin(), now.series.end(),
                               [&](const TimeSeries &series) { return series.id == old.id; });
        if (to == now.series.end()) {
            TimeSeries added = old;
            added.values.assign(size_t(now.buckets), std::nan(""));
            to = now.series.insert(now.series.end(), std::move(added));
        }
        to->before = old.values;
        to->before.resize(size_t(now.buckets), std::nan(""));
    }
}

namespace {

void appendCell(QByteArray &out, const QString &text)
{
    QString quoted = text;
    // A spreadsheet would take these for a formula; names come from clients.
    if (!quoted.isEmpty() && QStringLiteral("=+-@\t\r").contains(quoted.front()))
        quoted.prepend(u'\'');
    out += '"' + quoted.replace(u'"', u"\"\""_s).toUtf8() + '"';
}

void appendNumber(QByteArray &out, const std::vector<double> &values, int bucket)
{
    out += ',';
    if (size_t(bucket) < values.size() && std::isfinite(values[size_t(bucket)]))
        out += QByteArray::number(values[size_t(bucket)], 'g', 12);
}

} // namespace

QByteArray timeTableCsv(const TimeTable &table)
{
    QByteArray out("from_utc,to_utc");
    for (const TimeSeries &series : table.series) {
        out += ',';
        appendCell(out, series.name);
        if (!series.before.empty()) {
            out += ',';
            appendCell(out, series.name + u" (before)"_s);
        }
    }
    out += "\r\n";
    for (int i = 0; i < table.buckets; ++i) {
        out += QDateTime::fromMSecsSinceEpoch(table.startOf(i), Qt::UTC).toString(Qt::ISODate).toLatin1() + ',';
        out += QDateTime::fromMSecsSinceEpoch(table.startOf(i + 1), Qt::UTC).toString(Qt::ISODate).toLatin1();
        for (const TimeSeries &series : table.series) {
            appendNumber(out, series.values, i);
            if (!series.before.empty())
                appendNumber(out, series.before, i);
        }
        out += "\r\n";
    }
    return out;
}

double niceStep(double maximum)
{
    if (!(maximum > 0))
        return 1;
    const double power = std::pow(10.0, std::floor(std::log10(maximum / 4)));
    for (const double factor : {1.0, 2.0, 2.5, 5.0, 10.0}) {
        if (maximum / (factor * power) <= 4.0 + 1e-9)
            return factor * power;
    }
    return 10 * power;
}

std::vector<qint64> timeTicks(qint64 fromMs, qint64 toMs, int most)
{
    static constexpr std::array steps{5 * second, 10 * second, 15 * second, 30 * second, minute,
                                      2 * minute, 5 * minute,  10 * minute, 15 * minute, 30 * minute,
                                      hour,       2 * hour,    3 * hour,    6 * hour,    12 * hour,
                                      day,        2 * day,     7 * day,     14 * day,    30 * day};
    qint64 step = steps.back();
    for (const qint64 candidate : steps) {
        if ((toMs - fromMs) / candidate < qMax(1, most)) {
            step = candidate;
            break;
        }
    }
    // Round in local time: midnight is a tick also where the zone is off by half an hour.
    const qint64 offset = QDateTime::fromMSecsSinceEpoch(fromMs).offsetFromUtc() * second;
    std::vector<qint64> ticks;
    for (qint64 at = (fromMs + offset + step - 1) / step * step - offset; at <= toMs; at += step)
        ticks.push_back(at);
    return ticks;
}

QString timeTickText(qint64 atMs, qint64 stepMs)
{
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(atMs);
    if (stepMs >= 2 * day) // a day of the week alone would come again
        return numberLocale().toString(at.date(), u"d MMM"_s);
    if (at.time().msecsSinceStartOfDay() == 0)
        return numberLocale().toString(at.date(), u"ddd"_s);
    return formatClock(atMs, stepMs < minute);
}

} // namespace signalbox
