// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"

#include <deque>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace signalbox {

// The list of alerts: takes what happened, puts repeats together, and hands on what is new. A repeat within an hour of
// the last time only counts, so nobody is told of it again. Pure but for its sinks; lives on the gateway thread.
class AlertCenter
{
public:
    static constexpr size_t kept = 200;
    static constexpr int64_t collapseMs = 3'600'000;

    struct Sinks {
        std::function<void(const Alert &)> tell; // a new one: log, webhooks
        std::function<void(const Alert &)> keep; // new or changed, for the ledger; repeats at most every ten seconds
    };
    explicit AlertCenter(Sinks sinks) : m_sinks(std::move(sinks)) {}

    void configure(const AlertsConfig &config) { m_off = config.off; }
    void load(std::vector<Alert> alerts);
    void raise(AlertEvent event, int64_t nowMs);
    // Those with these ids; without any: all. Returns how many were not acknowledged before.
    size_t acknowledge(const std::vector<std::string> &ids);
    void tick(int64_t nowMs);

    const std::deque<Alert> &alerts() const { return m_alerts; } // the newest last
    uint64_t changes() const { return m_changes; }

private:
    Alert *repeated(const AlertEvent &event, int64_t nowMs);

    Sinks m_sinks;
    std::set<AlertKind> m_off;
    std::deque<Alert> m_alerts;
    std::set<std::string> m_dirty; // ids of those that have counted on since they were kept
    int64_t m_keptAtMs = 0;
    uint64_t m_changes = 0;
};

} // namespace signalbox
