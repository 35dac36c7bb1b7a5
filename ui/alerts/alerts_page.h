// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "ui/widgets/page.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QStackedWidget;
class QTableView;
class QVBoxLayout;

namespace signalbox {

class AlertTableModel;
class EmptyState;
class GatewayControl;

// What happened and who is told of it. GUI thread. The gateway keeps the list; it is shown anew only when it
// changed.
class AlertsPage final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AlertsPage)

public:
    explicit AlertsPage(GatewayControl *control, QWidget *parent = nullptr); // outlives the page

    QString title() const override { return tr("Alerts"); }
    QString iconName() const override;
    QWidget *headerActions() override;

    void acknowledgeSelected();
    void acknowledgeAll();
    AlertTableModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    QCheckBox *unreadBox() const { return m_unread; }
    QComboBox *kindBox() const { return m_kind; }
    QStringList ruleLines() const;

private:
    QWidget *makeRules();
    void takeConfig(const ConfigPtr &config);
    void takeSnapshot(const GatewaySnapshot &snapshot);
    void applyFilter();
    void updateActions();

    GatewayControl *m_control;
    AlertTableModel *m_model;
    QTableView *m_table;
    QStackedWidget *m_stack;
    QCheckBox *m_unread;
    QComboBox *m_kind;
    QVBoxLayout *m_rules;
    QWidget *m_rulesBox = nullptr;
    QAction *m_readAction = nullptr;
    QPushButton *m_readAll = nullptr;
    uint64_t m_changes = 0;
    bool m_filled = false;
};

} // namespace signalbox
