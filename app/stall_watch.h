// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <chrono>
#include <cstdint>

namespace signalbox {

// Says on stderr when the GUI thread answered nothing for longer than the limit: how long, and how much of that time it
// ran itself (the rest another process had the processor, or it waited). A summary comes at its end. Resolution 5 ms.
// GUI thread. For `--report-stalls MS`.
class StallWatch final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StallWatch)

public:
    explicit StallWatch(std::chrono::milliseconds limit, QObject *parent = nullptr);
    ~StallWatch() override;

private:
    void tick();

    QTimer m_timer;
    std::chrono::milliseconds m_limit;
    int64_t m_lastNs;
    int64_t m_lastRunNs;
    int64_t m_longestNs = 0;
    int64_t m_longestRunNs = 0; // within one stall
    int m_stalls = 0;
    int m_ownStalls = 0; // ran for longer than the limit itself
};

} // namespace signalbox
