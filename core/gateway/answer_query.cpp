// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/answer_query.h"

#include "core/ledger/budgets/calendar.h"

#include <QtCore/QDateTime>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <charconv>

namespace signalbox {

namespace {

constexpr int64_t hourMs = 3'600'000;
constexpr int64_t longestMs = 10 * 366 * 24 * hourMs;
constexpr size_t mostBuckets = 10'000;

constexpr SpendDimension dimensions[] = {SpendDimension::Nothing, SpendDimension::Project,    SpendDimension::Client,
                                         SpendDimension::User,    SpendDimension::Provider,   SpendDimension::Model,
                                         SpendDimension::Target,  SpendDimension::Credential, SpendDimension::Route,
                                         SpendDimension::Tag,     SpendDimension::Session};

Error wrong(const std::string &name, const std::string &what)
{
    return {"field_invalid", "`" + name + "` " + what + ".", 400};
}

template<class List>
std::string listed(const List &words)
{
    std::string text;
    for (const auto &word : words)
        text += (text.empty() ? "" : ", ") + std::string(word);
    return text;
}

std::optional<int64_t> wholeNumber(std::string_view text)
{
    int64_t value = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
    return status == std::errc() && end == text.data() + text.size() && !text.empty() ? std::optional(value)
                                                                                      : std::nullopt;
}

std::optional<int64_t> lengthOf(std::string_view range)
{
    if (range.size() < 2)
        return std::nullopt;
    const auto count = wholeNumber(range.substr(0, range.size() - 1));
    if (!count || *count < 1 || *count > 100'000)
        return std::nullopt;
    switch (range.back()) {
    case 'm':
        return *count * hourMs / 60;
    case 'h':
        return *count * hourMs;
    case 'd':
        return *count * 24 * hourMs;
    case 'w':
        return *count * 7 * 24 * hourMs;
    default:
        return std::nullopt;
    }
}

std::optional<int64_t> momentOf(const std::string &text, const QTimeZone &zone)
{
    if (const auto ms = wholeNumber(text))
        return *ms >= 0 ? ms : std::nullopt;
    const QString given = QString::fromStdString(text);
    constexpr int dateSize = 10; // Qt takes a date with anything behind it
    if (const QDate day = QDate::fromString(given, Qt::ISODate); day.isValid() && given.size() == dateSize)
        return day.startOfDay(zone).toMSecsSinceEpoch();
    QDateTime at = QDateTime::fromString(given, Qt::ISODateWithMs);
    if (!at.isValid())
        return std::nullopt;
    if (at.timeSpec() == Qt::LocalTime) // the text named no offset
        at.setTimeZone(zone);
    return at.toMSecsSinceEpoch();
}

} // namespace

Result<AnswerQuery> AnswerQuery::read(std::string_view query, std::initializer_list<std::string_view> allowed)
{
    AnswerQuery answer;
    const QUrlQuery items(
        QString::fromUtf8(query.data(), static_cast<qsizetype>(query.size())).replace(u'+', QStringLiteral("%20")));
    for (const auto &[name, value] : items.queryItems(QUrl::FullyDecoded)) {
        const std::string key = name.toStdString();
        if (std::find(allowed.begin(), allowed.end(), key) == allowed.end())
            return wrong(key, "is not known here; there are " + listed(allowed));
        if (!answer.m_items.emplace(key, value.toStdString()).second)
            return wrong(key, "is there twice");
    }
    return answer;
}

std::optional<std::string> AnswerQuery::text(const std::string &name) const
{
    const auto found = m_items.find(name);
    return found == m_items.end() ? std::nullopt : std::optional(found->second);
}

Result<std::string> AnswerQuery::oneOf(const std::string &name, std::initializer_list<std::string_view> words,
                                       std::string_view usual) const
{
    const std::string value = text(name).value_or(std::string(usual));
    if (std::find(words.begin(), words.end(), value) == words.end())
        return wrong(name, "must be one of " + listed(words));
    return value;
}

Result<size_t> AnswerQuery::whole(const std::string &name, size_t least, size_t most, size_t usual) const
{
    const auto value = text(name);
    if (!value)
        return usual;
    const auto number = wholeNumber(*value);
    if (!number || *number < static_cast<int64_t>(least) || *number > static_cast<int64_t>(most))
        return wrong(name, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    return static_cast<size_t>(*number);
}

Result<QTimeZone> AnswerQuery::zone() const
{
    const auto name = text("zone");
    if (!name)
        return QTimeZone::systemTimeZone();
    const QByteArray id = QByteArray::fromStdString(*name);
    if (!QTimeZone::isTimeZoneIdAvailable(id))
        return wrong("zone", "must be a time zone such as Europe/Paris or UTC");
    return QTimeZone(id);
}

Result<AnswerQuery::Range> AnswerQuery::fromTo(int64_t nowMs, const QTimeZone &zone) const
{
    constexpr const char *form = "must be a date such as 2026-11-22, a date with time, or milliseconds since 1970";
    const auto from = momentOf(text("from").value_or(""), zone);
    const auto to = text("to") ? momentOf(*text("to"), zone) : std::optional(nowMs);
    if (!from)
        return wrong("from", form);
    if (!to)
        return wrong("to", form);
    if (*to <= *from)
        return wrong("to", "must be after `from`");
    if (*to - *from > longestMs)
        return wrong("from", "must be at most ten years before `to`");
    return Range{*from, *to};
}

Result<AnswerQuery::Range> AnswerQuery::range(int64_t nowMs, const QTimeZone &zone, std::string_view usual) const
{
    if (text("from") || text("to")) {
        if (text("range"))
            return wrong("range", "and `from`, `to` exclude each other");
        return fromTo(nowMs, zone);
    }
    const std::string name = text("range").value_or(std::string(usual));
    const int64_t end = nowMs + 1; // a request of this very millisecond is in it
    if (const auto length = lengthOf(name); length && *length <= longestMs)
        return Range{std::max<int64_t>(0, end - *length), end};
    const auto since = [&](BudgetPeriod period) { return Range{periodAt(period, nowMs, zone).startMs, end}; };
    const auto before = [&](BudgetPeriod period) {
        const PeriodSpan span = periodAt(period, periodAt(period, nowMs, zone).startMs - 1, zone);
        return Range{span.startMs, span.endMs};
    };
    if (name == "today")
        return since(BudgetPeriod::Day);
    if (name == "week")
        return since(BudgetPeriod::Week);
    if (name == "month")
        return since(BudgetPeriod::Month);
    if (name == "yesterday")
        return before(BudgetPeriod::Day);
    if (name == "last-month")
        return before(BudgetPeriod::Month);
    return wrong("range", "must be a length such as 30m, 24h, 7d or 4w (ten years at most), or one of today, "
                          "yesterday, week, month, last-month");
}

Result<SpendDimension> AnswerQuery::dimension(SpendDimension usual) const
{
    const auto name = text("by");
    if (!name)
        return usual;
    std::vector<std::string> names;
    for (const SpendDimension by : dimensions) {
        if (*name == spendByName(by))
            return by;
        names.emplace_back(spendByName(by));
    }
    return wrong("by", "must be one of " + listed(names));
}

SpendFilter AnswerQuery::filter() const
{
    return {text("project"), text("client"),     text("user"),  text("provider"),
            text("model"),   text("credential"), text("route"), text("tag")};
}

Result<std::vector<int64_t>> bucketStarts(const AnswerQuery::Range &range, const std::string &bucket,
                                          const QTimeZone &zone)
{
    std::vector<int64_t> starts;
    if (bucket == "none")
        return starts;
    const BudgetPeriod period = bucket == "hour"   ? BudgetPeriod::Hour
                                : bucket == "day"  ? BudgetPeriod::Day
                                : bucket == "week" ? BudgetPeriod::Week
                                                   : BudgetPeriod::Month;
    for (int64_t next = periodAt(period, range.fromMs, zone).endMs; next < range.toMs;
         next = periodAt(period, next, zone).endMs) {
        if (starts.size() >= mostBuckets)
            return wrong("bucket", "makes more than 10000 buckets of this range: take a longer one");
        starts.push_back(next);
    }
    return starts;
}

} // namespace signalbox
