// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/quiet_hours.h"

#include "core/config/time_window.h"
#include "core/ledger/budgets/calendar.h"

#include <QtCore/QDateTime>

#include <algorithm>

namespace signalbox {

bool isQuiet(const QuietHours &quiet, int64_t wallMs)
{
    const auto window = parseTimeWindow(quiet.time);
    if (!window)
        return false;
    const QDateTime local = QDateTime::fromMSecsSinceEpoch(wallMs, zoneNamed(quiet.timeZone));
    if (!window->holds(local.time().hour() * 60 + local.time().minute()))
        return false;
    constexpr std::array<const char *, 7> names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    const char *today = names[static_cast<size_t>(local.date().dayOfWeek() - 1)];
    return quiet.days.empty() || std::find(quiet.days.begin(), quiet.days.end(), today) != quiet.days.end();
}

} // namespace signalbox
