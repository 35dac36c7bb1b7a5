// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/project_models.h"

#include "ui/projects/budget_rows.h"
#include "ui/projects/client_edit.h"
#include "ui/routing/node_words.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QString orMissing(const QString &text)
{
    return text.isEmpty() ? missingText() : text;
}

QVariant aligned(bool number)
{
    return int((number ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
}

} // namespace

ClientTableModel::ClientTableModel(QObject *parent)
    : QAbstractTableModel(parent), m_config(std::make_shared<const Config>())
{
}

void ClientTableModel::setConfig(const ConfigPtr &config, int64_t nowMs)
{
    beginResetModel();
    m_config = config;
    m_nowMs = nowMs;
    endResetModel();
}

const ClientConfig *ClientTableModel::client(int row) const
{
    return row >= 0 && row < rowCount() ? &m_config->clients[size_t(row)] : nullptr;
}

int ClientTableModel::rowOf(const std::string &id) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (client(row)->id == id)
            return row;
    }
    return -1;
}

int ClientTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_config->clients.size());
}

int ClientTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ClientTableModel::data(const QModelIndex &index, int role) const
{
    const ClientConfig *of = index.isValid() ? client(index.row()) : nullptr;
    if (!of)
        return {};
    const KeyState state = keyState(*of, m_nowMs);
    if (role == SignalRole && index.column() == State)
        return int(keyStateSignal(state));
    if (role == InkRole && index.column() == Client)
        return int(Token::Text);
    if (role == Qt::ToolTipRole && index.column() == MayUse)
        return restrictionWords(*of);
    if (role == Qt::TextAlignmentRole)
        return aligned(false);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case State:
        return keyStateWord(state);
    case Client: {
        const QString title = QString::fromStdString(of->title());
        return of->admin ? tr("%1 (admin)").arg(title) : title;
    }
    case Project:
        return QString::fromStdString(of->project);
    case User:
        return orMissing(QString::fromStdString(of->user));
    case MayUse: {
        const QString words = restrictionWords(*of);
        return words.isEmpty() ? tr("everything") : words;
    }
    case Created:
        return of->createdAtMs ? QDateTime::fromMSecsSinceEpoch(*of->createdAtMs).date().toString(Qt::ISODate)
                               : missingText();
    default:
        return of->expiresAtMs ? instantText(of->expiresAtMs).left(10) : tr("never"); // the day
    }
}

QVariant ClientTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return aligned(false);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("State"),   tr("Client"),  tr("Project"), tr("User"),
                            tr("May use"), tr("Created"), tr("Expires")};
    return names[section];
}

ProjectTableModel::ProjectTableModel(QObject *parent)
    : QAbstractTableModel(parent), m_config(std::make_shared<const Config>())
{
}

void ProjectTableModel::setConfig(const ConfigPtr &config)
{
    beginResetModel();
    m_config = config;
    endResetModel();
}

void ProjectTableModel::setSnapshot(const GatewaySnapshot &snapshot)
{
    std::map<std::string, BudgetRow> budgets;
    for (const BudgetRow &row : snapshot.budgets) {
        if (row.rule.starts_with("project:"))
            budgets[row.rule.substr(8)] = row;
    }
    m_budgets = std::move(budgets);
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, Spent), index(rowCount() - 1, Share));
}

const ProjectConfig *ProjectTableModel::project(int row) const
{
    return row >= 0 && row < rowCount() ? &m_config->projects[size_t(row)] : nullptr;
}

int ProjectTableModel::rowOf(const std::string &id) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (project(row)->id == id)
            return row;
    }
    return -1;
}

int ProjectTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_config->projects.size());
}

int ProjectTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ProjectTableModel::textOf(const ProjectConfig &project, int column) const
{
    const auto found = m_budgets.find(project.id);
    const BudgetRow *row = found == m_budgets.end() ? nullptr : &found->second;
    switch (column) {
    case Project:
        return project.name.empty() ? QString::fromStdString(project.id) : QString::fromStdString(project.name);
    case Clients:
        return formatCount(std::count_if(m_config->clients.begin(), m_config->clients.end(),
                                         [&](const ClientConfig &client) { return client.project == project.id; }));
    case Spent:
        return row ? formatMoney(row->nanoUsd, Places::Tile) : missingText();
    case Limit:
        return project.budget ? tr("%1 a %2").arg(formatMoney(int64_t(project.budget->limitUsd * 1e9), Places::Tile),
                                                  QString::fromStdString(project.budget->period))
                              : missingText();
    case Share:
        return row ? formatPercent(row->share * 100) : missingText();
    default: {
        const QString words = constraintWords(project.constraints);
        return words.isEmpty() ? tr("everything") : words;
    }
    }
}

QVariant ProjectTableModel::data(const QModelIndex &index, int role) const
{
    const ProjectConfig *of = index.isValid() ? project(index.row()) : nullptr;
    if (!of)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return textOf(*of, index.column());
    case Qt::ToolTipRole:
        return index.column() == Project ? QVariant(QString::fromStdString(of->id)) : QVariant();
    case Qt::TextAlignmentRole:
        return aligned(index.column() >= Clients && index.column() <= Share);
    case InkRole:
        return index.column() == Project ? QVariant(int(Token::Text)) : QVariant();
    default:
        return {};
    }
}

QVariant ProjectTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return aligned(section >= Clients && section <= Share);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("Project"), tr("Keys"), tr("Spent"), tr("Budget"), tr("Used"), tr("May use")};
    return names[section];
}

} // namespace signalbox
