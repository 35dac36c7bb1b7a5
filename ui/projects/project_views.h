// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "ui/projects/edit_view.h"

class QPushButton;

namespace signalbox {

class BudgetTableModel;
class BurnDown;
class LedgerFeed;
class ProjectTableModel;

// Projects: who they are, what they may use, their own budget. GUI thread.
class ProjectsView final : public EditView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProjectsView)

public:
    explicit ProjectsView(ProviderActions *actions, QWidget *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void setSnapshot(const GatewaySnapshot &snapshot);
    void startNew() override;
    void editProject(const std::string &id);
    void removeEdited();
    ProjectTableModel *model() const { return m_model; }

protected:
    void edit(int row) override;
    void save() override;

private:
    void makeForm();
    bool read(ProjectConfig &project);

    ProjectTableModel *m_model;
    std::string m_edited;
    QPushButton *m_remove;
};

// Budgets with how fast they are used up. Asks the ledger for forecasts at most once a minute, while shown. GUI thread.
class BudgetsView final : public EditView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(BudgetsView)

public:
    // `feed` may be null: forecasts then only go by the pace of the period.
    BudgetsView(ProviderActions *actions, LedgerFeed *feed, QWidget *parent = nullptr);

    void setConfig(const ConfigPtr &config);
    void setSnapshot(const GatewaySnapshot &snapshot);
    void startNew() override;
    void editRule(const std::string &id);
    void removeEdited();
    BudgetTableModel *model() const { return m_model; }

Q_SIGNALS:
    void projectRequested(const QString &id); // the row is a project's own budget, which is edited there

protected:
    void edit(int row) override;
    void save() override;

private:
    void makeForm();
    void fill(const BudgetRule &rule);
    bool read(BudgetRule &rule);
    void askForecasts(int64_t nowMs);

    LedgerFeed *m_feed;
    BudgetTableModel *m_model;
    BurnDown *m_burn;
    ConfigPtr m_config;
    std::vector<BudgetRow> m_rows;
    std::string m_edited;
    int64_t m_askedAtMs = 0;
    QPushButton *m_remove;
};

} // namespace signalbox
