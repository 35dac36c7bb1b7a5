// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/condition.h"

#include "core/base/glob.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <array>
#include <utility>

namespace signalbox {

namespace {

constexpr std::array<std::pair<Content, const char *>, 7> contentNames{{
    {Content::Image, "image"},
    {Content::Audio, "audio"},
    {Content::Video, "video"},
    {Content::Document, "document"},
    {Content::Tools, "tools"},
    {Content::Schema, "schema"},
    {Content::Thinking, "thinking"},
}};
constexpr std::array<std::string_view, 7> dayNames{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
constexpr int64_t minutesOfDay = 24 * 60;

int64_t floorDiv(int64_t value, int64_t by)
{
    return value >= 0 ? value / by : -((-value + by - 1) / by);
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool anyTagMatches(std::string_view pattern, std::string_view tags)
{
    while (!tags.empty()) {
        const size_t comma = tags.find(',');
        const std::string_view tag = trimmed(tags.substr(0, comma));
        if (!tag.empty() && globMatch(pattern, tag))
            return true;
        if (comma == std::string_view::npos)
            break;
        tags.remove_prefix(comma + 1);
    }
    return false;
}

bool named(const std::string &pattern, std::string_view value)
{
    return pattern.empty() || globMatch(pattern, value);
}

} // namespace

std::optional<Content> contentNamed(std::string_view word)
{
    for (const auto &[content, name] : contentNames) {
        if (word == name)
            return content;
    }
    return std::nullopt;
}

const char *contentName(Content content)
{
    for (const auto &[known, name] : contentNames) {
        if (known == content)
            return name;
    }
    return "";
}

ZoneClock::ZoneClock(const std::string &ianaName)
    : m_zone(ianaName.empty() ? QTimeZone::systemTimeZone() : QTimeZone(QByteArray::fromStdString(ianaName)))
{
}

// Every offset changes on a quarter of an hour, so one is worth keeping for that long: asking the zone takes
// microseconds.
int64_t ZoneClock::localMinutes(int64_t wallMs) const
{
    constexpr int64_t quarterMs = 15 * 60'000;
    constexpr int64_t shift = 4096; // minutes; above every offset
    const int64_t quarter = floorDiv(wallMs, quarterMs);
    const int64_t known = m_known.load(std::memory_order_relaxed);
    int64_t offset = 0;
    if (known != INT64_MIN && floorDiv(known, shift) == quarter) {
        offset = known - quarter * shift - shift / 2;
    } else {
        offset = m_zone.isValid() ? m_zone.offsetFromUtc(QDateTime::fromMSecsSinceEpoch(wallMs, Qt::UTC)) / 60 : 0;
        m_known.store(quarter * shift + shift / 2 + offset, std::memory_order_relaxed);
    }
    return floorDiv(wallMs, 60'000) + offset;
}

ConditionTest::ConditionTest(const Condition &condition) : m_condition(&condition), m_anyModel(condition.model == "*")
{
    for (const std::string &word : condition.has) {
        if (const auto content = contentNamed(word))
            m_contents.add(*content);
    }
    if (!condition.time.empty())
        m_window = parseTimeWindow(condition.time);
    for (size_t i = 0; i < dayNames.size(); ++i) {
        if (std::find(condition.days.begin(), condition.days.end(), dayNames[i]) != condition.days.end())
            m_days |= static_cast<uint8_t>(1U << i);
    }
    if (m_window || m_days != 0)
        m_clock = std::make_unique<ZoneClock>(condition.timeZone);
}

ConditionPart ConditionTest::failing(const RoutingFacts &facts) const
{
    const Condition &condition = *m_condition;
    if (!m_anyModel && !globMatch(condition.model, facts.model))
        return ConditionPart::Model;
    if (!named(condition.project, facts.project))
        return ConditionPart::Project;
    if (!named(condition.client, facts.client))
        return ConditionPart::Client;
    if (!named(condition.user, facts.user))
        return ConditionPart::User;
    if (!condition.tag.empty() && !anyTagMatches(condition.tag, facts.tags))
        return ConditionPart::Tag;
    if ((facts.contents.bits & m_contents.bits) != m_contents.bits)
        return ConditionPart::Contents;
    if (condition.tokensAbove && (!facts.inputTokens || *facts.inputTokens <= *condition.tokensAbove))
        return ConditionPart::TokensAbove;
    if (condition.tokensBelow && (!facts.inputTokens || *facts.inputTokens >= *condition.tokensBelow))
        return ConditionPart::TokensBelow;
    for (const auto &[name, pattern] : condition.headers) {
        const std::string_view value = facts.header ? facts.header(name) : std::string_view();
        if (value.empty() || !globMatch(pattern, value))
            return ConditionPart::Header;
    }
    return m_clock ? failingOfTime(facts.wallMs) : ConditionPart::None;
}

ConditionPart ConditionTest::failingOfTime(int64_t wallMs) const
{
    const int64_t minutes = m_clock->localMinutes(wallMs);
    const int64_t day = floorDiv(minutes, minutesOfDay);
    if (m_window && !m_window->holds(static_cast<int>(minutes - day * minutesOfDay)))
        return ConditionPart::Time;
    const int64_t weekday = ((day + 3) % 7 + 7) % 7; // 1970-01-01 was a Thursday
    if (m_days != 0 && (m_days & (1U << weekday)) == 0)
        return ConditionPart::Day;
    return ConditionPart::None;
}

} // namespace signalbox
