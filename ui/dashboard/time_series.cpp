// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/time_series.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QDateTime>

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
    QBrush brush = token ? QBrush(theme().color(*token)) : theme().seriesBrush(slot);
    brush.setColor(color());
    return brush;
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
    }
    return false;
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
    static constexpr std::array steps{5 * second, 10 * second, 15 * second, 30 * second, minute,  2 * minute,
                                      5 * minute, 10 * minute, 15 * minute, 30 * minute, hour,    2 * hour,
                                      3 * hour,   6 * hour,    12 * hour,   day,         2 * day, 7 * day};
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
    if (at.time().msecsSinceStartOfDay() == 0)
        return numberLocale().toString(at.date(), u"ddd"_s);
    return formatClock(atMs, stepMs < minute);
}

} // namespace signalbox
