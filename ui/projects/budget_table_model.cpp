// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/budget_reader.h"
#include "ui/projects/budget_rows.h"
#include "ui/projects/project_models.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr double nearLimit = 0.8;

// A rule of the config that nobody met yet has no account; it is shown empty.
BudgetRow emptyRow(const BudgetRule &rule)
{
    BudgetRow row;
    row.rule = rule.id;
    row.period = rule.period;
    row.onLimit = rule.onLimit;
    row.periodEndMs = INT64_MAX;
    if (rule.usd)
        row.capNanoUsd = int64_t(*rule.usd * 1e9);
    row.capTokens = rule.tokens;
    row.capRequests = rule.requests;
    row.capConcurrent = rule.concurrent;
    return row;
}

} // namespace

BudgetTableModel::BudgetTableModel(QObject *parent)
    : QAbstractTableModel(parent), m_config(std::make_shared<const Config>())
{
}

void BudgetTableModel::setConfig(const ConfigPtr &config)
{
    m_config = config;
    arrange(m_live);
}

void BudgetTableModel::setRows(const std::vector<BudgetRow> &rows, int64_t nowMs)
{
    m_nowMs = nowMs;
    m_live = rows;
    arrange(rows);
}

void BudgetTableModel::setForecasts(std::map<std::pair<std::string, std::string>, MonthForecast> forecasts)
{
    m_forecasts = std::move(forecasts);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Forecast), index(rowCount() - 1, Forecast));
}

// Rows keep their places while they are the same accounts: figures that grow must not move them under the pointer.
void BudgetTableModel::arrange(std::vector<BudgetRow> rows)
{
    for (const BudgetRule &rule : allBudgetRules(*m_config)) {
        if (std::none_of(rows.begin(), rows.end(), [&](const BudgetRow &row) { return row.rule == rule.id; }))
            rows.push_back(emptyRow(rule));
    }
    const auto name = [](const BudgetRow &row) { return std::pair(row.rule, row.account); };
    std::vector<BudgetRow> kept;
    for (const BudgetRow &old : m_rows) {
        const auto found =
            std::find_if(rows.begin(), rows.end(), [&](const BudgetRow &row) { return name(row) == name(old); });
        if (found != rows.end())
            kept.push_back(*found);
    }
    if (kept.size() == rows.size() && kept.size() == m_rows.size()) {
        m_rows = std::move(kept);
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const BudgetRow *BudgetTableModel::row(int row) const
{
    return row >= 0 && row < int(m_rows.size()) ? &m_rows[size_t(row)] : nullptr;
}

int BudgetTableModel::rowOf(const std::string &rule) const
{
    const auto found =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const BudgetRow &row) { return row.rule == rule; });
    return found == m_rows.end() ? -1 : int(found - m_rows.begin());
}

int BudgetTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int BudgetTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

std::optional<int64_t> BudgetTableModel::forecastOf(const BudgetRow &row) const
{
    const auto meter = tightMeter(row);
    if (!meter)
        return std::nullopt;
    const auto known = m_forecasts.find({row.rule, row.account});
    if (known != m_forecasts.end() && meter->unit == TightMeter::Unit::Usd)
        return known->second.expectedNanoUsd;
    return paceForecast(row, *meter, m_nowMs);
}

std::optional<int64_t> BudgetTableModel::forecast(int row) const
{
    const BudgetRow *of = this->row(row);
    return of ? forecastOf(*of) : std::nullopt;
}

QString BudgetTableModel::textOf(const BudgetRow &row, int column) const
{
    const auto meter = tightMeter(row);
    if (!meter)
        return missingText();
    switch (column) {
    case Budget: {
        const QString title = budgetTitle(row.rule, *m_config);
        return row.account.empty() ? title : title + u" · "_s + QString::fromStdString(row.account);
    }
    case About: {
        const auto rule = ruleOf(row, *m_config);
        return rule ? scopeWords(rule->scope, rule->each) : missingText();
    }
    case Period:
        return meter->unit == TightMeter::Unit::Concurrent ? missingText() : periodWord(row.period);
    case Spent:
        return amountText(meter->unit, meter->used);
    case Reserved:
        return meter->reserved > 0 ? amountText(meter->unit, meter->reserved) : missingText();
    case Left:
        return amountText(meter->unit, meter->left());
    case Limit:
        return amountText(meter->unit, meter->cap);
    case Share:
        return formatPercent(row.share * 100);
    case Resets:
        return meter->unit == TightMeter::Unit::Concurrent || row.periodEndMs == INT64_MAX
                   ? missingText()
                   : resetsText(row.periodEndMs, m_nowMs);
    default: {
        const auto guess = forecastOf(row);
        return guess ? amountText(meter->unit, *guess) : missingText();
    }
    }
}

QVariant BudgetTableModel::data(const QModelIndex &index, int role) const
{
    const BudgetRow *of = index.isValid() ? row(index.row()) : nullptr;
    if (!of)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*of, index.column());
    case SignalRole:
        if (index.column() != Budget)
            return {};
        return int(of->share >= 1 ? Signal::Stop : of->share >= nearLimit ? Signal::Caution : Signal::Clear);
    case Qt::TextAlignmentRole:
        return int((index.column() >= Spent ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    case InkRole: {
        if (index.column() == Budget)
            return int(Token::Text);
        const auto meter = tightMeter(*of);
        const auto guess = forecastOf(*of);
        if (index.column() == Forecast && meter && guess && *guess > meter->cap)
            return int(Token::CautionText);
        return {};
    }
    case Qt::ToolTipRole: {
        const auto known = m_forecasts.find({of->rule, of->account});
        if (index.column() == Forecast && known != m_forecasts.end())
            return QString::fromStdString(known->second.method);
        return index.column() <= About ? QVariant(textOf(*of, index.column())) : QVariant();
    }
    default:
        return {};
    }
}

QVariant BudgetTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Spent ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section == Forecast)
        return tr("Where it will be at the end of its period");
    if (role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("Budget"), tr("Of"),    tr("Each"), tr("Spent"),  tr("Reserved"),
                            tr("Left"),   tr("Limit"), tr("Used"), tr("Resets"), tr("Forecast")};
    return names[section];
}

} // namespace signalbox
