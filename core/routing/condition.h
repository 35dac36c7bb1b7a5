// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"
#include "core/config/time_window.h"
#include "core/routing/facts.h"

#include <QtCore/QTimeZone>

#include <atomic>
#include <memory>
#include <optional>
#include <string_view>

namespace signalbox {

// Which part of a condition did not hold.
enum class ConditionPart : uint8_t {
    None, // all hold
    Model,
    Project,
    Client,
    User,
    Tag,
    Header,
    Contents,
    TokensAbove,
    TokensBelow,
    Time,
    Day,
};

// The time of day and the weekday somewhere. Any thread.
class ZoneClock
{
public:
    explicit ZoneClock(const std::string &ianaName); // empty: the machine's
    int64_t localMinutes(int64_t wallMs) const;      // since 1970-01-01 00:00 of that zone

private:
    QTimeZone m_zone;
    mutable std::atomic<int64_t> m_known{INT64_MIN}; // quarter of an hour and the offset in it, packed
};

// A condition made ready: nothing is parsed when it is asked. Borrows the condition. What is not known of a request
// (its tokens) does not hold.
class ConditionTest
{
public:
    explicit ConditionTest(const Condition &condition);

    ConditionPart failing(const RoutingFacts &facts) const;
    bool asksTokens() const { return m_condition->tokensAbove || m_condition->tokensBelow; }
    bool asksContents() const { return m_contents.bits != 0; }
    bool asksHeader() const { return !m_condition->headers.empty(); }

private:
    ConditionPart failingOfTime(int64_t wallMs) const;

    const Condition *m_condition;
    Contents m_contents;
    bool m_anyModel = false;
    std::optional<TimeWindow> m_window;
    uint8_t m_days = 0; // bit 0: Monday; 0: any
    std::unique_ptr<ZoneClock> m_clock;
};

std::optional<Content> contentNamed(std::string_view word); // image, audio, video, document, tools, schema, thinking
const char *contentName(Content content);

} // namespace signalbox
