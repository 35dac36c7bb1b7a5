// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/net/timer_queue.h"

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QSocketNotifier>

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

namespace signalbox {

// Event dispatcher on epoll for one thread, which owns it; wakeUp() and interrupt() may come from any thread.
// Changes of notifiers reach the kernel only before it waits, so that switching one off and on costs nothing.
class EpollEventDispatcher final : public QAbstractEventDispatcher
{
    Q_DISABLE_COPY_MOVE(EpollEventDispatcher)

public:
    explicit EpollEventDispatcher(QObject *parent = nullptr);
    ~EpollEventDispatcher() override;

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    void registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object) override;
    bool unregisterTimer(int timerId) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int timerId) override;

    void wakeUp() override;
    void interrupt() override;

    quint64 controlCallCount() const { return m_controlCalls; } // epoll_ctl, for tests

private:
    struct Descriptor {
        std::array<QSocketNotifier *, 3> notifiers{}; // by QSocketNotifier::Type
        uint32_t registered = 0;                      // what epoll watches
        uint32_t ready = 0;                           // types not delivered yet
        bool isDirty = false;
        bool isSuspect = false;    // had no notifier for a moment: may have been closed, and its number used again
        bool isUnpollable = false; // a regular file: always ready
    };

    Descriptor *find(int fd);
    uint32_t wanted(const Descriptor &descriptor) const;
    void markDirty(int fd);
    void applyChanges();
    bool control(int operation, int fd, uint32_t events);
    int waitTimeoutMs(bool mayWait, bool timers) const;
    int beginWait(int timeoutMs);
    int waitAndDeliver(int timeoutMs);
    int waitForWakeUp(int timeoutMs);
    int deliver(int fd);
    void drainWakeUp();

    int m_epoll = -1;
    int m_wakeFd = -1;
    std::vector<Descriptor> m_descriptors; // by number
    std::vector<int> m_dirty;
    std::vector<int> m_unpollable;
    TimerQueue m_timers;
    std::atomic<bool> m_woken{false};
    std::atomic<bool> m_waiting{false};
    std::atomic<bool> m_interrupted{false};
    quint64 m_controlCalls = 0;
};

} // namespace signalbox
