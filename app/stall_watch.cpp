// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/stall_watch.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

namespace signalbox {

namespace {

constexpr std::chrono::milliseconds resolution{5};

int64_t nowNs()
{
    return std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// What this thread has run; where the system does not tell, all time counts as its own.
int64_t runNs()
{
#if defined(CLOCK_THREAD_CPUTIME_ID)
    timespec spent{};
    if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent) == 0)
        return int64_t{spent.tv_sec} * 1'000'000'000 + spent.tv_nsec;
#endif
    return nowNs();
}

double inMs(int64_t ns)
{
    return static_cast<double>(ns) / 1e6;
}

} // namespace

StallWatch::StallWatch(std::chrono::milliseconds limit, QObject *parent)
    : QObject(parent), m_limit(limit), m_lastNs(nowNs()), m_lastRunNs(runNs())
{
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &StallWatch::tick);
    m_timer.start(resolution);
}

StallWatch::~StallWatch()
{
    std::fprintf(stderr, "gui: %d stalls over %lld ms, %d of them its own; longest %.0f ms, longest run %.0f ms\n",
                 m_stalls, static_cast<long long>(m_limit.count()), m_ownStalls, inMs(m_longestNs),
                 inMs(m_longestRunNs));
}

void StallWatch::tick()
{
    const int64_t now = nowNs();
    const int64_t run = runNs();
    const int64_t gapNs = now - m_lastNs - std::chrono::nanoseconds(resolution).count();
    const int64_t ranNs = run - m_lastRunNs;
    const int64_t limitNs = std::chrono::nanoseconds(m_limit).count();
    m_lastNs = now;
    m_lastRunNs = run;
    if (gapNs <= limitNs)
        return;
    ++m_stalls;
    m_ownStalls += ranNs > limitNs ? 1 : 0;
    m_longestNs = std::max(m_longestNs, gapNs);
    m_longestRunNs = std::max(m_longestRunNs, ranNs);
    std::fprintf(stderr, "gui: stall of %.0f ms, ran %.0f ms\n", inMs(gapNs), inMs(ranNs));
}

} // namespace signalbox
