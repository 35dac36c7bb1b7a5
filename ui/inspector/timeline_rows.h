// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/request_details.h"

#include <QtCore/QString>

#include <vector>

namespace signalbox {

// What happened to a request over time, as bars on one axis. Pure but for the locale.
struct TimelineRow {
    enum class Kind { Head, Attempt, Phase, Stream }; // Head: the gateway's own work before the first attempt
    Kind kind = Kind::Phase;
    QString label;
    double fromMs = 0;
    double lengthMs = 0;
    QString note;                // beside the bar
    QString provider;            // Attempt
    int status = 0;              // Attempt; 0: no reply
    std::vector<double> ticks{}; // Stream: when pieces left, where that was kept

    bool operator==(const TimelineRow &) const = default;
};

struct Timeline {
    std::vector<TimelineRow> rows;
    double spanMs = 1;
    double firstTokenMs = 0; // 0: none came
};

Timeline timelineOf(const RequestRecord &record, const RequestDetails *details);

// Linear up to the first token, which takes 60 % of the width; what comes after is compressed into the rest when it is
// longer than that. Maps milliseconds to 0…1.
class TimelineScale
{
public:
    TimelineScale(double spanMs, double firstTokenMs);
    double at(double ms) const;
    bool breaks() const { return m_share < 1; }
    double breakMs() const { return m_breakMs; }
    std::vector<double> marks() const; // round milliseconds for the axis, rising, 0 and the end among them

private:
    double m_spanMs;
    double m_breakMs;
    double m_share; // of the width up to the break; 1: no break
};

} // namespace signalbox
