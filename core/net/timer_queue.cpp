// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/timer_queue.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QTimerEvent>

#include <algorithm>
#include <bit>

namespace signalbox {

namespace {

constexpr int64_t nsPerMs = 1'000'000;

// Coarse timers may be 5 % late: on a common grid they fire together.
int64_t gridNs(int64_t intervalMs, Qt::TimerType type)
{
    if (type == Qt::VeryCoarseTimer)
        return 1'000 * nsPerMs;
    const auto slackMs = static_cast<uint64_t>(std::max<int64_t>(intervalMs, 0) / 20);
    return type == Qt::CoarseTimer && slackMs > 1 ? static_cast<int64_t>(std::bit_floor(slackMs)) * nsPerMs : 1;
}

} // namespace

void TimerQueue::add(int id, int64_t intervalMs, Qt::TimerType type, QObject *object, int64_t nowNs)
{
    remove(id);
    auto timer = std::make_shared<Timer>();
    timer->id = id;
    timer->intervalMs = std::max<int64_t>(intervalMs, 0);
    timer->type = type;
    timer->object = object;
    m_byId.emplace(id, timer);
    timer->dueNs = nowNs;
    arm(timer, nowNs, nowNs);
    m_byDue.emplace(Key{timer->dueNs, timer->order}, timer);
}

// Sets when the timer is due next; times that were missed are left out.
void TimerQueue::arm(const std::shared_ptr<Timer> &timer, int64_t fromNs, int64_t nowNs)
{
    const int64_t interval = timer->intervalMs * nsPerMs;
    int64_t due = fromNs + interval;
    if (due < nowNs)
        due = nowNs + interval;
    const int64_t grid = gridNs(timer->intervalMs, timer->type);
    timer->dueNs = interval == 0 ? due : (due + grid - 1) / grid * grid;
    timer->order = ++m_order;
}

bool TimerQueue::remove(int id)
{
    const auto found = m_byId.find(id);
    if (found == m_byId.end())
        return false;
    if (!found->second->isFiring)
        m_byDue.erase({found->second->dueNs, found->second->order});
    m_byId.erase(found);
    return true;
}

bool TimerQueue::removeAll(QObject *object)
{
    std::vector<int> ids;
    for (const auto &[id, timer] : m_byId) {
        if (timer->object == object)
            ids.push_back(id);
    }
    for (const int id : ids)
        remove(id);
    return !ids.empty();
}

QList<QAbstractEventDispatcher::TimerInfo> TimerQueue::ofObject(QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfo> list;
    for (const auto &[id, timer] : m_byId) {
        if (timer->object == object)
            list.append({id, static_cast<int>(timer->intervalMs), timer->type});
    }
    return list;
}

std::optional<int64_t> TimerQueue::nextDueNs() const
{
    if (m_byDue.empty())
        return {};
    return m_byDue.begin()->first.first;
}

std::optional<int64_t> TimerQueue::dueNs(int id) const
{
    const auto found = m_byId.find(id);
    if (found == m_byId.end())
        return {};
    return found->second->dueNs;
}

int TimerQueue::fire(int64_t nowNs)
{
    // Timers armed from here on wait for the next round, or a zero timer would starve the sockets.
    const uint64_t lastOrder = m_order;
    int fired = 0;
    while (!m_byDue.empty()) {
        auto next = m_byDue.begin();
        while (next != m_byDue.end() && next->first.first <= nowNs && next->first.second > lastOrder)
            ++next;
        if (next == m_byDue.end() || next->first.first > nowNs)
            break;
        const std::shared_ptr<Timer> timer = next->second;
        m_byDue.erase(next);
        timer->isFiring = true;
        arm(timer, timer->dueNs, nowNs);
        ++fired;
        QTimerEvent event(timer->id);
        QCoreApplication::sendEvent(timer->object, &event);
        timer->isFiring = false;
        const auto still = m_byId.find(timer->id);
        if (still != m_byId.end() && still->second == timer)
            m_byDue.emplace(Key{timer->dueNs, timer->order}, timer);
    }
    return fired;
}

} // namespace signalbox
