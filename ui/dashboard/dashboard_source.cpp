// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/dashboard_source.h"

#include "ui/data/ledger_feed.h"
#include "ui/data/today_spend.h"

#include <QtCore/QDateTime>

namespace signalbox {

DashboardSource::DashboardSource(LedgerFeed *feed, QObject *parent) : QObject(parent), m_feed(feed)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &DashboardSource::ask);
}

void DashboardSource::setRange(DashboardRange range)
{
    m_range = range;
    if (!m_running)
        return;
    if (m_asking)
        m_again = true;
    else
        ask();
}

void DashboardSource::start()
{
    m_running = true;
    if (!m_asking)
        ask();
}

void DashboardSource::stop()
{
    m_running = false;
    m_timer.stop();
}

void DashboardSource::ask()
{
    if (!m_feed || m_range.bucketMs <= 0)
        return;
    m_timer.stop();
    m_asking = true;
    m_again = false;
    m_took.start();
    const qint64 now = QDateTime::currentMSecsSinceEpoch();
    const qint64 bucket = m_range.bucketMs;
    const qint64 to = (now / bucket + 1) * bucket;
    const qint64 from = to - m_range.spanMs;
    const qint64 midnight = TodaySpend::localMidnightMs(now);
    m_feed->ask<DashboardData>(
        this, [=](LedgerReader &reader) { return reader.dashboard(from, to, bucket, midnight); },
        [this](const Result<DashboardData> &answer) {
            m_asking = false;
            const qint64 took = m_took.elapsed();
            if (m_again && m_running) { // of a range that nobody looks at any more
                ask();
                return;
            }
            if (m_running)
                m_timer.start(int(pauseAfter(took)));
            if (!answer)
                Q_EMIT failed(QString::fromStdString(answer.error().message));
            else if (m_running)
                Q_EMIT answered(*answer);
        });
}

} // namespace signalbox
