// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/dashboard_page.h"

#include <array>

namespace signalbox {

// The spans of time that the dashboard offers, and how long one bucket is in each.
namespace dashboard {

inline constexpr qint64 minute = 60'000;
inline constexpr qint64 hour = 60 * minute;
inline constexpr std::array ranges{DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "5 min"),
                                                        {5 * minute, 5'000},
                                                        QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 5 s")},
                                   DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "1 h"),
                                                        {hour, 2 * minute},
                                                        QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 2 min")},
                                   DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "6 h"),
                                                        {6 * hour, 10 * minute},
                                                        QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 10 min")},
                                   DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "24 h"),
                                                        {24 * hour, 30 * minute},
                                                        QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 30 min")},
                                   DashboardPage::Range{QT_TRANSLATE_NOOP("signalbox::DashboardPage", "7 d"),
                                                        {7 * 24 * hour, 3 * hour},
                                                        QT_TRANSLATE_NOOP("signalbox::DashboardPage", "per 3 h")}};

} // namespace dashboard

} // namespace signalbox
