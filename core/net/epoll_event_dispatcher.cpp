// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/epoll_event_dispatcher.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QEvent>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace signalbox {

namespace {

constexpr int eventsPerWait = 256;
constexpr std::array<uint32_t, 3> watchedFor = {EPOLLIN, EPOLLOUT, EPOLLPRI}; // by QSocketNotifier::Type

uint32_t bit(int type)
{
    return 1U << type;
}

// Which notifiers an event is for. Errors and hang-ups come unasked; whoever listens must see them or epoll would
// report them for ever.
uint32_t readyTypes(uint32_t events)
{
    constexpr uint32_t broken = EPOLLERR | EPOLLHUP;
    uint32_t types = 0;
    if (events & (EPOLLIN | broken))
        types |= bit(QSocketNotifier::Read);
    if (events & (EPOLLOUT | broken))
        types |= bit(QSocketNotifier::Write);
    if (events & (EPOLLPRI | broken))
        types |= bit(QSocketNotifier::Exception);
    return types;
}

int64_t nowNs()
{
    using namespace std::chrono;
    return duration_cast<nanoseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

EpollEventDispatcher::EpollEventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent),
      m_epoll(::epoll_create1(EPOLL_CLOEXEC)),
      m_wakeFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_epoll < 0 || m_wakeFd < 0 || !control(EPOLL_CTL_ADD, m_wakeFd, EPOLLIN))
        qFatal("no descriptors left for an event loop");
}

EpollEventDispatcher::~EpollEventDispatcher()
{
    ::close(m_wakeFd);
    ::close(m_epoll);
}

bool EpollEventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    m_interrupted.store(false);
    // Before the posted events are sent: one that comes while they are makes the wait below short.
    int handled = m_woken.exchange(false) ? 1 : 0;
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();

    const bool timers = !flags.testFlag(QEventLoop::X11ExcludeTimers);
    const bool sockets = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    // One round that has handled something ends, as Qt's own dispatchers do; only a loop that runs on may sleep at
    // once.
    const bool mayWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_interrupted.load() && !m_woken.load() &&
                         (handled == 0 || flags.testFlag(QEventLoop::EventLoopExec));
    if (mayWait)
        Q_EMIT aboutToBlock();
    if (m_interrupted.load())
        return handled > 0;
    if (sockets) {
        applyChanges();
        handled += waitAndDeliver(waitTimeoutMs(mayWait && m_unpollable.empty(), timers));
    } else {
        handled += waitForWakeUp(waitTimeoutMs(mayWait, timers));
    }
    if (timers && !m_timers.isEmpty())
        handled += m_timers.fire(nowNs());
    return handled > 0;
}

int EpollEventDispatcher::waitTimeoutMs(bool mayWait, bool timers) const
{
    if (!mayWait)
        return 0;
    const std::optional<int64_t> due = timers ? m_timers.nextDueNs() : std::nullopt;
    if (!due)
        return -1;
    constexpr int64_t nsPerMs = 1'000'000;
    const int64_t left = (*due - nowNs() + nsPerMs - 1) / nsPerMs; // rounded up: never early
    return static_cast<int>(std::clamp<int64_t>(left, 0, INT_MAX));
}

// wakeUp() writes only to a loop that waits or is about to; a loop about to wait looks whether it was woken. One of
// the two sees the other.
int EpollEventDispatcher::beginWait(int timeoutMs)
{
    if (timeoutMs == 0)
        return 0;
    m_waiting.store(true);
    return m_woken.load() ? 0 : timeoutMs;
}

int EpollEventDispatcher::waitAndDeliver(int timeoutMs)
{
    std::array<epoll_event, eventsPerWait> events;
    const int count = ::epoll_wait(m_epoll, events.data(), eventsPerWait, beginWait(timeoutMs));
    m_waiting.store(false);
    for (int i = 0; i < count; ++i) {
        if (events[static_cast<size_t>(i)].data.fd == m_wakeFd)
            drainWakeUp();
        else if (Descriptor *descriptor = find(events[static_cast<size_t>(i)].data.fd))
            descriptor->ready = readyTypes(events[static_cast<size_t>(i)].events);
    }
    int handled = 0;
    for (int i = 0; i < count; ++i) {
        if (events[static_cast<size_t>(i)].data.fd != m_wakeFd)
            handled += deliver(events[static_cast<size_t>(i)].data.fd);
    }
    const std::vector<int> files = m_unpollable;
    for (const int fd : files) {
        if (Descriptor *descriptor = find(fd)) {
            descriptor->ready = bit(QSocketNotifier::Read) | bit(QSocketNotifier::Write);
            handled += deliver(fd);
        }
    }
    return handled;
}

int EpollEventDispatcher::waitForWakeUp(int timeoutMs)
{
    pollfd wake{m_wakeFd, POLLIN, 0};
    const int count = ::poll(&wake, 1, beginWait(timeoutMs));
    m_waiting.store(false);
    if (count > 0)
        drainWakeUp();
    return 0;
}

void EpollEventDispatcher::drainWakeUp()
{
    uint64_t value = 0;
    [[maybe_unused]] const auto size = ::read(m_wakeFd, &value, sizeof(value));
}

// Any callback may remove, add or delete notifiers, also those of this descriptor, and may run a loop of its own that
// delivers what is still ready: so everything is looked up again each time.
int EpollEventDispatcher::deliver(int fd)
{
    int handled = 0;
    for (const int type : {QSocketNotifier::Read, QSocketNotifier::Write, QSocketNotifier::Exception}) {
        Descriptor *descriptor = find(fd);
        if (!descriptor || !(descriptor->ready & bit(type)))
            continue;
        descriptor->ready &= ~bit(type);
        QSocketNotifier *notifier = descriptor->notifiers[static_cast<size_t>(type)];
        if (!notifier)
            continue;
        ++handled;
        QEvent event(QEvent::SockAct);
        QCoreApplication::sendEvent(notifier, &event);
    }
    return handled;
}

EpollEventDispatcher::Descriptor *EpollEventDispatcher::find(int fd)
{
    return fd >= 0 && static_cast<size_t>(fd) < m_descriptors.size() ? &m_descriptors[static_cast<size_t>(fd)]
                                                                     : nullptr;
}

uint32_t EpollEventDispatcher::wanted(const Descriptor &descriptor) const
{
    uint32_t events = 0;
    for (size_t type = 0; type < watchedFor.size(); ++type)
        events |= descriptor.notifiers[type] ? watchedFor[type] : 0;
    return events;
}

void EpollEventDispatcher::markDirty(int fd)
{
    Descriptor &descriptor = m_descriptors[static_cast<size_t>(fd)];
    if (!std::exchange(descriptor.isDirty, true))
        m_dirty.push_back(fd);
}

void EpollEventDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    if (fd < 0)
        return;
    if (static_cast<size_t>(fd) >= m_descriptors.size())
        m_descriptors.resize(static_cast<size_t>(fd) + 1);
    m_descriptors[static_cast<size_t>(fd)].notifiers[static_cast<size_t>(notifier->type())] = notifier;
    markDirty(fd);
}

void EpollEventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    const int fd = static_cast<int>(notifier->socket());
    Descriptor *descriptor = find(fd);
    const auto type = static_cast<size_t>(notifier->type());
    if (!descriptor || descriptor->notifiers[type] != notifier)
        return;
    descriptor->notifiers[type] = nullptr;
    descriptor->ready &= ~bit(static_cast<int>(type));
    if (wanted(*descriptor) == 0)
        descriptor->isSuspect = true;
    markDirty(fd);
}

bool EpollEventDispatcher::control(int operation, int fd, uint32_t events)
{
    epoll_event event{};
    event.events = events;
    event.data.fd = fd;
    ++m_controlCalls;
    return ::epoll_ctl(m_epoll, operation, fd, &event) == 0;
}

void EpollEventDispatcher::applyChanges()
{
    for (const int fd : m_dirty) {
        Descriptor &descriptor = m_descriptors[static_cast<size_t>(fd)];
        descriptor.isDirty = false;
        const bool suspect = std::exchange(descriptor.isSuspect, false);
        const uint32_t events = wanted(descriptor);
        if (descriptor.isUnpollable && (suspect || events == 0)) {
            descriptor.isUnpollable = false;
            std::erase(m_unpollable, fd);
        }
        if (descriptor.isUnpollable || (events == descriptor.registered && !suspect))
            continue;
        if (events == 0) {
            if (descriptor.registered != 0)
                control(EPOLL_CTL_DEL, fd, 0); // fails when the descriptor was closed; then it is gone already
        } else if (descriptor.registered == 0 || !control(EPOLL_CTL_MOD, fd, events)) {
            if (!control(EPOLL_CTL_ADD, fd, events)) {
                if (errno == EPERM) { // a regular file is always ready
                    descriptor.isUnpollable = true;
                    m_unpollable.push_back(fd);
                } else if (errno == EEXIST) {
                    control(EPOLL_CTL_MOD, fd, events);
                }
            }
        }
        descriptor.registered = descriptor.isUnpollable ? 0 : events;
    }
    m_dirty.clear();
}

void EpollEventDispatcher::registerTimer(int timerId, qint64 interval, Qt::TimerType timerType, QObject *object)
{
    m_timers.add(timerId, interval, timerType, object, nowNs());
}

bool EpollEventDispatcher::unregisterTimer(int timerId)
{
    return m_timers.remove(timerId);
}

bool EpollEventDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeAll(object);
}

QList<QAbstractEventDispatcher::TimerInfo> EpollEventDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.ofObject(object);
}

int EpollEventDispatcher::remainingTime(int timerId)
{
    const std::optional<int64_t> due = m_timers.dueNs(timerId);
    if (!due)
        return -1;
    return static_cast<int>(std::clamp<int64_t>((*due - nowNs() + 999'999) / 1'000'000, 0, INT_MAX));
}

void EpollEventDispatcher::wakeUp()
{
    if (!m_woken.exchange(true) && m_waiting.load()) {
        const uint64_t one = 1;
        [[maybe_unused]] const auto size = ::write(m_wakeFd, &one, sizeof(one));
    }
}

void EpollEventDispatcher::interrupt()
{
    m_interrupted.store(true);
    wakeUp();
}

} // namespace signalbox
