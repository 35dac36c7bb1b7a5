// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "ui/widgets/page.h"

class QCheckBox;
class QComboBox;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace signalbox {

class AlertRulesView;
class AlertTableModel;
class AuditView;
class GatewayControl;
class LedgerFeed;
class MaintenanceActions;
class ProviderActions;
class SegmentedControl;

// What happened, who is told of it, and who changed what. GUI thread. The gateway keeps the list of alerts; it is shown
// anew only when it changed.
class AlertsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AlertsPage)

public:
    enum View { List, Rules, Audit };

    struct Parts { // all outlive the page; without `feed` there is no audit log, without `maintenance` no test
        GatewayControl *control;
        ProviderActions *actions;
        MaintenanceActions *maintenance = nullptr;
        LedgerFeed *feed = nullptr;
    };
    explicit AlertsPage(const Parts &parts, QWidget *parent = nullptr);

    QString title() const override { return tr("Alerts and log"); }
    QString iconName() const override;
    QWidget *headerTools() override;
    QWidget *headerActions() override;
    void activate() override;
    void deactivate() override;

    void showView(View view);
    void openCurrent(); // its requests
    void auditChanged();

    void acknowledgeSelected();
    void acknowledgeAll();
    AlertTableModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    QCheckBox *unreadBox() const { return m_unread; }
    QComboBox *kindBox() const { return m_kind; }
    AlertRulesView *rules() const { return m_rules; }
    AuditView *audit() const { return m_audit; }

Q_SIGNALS:
    void requestsRequested(const QString &filter); // in the language of the request list

private:
    QWidget *makeList();
    void makeActions();
    void takeSnapshot(const GatewaySnapshot &snapshot);
    void applyFilter();
    void updateActions();

    GatewayControl *m_control;
    AlertTableModel *m_model;
    QTableView *m_table;
    QStackedWidget *m_stack;
    QCheckBox *m_unread;
    QComboBox *m_kind;
    QStackedWidget *m_views;
    AlertRulesView *m_rules;
    AuditView *m_audit;
    SegmentedControl *m_switch = nullptr;
    QAction *m_openAction = nullptr;
    QAction *m_readAction = nullptr;
    QPushButton *m_readAll = nullptr;
    uint64_t m_changes = 0;
    bool m_filled = false;
    bool m_active = false;
};

} // namespace signalbox
