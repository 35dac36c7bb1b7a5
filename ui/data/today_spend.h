// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QTimer>

namespace signalbox {

class LedgerFeed;

// Today's spend for the header of every page. Asks the ledger every 5 s at most, and only while started. GUI thread.
class TodaySpend final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TodaySpend)

public:
    explicit TodaySpend(LedgerFeed &feed, QObject *parent = nullptr);

    void start();
    void stop();

    static qint64 localMidnightMs(qint64 atMs);

Q_SIGNALS:
    void changed(qint64 nanoUsd, qint64 unpriced);

private:
    void ask();

    LedgerFeed &m_feed;
    QTimer m_timer;
    bool m_asking = false;
};

} // namespace signalbox
