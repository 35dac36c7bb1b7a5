// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/today_spend.h"

#include "ui/data/ledger_feed.h"

#include <QtCore/QDateTime>

using namespace std::chrono_literals;

namespace signalbox {

TodaySpend::TodaySpend(LedgerFeed &feed, QObject *parent) : QObject(parent), m_feed(feed)
{
    m_timer.setInterval(5s);
    connect(&m_timer, &QTimer::timeout, this, &TodaySpend::ask);
}

void TodaySpend::start()
{
    if (m_timer.isActive())
        return;
    m_timer.start();
    ask();
}

void TodaySpend::stop()
{
    m_timer.stop();
}

qint64 TodaySpend::localMidnightMs(qint64 atMs)
{
    return QDateTime::fromMSecsSinceEpoch(atMs).date().startOfDay().toMSecsSinceEpoch();
}

void TodaySpend::ask()
{
    if (m_asking)
        return;
    m_asking = true;
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const qint64 midnight = localMidnightMs(now);
    m_feed.ask<DashboardData>(
        this, [now, midnight](LedgerReader &reader) { return reader.dashboard(now - 60'000, now, 60'000, midnight); },
        [this](const Result<DashboardData> &answer) {
            m_asking = false;
            if (answer)
                Q_EMIT changed(answer->spendTodayNanoUsd, answer->unpricedToday);
        });
}

} // namespace signalbox
