// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QAbstractEventDispatcher>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace signalbox {

// The timers of an event dispatcher, sorted by due time; equal times fire in the order in which they were armed.
// Pure but for fire(), which sends QTimerEvents. Times are monotonic nanoseconds that the caller brings.
class TimerQueue
{
public:
    void add(int id, int64_t intervalMs, Qt::TimerType type, QObject *object, int64_t nowNs);
    bool remove(int id);
    bool removeAll(QObject *object);
    QList<QAbstractEventDispatcher::TimerInfo> ofObject(QObject *object) const;
    bool isEmpty() const { return m_byId.empty(); }

    // Of timers that are not being delivered (nested loops would fire those again).
    std::optional<int64_t> nextDueNs() const;
    std::optional<int64_t> dueNs(int id) const;
    int fire(int64_t nowNs); // returns how many

private:
    struct Timer {
        int id = 0;
        int64_t intervalMs = 0;
        Qt::TimerType type = Qt::CoarseTimer;
        QObject *object = nullptr;
        int64_t dueNs = 0;
        uint64_t order = 0;
        bool isFiring = false;
    };
    using Key = std::pair<int64_t, uint64_t>;

    void arm(const std::shared_ptr<Timer> &timer, int64_t fromNs, int64_t nowNs);

    std::unordered_map<int, std::shared_ptr<Timer>> m_byId;
    std::map<Key, std::shared_ptr<Timer>> m_byDue; // armed and not firing
    uint64_t m_order = 0;
};

} // namespace signalbox
