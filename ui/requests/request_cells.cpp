// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_cells.h"

#include "ui/requests/request_order.h"
#include "ui/requests/request_table_model.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/series_colors.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(Requests)
};

using Table = RequestTableModel;

QString text(const std::string &value)
{
    return value.empty() ? missingText() : QString::fromStdString(value);
}

QString tokens(const std::optional<int64_t> &value)
{
    return value ? formatTokens(*value) : missingText();
}

QString when(int64_t atMs)
{
    const QDateTime time = QDateTime::fromMSecsSinceEpoch(atMs);
    if (time.date() == QDate::currentDate())
        return formatClock(atMs, true);
    return numberLocale().toString(time, u"d MMM HH:mm"_s);
}

QString exactTime(int64_t atMs)
{
    return numberLocale().toString(QDateTime::fromMSecsSinceEpoch(atMs), u"d MMM yyyy, HH:mm:ss.zzz"_s);
}

QString furtherDisplay(const RequestRow &row, int column)
{
    switch (column) {
    case Table::Project:
        return text(row.project);
    case Table::User:
        return text(row.user);
    case Table::Route:
        return text(row.route);
    case Table::Cache:
        return text(row.cache);
    case Table::Written:
        return tokens(row.usage.cacheWrite);
    case Table::Reasoning:
        return tokens(row.usage.reasoning);
    case Table::Losses:
        return QString::number(row.lossCount);
    case Table::Session:
        return text(row.session);
    case Table::Dialect:
        return text(row.dialect);
    case Table::Credential:
        return text(row.credential);
    default:
        return {};
    }
}

QString display(const RequestRow &row, int column)
{
    switch (column) {
    case Table::Status:
        return row.status > 0 ? QString::number(row.status) : Text::tr("None");
    case Table::Time:
        return when(row.startedAtMs);
    case Table::Client:
        return text(row.client);
    case Table::Model:
        return text(row.requestedModel);
    case Table::Target:
        return targetName(row.provider, row.model);
    case Table::Try:
        return QString::number(row.attempts);
    case Table::FirstToken:
        return row.ttftMs ? formatSeconds(*row.ttftMs) : missingText();
    case Table::Duration:
        return formatSeconds(row.durationMs);
    case Table::Input:
        return tokens(row.usage.input);
    case Table::Cached:
        return tokens(row.usage.cachedInput);
    case Table::Output:
        return tokens(row.usage.output);
    case Table::CostUsd:
        return formatCost(row.cost);
    default:
        return furtherDisplay(row, column);
    }
}

QVariant swatch(const std::string &provider)
{
    return provider.empty() ? QVariant() : QVariant(providerColors().slot(QString::fromStdString(provider)));
}

Signal signalOf(int status)
{
    return status == 0 ? Signal::Stop : SignalMark::ofStatus(status);
}

QVariant ink(int column)
{
    if (column == Table::Status || column == Table::Target || column == Table::CostUsd)
        return int(Token::Text);
    return column == Table::Try ? QVariant(int(Token::Text3)) : QVariant();
}

} // namespace

QString targetName(const std::string &provider, const std::string &model)
{
    if (provider.empty())
        return missingText();
    return QString::fromStdString(provider) + u'/' + QString::fromStdString(model);
}

QString formatCost(const Cost &cost)
{
    if (!cost.nanoUsd || cost.state == CostState::Unpriced)
        return u"?"_s;
    const QString money = formatMoney(*cost.nanoUsd, Places::Table);
    return cost.state == CostState::AtLeast ? asLeftToRight(u"≥\u00a0"_s + money) : money;
}

QString formatElapsed(int64_t ms)
{
    const int64_t seconds = std::max<int64_t>(ms, 0) / 1000;
    return u"%1:%2"_s.arg(seconds / 60).arg(seconds % 60, 2, 10, QLatin1Char('0'));
}

QString statusWords(int status)
{
    if (status == 0)
        return Text::tr("No reply");
    if (status == 499)
        return Text::tr("499 · cancelled");
    if (status == 429)
        return Text::tr("429 · limited");
    return status < 400 ? Text::tr("%1 · clear").arg(status) : Text::tr("%1 · failed").arg(status);
}

QVariant requestCell(const RequestRow &row, int column, int role)
{
    switch (role) {
    case Qt::DisplayRole:
        return display(row, column);
    case SignalRole:
        return column == Table::Status ? QVariant(int(signalOf(row.status))) : QVariant();
    case SwatchRole:
        return column == Table::Target ? swatch(row.provider) : QVariant();
    case QuietPrefixRole:
        return column == Table::Target && !row.provider.empty() ? QVariant(targetName(row.provider, {}).size())
                                                                : QVariant();
    case CountBadgeRole:
        return column == Table::Try && row.attempts > 1 ? QVariant(false) : QVariant();
    case InkRole:
        return ink(column);
    case RequestTableModel::SortRole:
        return qlonglong(row.startedAtMs);
    case Qt::AccessibleTextRole:
        return column == Table::Status ? statusWords(row.status) : display(row, column);
    case Qt::ToolTipRole:
        if (column == Table::CostUsd)
            return Text::tr("Cost: %1").arg(QString::fromLatin1(costStateName(row.cost.state)));
        if (column == Table::Session || column == Table::User)
            return display(row, column);
        if (column == Table::Time)
            return exactTime(row.startedAtMs);
        return column == Table::Status && !row.error.empty() ? QVariant(QString::fromStdString(row.error)) : QVariant();
    default:
        return {};
    }
}

QVariant runningCell(const InFlightRow &row, int64_t nowMs, int column, int role)
{
    if (role == SignalRole)
        return column == Table::Status ? QVariant(int(Signal::Running)) : QVariant();
    if (role == SwatchRole)
        return column == Table::Target ? swatch(row.provider) : QVariant();
    if (role == InkRole)
        return ink(column);
    if (role == QuietPrefixRole)
        return column == Table::Target && !row.provider.empty() ? QVariant(targetName(row.provider, {}).size())
                                                                : QVariant();
    const QString elapsed = formatElapsed(nowMs - row.startedAtMs);
    if (column == Table::Status && (role == Qt::ToolTipRole || role == Qt::AccessibleTextRole))
        return Text::tr("Running %1").arg(elapsed);
    if (role != Qt::DisplayRole && role != Qt::AccessibleTextRole)
        return {};
    switch (column) {
    case Table::Status:
        return elapsed;
    case Table::Time:
        return when(row.startedAtMs);
    case Table::Client:
        return text(row.client);
    case Table::Model:
        return text(row.requestedModel);
    case Table::Target:
        return targetName(row.provider, row.model);
    case Table::Try:
        return QString::number(row.attempts);
    default:
        return missingText();
    }
}

QString requestColumnTitle(int column)
{
    switch (column) {
    case Table::Status:
        return Text::tr("Status");
    case Table::Time:
        return Text::tr("Time");
    case Table::Client:
        return Text::tr("Client");
    case Table::Model:
        return Text::tr("Model asked");
    case Table::Target:
        return Text::tr("Target");
    case Table::Try:
        return Text::tr("Try");
    case Table::FirstToken:
        return Text::tr("TTFT s");
    case Table::Duration:
        return Text::tr("Duration s");
    case Table::Input:
        return Text::tr("In");
    case Table::Cached:
        return Text::tr("Cached");
    case Table::Output:
        return Text::tr("Out");
    case Table::CostUsd:
        return Text::tr("Cost");
    case Table::Project:
        return Text::tr("Project");
    case Table::User:
        return Text::tr("User");
    case Table::Route:
        return Text::tr("Route");
    case Table::Cache:
        return Text::tr("Cache");
    case Table::Written:
        return Text::tr("Written", "tokens written to a cache");
    case Table::Reasoning:
        return Text::tr("Reasoning");
    case Table::Losses:
        return Text::tr("Losses");
    case Table::Session:
        return Text::tr("Session");
    case Table::Dialect:
        return Text::tr("Dialect");
    case Table::Credential:
        return Text::tr("Credential");
    default:
        return {};
    }
}

QString requestColumnNote(int column, const QString &order)
{
    const auto key = orderKeyOf(column);
    const QString name = key ? orderName(*key) : requestColumnTitle(column);
    if (!order.isEmpty())
        return name + u'\n' + order;
    if (column == Table::Time)
        return name + u'\n' + Text::tr("Click to see the newest first");
    return key ? name + u'\n' + Text::tr("Click to sort by it") : name + u'\n' + Text::tr("Not sorted by");
}

Qt::Alignment requestColumnAlignment(int column)
{
    const bool number = (column >= Table::Try && column <= Table::CostUsd) || column == Table::Written ||
                        column == Table::Reasoning || column == Table::Losses;
    return (number ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter;
}

} // namespace signalbox
