// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/budget_rows.h"

#include "core/config/budget_reader.h"
#include "core/ledger/budgets/calendar.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QTimeZone>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Budgets)
};

constexpr int64_t minuteMs = 60'000;
constexpr int64_t hourMs = 60 * minuteMs;
constexpr int64_t dayMs = 24 * hourMs;
constexpr double shortestShare = 0.05;
constexpr int daysBack = 28;
constexpr std::string_view projectPrefix = "project:";

bool isGlob(const std::string &text)
{
    return text.find_first_of("*?") != std::string::npos;
}

// `provider/rest` into two; false: it is not of that form.
bool split(const std::string &text, std::optional<std::string> &first, std::optional<std::string> &second)
{
    const size_t slash = text.find('/');
    if (slash == std::string::npos)
        return false;
    first = text.substr(0, slash);
    second = text.substr(slash + 1);
    return true;
}

bool addToFilter(SpendFilter &filter, std::string_view name, const std::string &value)
{
    if (value.empty())
        return true;
    if (isGlob(value))
        return false;
    if (name == "project")
        filter.project = value;
    else if (name == "client")
        filter.client = value;
    else if (name == "user")
        filter.user = value;
    else if (name == "provider")
        filter.provider = value;
    else if (name == "model")
        return split(value, filter.provider, filter.model);
    else if (name == "credential")
        return split(value, filter.provider, filter.credential);
    return true;
}

int64_t dayStart(const QDate &date, const QTimeZone &zone)
{
    return date.startOfDay(zone).toMSecsSinceEpoch();
}

} // namespace

std::optional<TightMeter> tightMeter(const BudgetRow &row)
{
    std::optional<TightMeter> tightest;
    double share = -1;
    const auto look = [&](TightMeter::Unit unit, const std::optional<int64_t> &cap, int64_t used, int64_t reserved) {
        if (!cap)
            return;
        const double own = *cap > 0 ? double(used + reserved) / double(*cap) : 1;
        if (own > share) {
            share = own;
            tightest = TightMeter{unit, *cap, used, reserved};
        }
    };
    look(TightMeter::Unit::Usd, row.capNanoUsd, row.nanoUsd, row.reservedNanoUsd);
    look(TightMeter::Unit::Tokens, row.capTokens, row.tokens, row.reservedTokens);
    look(TightMeter::Unit::Requests, row.capRequests, row.requests, 0);
    look(TightMeter::Unit::Concurrent, row.capConcurrent, row.inFlight, 0);
    return tightest;
}

QString amountText(TightMeter::Unit unit, int64_t amount)
{
    switch (unit) {
    case TightMeter::Unit::Usd:
        return formatMoney(amount, Places::Tile);
    case TightMeter::Unit::Tokens:
        return Words::tr("%1 tokens").arg(formatTokens(amount));
    case TightMeter::Unit::Requests:
        return Words::tr("%1 requests", nullptr, pluralCount(amount)).arg(formatCount(amount));
    case TightMeter::Unit::Concurrent:
        break;
    }
    return Words::tr("%1 at once").arg(formatCount(amount));
}

QString budgetTitle(const std::string &rule, const Config &config)
{
    if (!rule.starts_with(projectPrefix))
        return QString::fromStdString(rule);
    const std::string id = rule.substr(projectPrefix.size());
    for (const ProjectConfig &project : config.projects) {
        if (project.id == id && !project.name.empty())
            return QString::fromStdString(project.name);
    }
    return QString::fromStdString(id);
}

QString periodWord(BudgetPeriod period)
{
    switch (period) {
    case BudgetPeriod::Minute:
        return Words::tr("Minute");
    case BudgetPeriod::Hour:
        return Words::tr("Hour");
    case BudgetPeriod::Day:
        return Words::tr("Day");
    case BudgetPeriod::Week:
        return Words::tr("Week");
    case BudgetPeriod::Month:
        return Words::tr("Month");
    case BudgetPeriod::Total:
        break;
    }
    return Words::tr("All time");
}

QString scopeWords(const BudgetScope &scope, const std::string &each)
{
    QStringList words;
    const auto add = [&](const QString &name, const std::string &value) {
        if (!value.empty())
            words += name + u' ' + QString::fromStdString(value);
    };
    add(Words::tr("project"), scope.project);
    add(Words::tr("client"), scope.client);
    add(Words::tr("user"), scope.user);
    add(Words::tr("provider"), scope.provider);
    add(Words::tr("model"), scope.model);
    add(Words::tr("credential"), scope.credential);
    if (words.isEmpty())
        words += Words::tr("everything");
    if (!each.empty())
        words += Words::tr("for each %1").arg(QString::fromStdString(each));
    return words.join(u", "_s);
}

QString resetsText(int64_t periodEndMs, int64_t nowMs)
{
    if (periodEndMs == INT64_MAX)
        return Words::tr("never");
    const int64_t left = std::max<int64_t>(0, periodEndMs - nowMs);
    if (left >= dayMs)
        return Words::tr("in %1 d %2 h").arg(left / dayMs).arg(left % dayMs / hourMs);
    if (left >= hourMs)
        return Words::tr("in %1 h %2 min").arg(left / hourMs).arg(left % hourMs / minuteMs);
    return Words::tr("in %1 min").arg(left / minuteMs + 1);
}

std::optional<int64_t> paceForecast(const BudgetRow &row, const TightMeter &meter, int64_t nowMs)
{
    if (meter.unit == TightMeter::Unit::Concurrent || row.periodEndMs == INT64_MAX ||
        row.periodEndMs <= row.periodStartMs)
        return std::nullopt;
    const double over = double(nowMs - row.periodStartMs) / double(row.periodEndMs - row.periodStartMs);
    if (over < shortestShare)
        return std::nullopt;
    return int64_t(std::llround(double(meter.used) / std::min(over, 1.0)));
}

std::optional<BudgetRule> ruleOf(const BudgetRow &row, const Config &config)
{
    for (const BudgetRule &rule : allBudgetRules(config)) {
        if (rule.id == row.rule)
            return rule;
    }
    return std::nullopt;
}

std::optional<SpendRequest> monthQuestion(const BudgetRule &rule, const BudgetRow &row, int64_t nowMs)
{
    if (row.period != BudgetPeriod::Month || !row.capNanoUsd)
        return std::nullopt;
    SpendRequest question;
    const BudgetScope &scope = rule.scope;
    for (const auto &[name, value] : {std::pair<std::string_view, const std::string &>("project", scope.project),
                                      {"client", scope.client},
                                      {"user", scope.user},
                                      {"provider", scope.provider},
                                      {"model", scope.model},
                                      {"credential", scope.credential}}) {
        // What an account is about is exact, also where the rule has a wildcard.
        if (name != rule.each && !addToFilter(question.filter, name, value))
            return std::nullopt;
    }
    if (!rule.each.empty() && !addToFilter(question.filter, rule.each, row.account))
        return std::nullopt;
    const QTimeZone zone = zoneNamed(rule.timeZone);
    const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs, zone).date();
    question.fromMs = dayStart(today.addDays(-daysBack), zone);
    question.toMs = nowMs;
    for (int back = daysBack - 1; back >= 0; --back)
        question.bucketStarts.push_back(dayStart(today.addDays(-back), zone));
    return question;
}

MonthForecast monthForecast(const BudgetRule &rule, const BudgetRow &row, const SpendRequest &question,
                            const SpendReport &answer, int64_t nowMs)
{
    const QTimeZone zone = zoneNamed(rule.timeZone);
    const QDate today = QDateTime::fromMSecsSinceEpoch(nowMs, zone).date();
    std::vector<int64_t> days(question.bucketStarts.size() + 1);
    for (const SpendGroup &group : answer.groups) {
        for (size_t i = 0; i < group.buckets.size() && i < days.size(); ++i)
            days[i] += group.buckets[i].nanoUsd;
    }
    std::vector<DaySpend> complete;
    bool any = false; // days before the first request say nothing of what is usual
    for (size_t i = 0; i + 1 < days.size(); ++i) {
        any = any || days[i] > 0;
        if (any)
            complete.push_back({today.addDays(int(i) - daysBack).dayOfWeek(), days[i]});
    }
    std::vector<int> toCome;
    for (QDate day = today.addDays(1); day.month() == today.month(); day = day.addDays(1))
        toCome.push_back(day.dayOfWeek());
    const int64_t begin = dayStart(today, zone);
    const int64_t end = dayStart(today.addDays(1), zone);
    const double share = double(nowMs - begin) / double(std::max<int64_t>(1, end - begin));
    return forecastMonth(row.nanoUsd, days.back(), share, today.dayOfWeek(), complete, toCome);
}

} // namespace signalbox
