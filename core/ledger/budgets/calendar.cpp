// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/budgets/calendar.h"

#include <QtCore/QDateTime>

namespace signalbox {

namespace {

constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;

int64_t floorTo(int64_t value, int64_t step)
{
    const int64_t rest = value % step;
    return value - rest - (rest < 0 ? step : 0);
}

QDate dateAt(int64_t wallMs, const QTimeZone &zone)
{
    return QDateTime::fromMSecsSinceEpoch(wallMs, zone).date();
}

// The moment from which on the date is no longer before `date`. Found from offsets only, since local times may be
// missing or be there twice.
int64_t startOf(QDate date, const QTimeZone &zone)
{
    constexpr int64_t widest = 27 * hourMs; // offsets lie within 14 h of UTC; some clocks moved by a day
    const int64_t midnight = QDateTime(date, QTime(0, 0), Qt::UTC).toMSecsSinceEpoch();
    int64_t before = midnight - widest;
    int64_t after = midnight + widest;
    while (after - before > 1) {
        const int64_t middle = before + (after - before) / 2;
        (dateAt(middle, zone) < date ? before : after) = middle;
    }
    return after;
}

} // namespace

PeriodSpan periodAt(BudgetPeriod period, int64_t wallMs, const QTimeZone &zone)
{
    if (period == BudgetPeriod::Total)
        return {};
    if (period == BudgetPeriod::Minute || period == BudgetPeriod::Hour) {
        const int64_t step = period == BudgetPeriod::Minute ? minuteMs : hourMs;
        const int64_t start = floorTo(wallMs, step);
        return {start, start + step};
    }
    const QDate date = dateAt(wallMs, zone);
    QDate first = date;
    QDate next = date.addDays(1);
    if (period == BudgetPeriod::Week) {
        first = date.addDays(1 - date.dayOfWeek());
        next = first.addDays(7);
    } else if (period == BudgetPeriod::Month) {
        first = QDate(date.year(), date.month(), 1);
        next = first.addMonths(1);
    }
    return {startOf(first, zone), startOf(next, zone)};
}

QTimeZone zoneNamed(const std::string &name)
{
    const QTimeZone zone(QByteArray::fromStdString(name));
    if (!name.empty() && zone.isValid())
        return zone;
    const QTimeZone system = QTimeZone::systemTimeZone();
    return system.isValid() ? system : QTimeZone::utc();
}

} // namespace signalbox
