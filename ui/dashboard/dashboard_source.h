// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace signalbox {

class LedgerFeed;

struct DashboardRange {
    qint64 spanMs = 0;
    qint64 bucketMs = 0;
};

// Keeps asking the ledger for the range that is shown, while it runs: at most once a second, and never before four
// times the duration of the last answer has passed. GUI thread.
class DashboardSource final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DashboardSource)

public:
    explicit DashboardSource(LedgerFeed *feed, QObject *parent = nullptr);

    void setRange(DashboardRange range); // asks at once when running
    void start();
    void stop();
    bool isRunning() const { return m_running; }

    static qint64 pauseAfter(qint64 tookMs) { return qMax<qint64>(1000, 4 * tookMs); }

Q_SIGNALS:
    void answered(const signalbox::DashboardData &data);
    void failed(const QString &message);

private:
    void ask();

    LedgerFeed *m_feed;
    QTimer m_timer;
    QElapsedTimer m_took;
    DashboardRange m_range;
    bool m_running = false;
    bool m_asking = false;
    bool m_again = false; // the range changed while an answer was on its way
};

} // namespace signalbox
