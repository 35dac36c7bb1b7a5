// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "ui/dashboard/time_series.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <optional>

namespace signalbox {

class LedgerFeed;

struct DashboardRange {
    qint64 spanMs = 0;
    qint64 bucketMs = 0;
};

enum class SpendBy { Provider, Model, Project, Client };

struct DashboardQuestion {
    DashboardRange range;           // up to now
    std::optional<TimeSpan> custom; // instead
    bool compare = false;           // with the time of the same length before
    SpendBy spendBy = SpendBy::Provider;
};

// A question at a moment: whole buckets, the period before a whole number of buckets earlier.
struct DashboardSlice {
    qint64 fromMs = 0;
    qint64 toMs = 0;
    qint64 bucketMs = 0;
    qint64 beforeMs = 0; // where the period before begins
    bool operator==(const DashboardSlice &) const = default;
};
DashboardSlice sliceOf(const DashboardQuestion &question, qint64 nowMs);
qint64 bucketFor(qint64 spanMs); // so that there are 60 to 150 of them, and none under a second

struct DashboardAnswer {
    DashboardSlice slice;
    SpendBy spendBy = SpendBy::Provider;
    DashboardData now;
    std::optional<DashboardData> before;
    std::optional<SpendReport> spend, spendBefore; // for projects and clients
};

// Keeps asking the ledger for the range that is shown, while it runs: as often as the shortest bucket makes sense of (1
// to 10 s), and never before four times the duration of the last answer has passed. The period before is asked again
// only when it moved. GUI thread.
class DashboardSource final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DashboardSource)

public:
    explicit DashboardSource(LedgerFeed *feed, QObject *parent = nullptr);

    void setQuestion(const DashboardQuestion &question); // asks at once when running
    void start();
    void stop();
    bool isRunning() const { return m_running; }

    static qint64 pauseAfter(qint64 tookMs, qint64 bucketMs)
    {
        return qMax(qBound(qint64(1000), bucketMs / 60, qint64(10'000)), 4 * tookMs);
    }

Q_SIGNALS:
    void answered(const signalbox::DashboardAnswer &answer);
    void failed(const QString &message);

private:
    void ask();
    void take(Result<DashboardAnswer> answer);

    struct Before { // what was told of it
        DashboardSlice slice;
        SpendBy spendBy = SpendBy::Provider;
        DashboardData data;
        std::optional<SpendReport> spend;
    };

    LedgerFeed *m_feed;
    QTimer m_timer;
    QElapsedTimer m_took;
    DashboardQuestion m_question;
    std::optional<Before> m_before;
    bool m_running = false;
    bool m_asking = false;
    bool m_again = false; // the question changed while an answer was on its way
};

} // namespace signalbox
