// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/alert_center.h"

#include "core/base/ids.h"

#include <algorithm>

namespace signalbox {

namespace {

constexpr int64_t keepRepeatsEveryMs = 10'000;

} // namespace

void AlertCenter::load(std::vector<Alert> alerts)
{
    std::sort(alerts.begin(), alerts.end(), [](const Alert &a, const Alert &b) { return a.firstAtMs < b.firstAtMs; });
    m_alerts.insert(m_alerts.begin(), std::make_move_iterator(alerts.begin()), std::make_move_iterator(alerts.end()));
    while (m_alerts.size() > kept)
        m_alerts.pop_front();
    ++m_changes;
}

// A read one is not counted on: who has read it wants to hear of the next.
Alert *AlertCenter::repeated(const AlertEvent &event, int64_t nowMs)
{
    const auto found = std::find_if(m_alerts.rbegin(), m_alerts.rend(), [&](const Alert &alert) {
        return alert.kind == event.kind && alert.key == event.key &&
               (event.once || (!alert.acknowledged && nowMs - alert.lastAtMs < collapseMs));
    });
    return found == m_alerts.rend() ? nullptr : &*found;
}

void AlertCenter::raise(AlertEvent event, int64_t nowMs)
{
    if (m_off.contains(event.kind))
        return;
    Alert *before = repeated(event, nowMs);
    if (before && event.once)
        return;
    ++m_changes;
    if (before) {
        ++before->count;
        before->lastAtMs = std::max(before->lastAtMs, nowMs);
        before->text = std::move(event.text);
        m_dirty.insert(before->id);
        return;
    }
    m_alerts.push_back({makeUuid7(nowMs), event.kind, event.level, std::move(event.key), std::move(event.text), nowMs,
                        nowMs, 1, false});
    m_sinks.keep(m_alerts.back());
    m_sinks.tell(m_alerts.back());
    while (m_alerts.size() > kept)
        m_alerts.pop_front();
}

size_t AlertCenter::acknowledge(const std::vector<std::string> &ids)
{
    size_t changed = 0;
    for (Alert &alert : m_alerts) {
        const bool meant = ids.empty() || std::find(ids.begin(), ids.end(), alert.id) != ids.end();
        if (!meant || alert.acknowledged)
            continue;
        alert.acknowledged = true;
        m_sinks.keep(alert);
        m_dirty.erase(alert.id);
        ++changed;
    }
    m_changes += changed;
    return changed;
}

void AlertCenter::tick(int64_t nowMs)
{
    if (m_dirty.empty() || nowMs - m_keptAtMs < keepRepeatsEveryMs)
        return;
    m_keptAtMs = nowMs;
    for (const Alert &alert : m_alerts) {
        if (m_dirty.contains(alert.id))
            m_sinks.keep(alert);
    }
    m_dirty.clear();
}

} // namespace signalbox
