// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "ui/widgets/page.h"

class QLabel;
class QPushButton;
class QStackedWidget;

namespace signalbox {

class BudgetsView;
class ClientKeysView;
class EditView;
class GatewayControl;
class LedgerFeed;
class ProjectsView;
class ProviderActions;
class SegmentedControl;

// Projects, client keys and budgets. GUI thread; follows the gateway's figures only while it is shown.
class ProjectsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProjectsPage)

public:
    enum View { Projects, Keys, Budgets };

    // All outlive the page; `feed` may be null (no ledger).
    ProjectsPage(GatewayControl *control, ProviderActions *actions, LedgerFeed *feed, QWidget *parent = nullptr);

    QString title() const override { return tr("Projects"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showView(View view);
    void startNew(); // in the list that is shown
    ProjectsView *projects() const { return m_projects; }
    ClientKeysView *keys() const { return m_keys; }
    BudgetsView *budgets() const { return m_budgets; }
    QString problem() const;

private:
    void takeConfig(const ConfigPtr &config);
    void takeSnapshot();
    EditView *current() const;
    QString newText() const;

    GatewayControl *m_control;
    ProviderActions *m_actions;
    QStackedWidget *m_views;
    ProjectsView *m_projects;
    ClientKeysView *m_keys;
    BudgetsView *m_budgets;
    QLabel *m_problem;
    SegmentedControl *m_choice = nullptr;
    QPushButton *m_new = nullptr;
    bool m_shown = false;
};

} // namespace signalbox
