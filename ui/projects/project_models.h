// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/forecast.h"

#include <QtCore/QAbstractTableModel>

#include <map>

namespace signalbox {

// Client keys of the config; never a key or its hash. GUI thread.
class ClientTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientTableModel)

public:
    enum Column { State, Client, Project, User, MayUse, Created, Expires, ColumnCount };

    explicit ClientTableModel(QObject *parent = nullptr);

    void setConfig(const ConfigPtr &config, int64_t nowMs);
    const ClientConfig *client(int row) const;
    int rowOf(const std::string &id) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    ConfigPtr m_config;
    int64_t m_nowMs = 0;
};

// Projects of the config with what is spent of their own budgets. GUI thread.
class ProjectTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProjectTableModel)

public:
    enum Column { Project, Clients, Spent, Limit, Share, Rules, ColumnCount };

    explicit ProjectTableModel(QObject *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void setSnapshot(const GatewaySnapshot &snapshot);
    const ProjectConfig *project(int row) const;
    int rowOf(const std::string &id) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString textOf(const ProjectConfig &project, int column) const;

    ConfigPtr m_config;
    std::map<std::string, BudgetRow> m_budgets; // by project
};

// Accounts of all budgets: spent, reserved, left, when it resets, where it will end. The fullest first; rules of which
// nothing was used yet come last. GUI thread.
class BudgetTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BudgetTableModel)

public:
    enum Column { Budget, About, Period, Spent, Reserved, Left, Limit, Share, Resets, Forecast, ColumnCount };

    explicit BudgetTableModel(QObject *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void setRows(const std::vector<BudgetRow> &rows, int64_t nowMs);
    void setForecasts(std::map<std::pair<std::string, std::string>, MonthForecast> forecasts); // by rule and account
    const BudgetRow *row(int row) const;
    int rowOf(const std::string &rule) const;
    std::optional<int64_t> forecast(int row) const; // by the ledger where it could be asked, else by the pace
    int64_t nowMs() const { return m_nowMs; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void arrange(std::vector<BudgetRow> rows);
    QString textOf(const BudgetRow &row, int column) const;
    std::optional<int64_t> forecastOf(const BudgetRow &row) const;

    ConfigPtr m_config;
    std::vector<BudgetRow> m_live; // as the gateway said last
    std::vector<BudgetRow> m_rows;
    std::map<std::pair<std::string, std::string>, MonthForecast> m_forecasts;
    int64_t m_nowMs = 0;
};

} // namespace signalbox
