// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/alerts_page.h"

#include "ui/alerts/alert_rules_view.h"
#include "ui/alerts/alert_table_model.h"
#include "ui/alerts/audit_view.h"
#include "ui/data/gateway_control.h"
#include "ui/preferences/preferences.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
const QString viewKey = u"alerts/view"_s;
}

AlertsPage::AlertsPage(const Parts &parts, QWidget *parent)
    : Page(parent),
      m_control(parts.control),
      m_model(new AlertTableModel(this)),
      m_table(new QTableView),
      m_stack(new QStackedWidget),
      m_unread(new QCheckBox(tr("&New only"))),
      m_kind(new QComboBox),
      m_views(new QStackedWidget),
      m_rules(new AlertRulesView(parts.actions, parts.maintenance)),
      m_audit(new AuditView(parts.feed))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_views);
    m_views->addWidget(makeList());
    m_views->addWidget(m_rules);
    m_views->addWidget(m_audit);
    makeActions();
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AlertsPage::updateActions);
    connect(m_unread, &QCheckBox::toggled, this, &AlertsPage::applyFilter);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AlertsPage::applyFilter);
    connect(m_control, &GatewayControl::snapshotChanged, this,
            [this](const SnapshotPtr &snapshot) { takeSnapshot(*snapshot); });
    takeSnapshot(*m_control->snapshot());
    showView(View(qBound(0, Preferences().value(viewKey).toInt(), 2)));
}

QWidget *AlertsPage::makeList()
{
    auto *list = new QWidget;
    auto *column = new QVBoxLayout(list);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *tools = new QHBoxLayout;
    tools->setContentsMargins(16, 6, 16, 6);
    tools->setSpacing(12);
    m_kind->setAccessibleName(tr("What the alerts are about"));
    m_kind->setMinimumHeight(28);
    m_kind->addItem(tr("About anything"));
    for (const AlertKind kind : allAlertKinds)
        m_kind->addItem(alertKindWord(kind), int(kind));
    tools->addWidget(m_kind);
    tools->addWidget(m_unread);
    tools->addStretch();
    column->addLayout(tools);
    setUpTable(m_table);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Alerts"));
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    QHeaderView *header = m_table->horizontalHeader();
    header->setSectionsClickable(false);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(AlertTableModel::Text, QHeaderView::Stretch);
    const std::array<int, AlertTableModel::ColumnCount> widths{110, 300, 120, 72, 150, 80};
    for (int i = 0; i < AlertTableModel::ColumnCount; ++i)
        header->resizeSection(i, qRound(widths[size_t(i)] * theme().textScale() / 100.0));
    m_stack->addWidget(m_table);
    auto *empty = new EmptyState(u"alerts"_s, tr("Nothing to tell"),
                                 tr("Budgets that come near their limit and providers that fail stand here."));
    connect(empty->addButton(tr("Look at the rules")), &QPushButton::clicked, this, [this] { showView(Rules); });
    m_stack->addWidget(empty);
    column->addWidget(m_stack, 1);
    return list;
}

void AlertsPage::makeActions()
{
    m_readAction = new QAction(tr("&Acknowledge the selected alerts"), this);
    m_readAction->setShortcut(tr("Ctrl+Shift+D"));
    m_readAction->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    m_openAction = new QAction(tr("Show the &requests of the alert"), this);
    auto *all = new QAction(tr("Acknowledge a&ll alerts"), this);
    addActions({m_openAction, m_readAction, all});
    const std::array<std::pair<View, QString>, 3> views{{{List, tr("Show the &list of alerts")},
                                                         {Rules, tr("Edit the alert &rules")},
                                                         {Audit, tr("Show the a&udit log")}}};
    for (const auto &known : views) {
        auto *action = new QAction(known.second, this);
        addAction(action);
        connect(action, &QAction::triggered, this, [this, view = known.first] { showView(view); });
    }
    connect(m_readAction, &QAction::triggered, this, &AlertsPage::acknowledgeSelected);
    connect(m_openAction, &QAction::triggered, this, &AlertsPage::openCurrent);
    connect(all, &QAction::triggered, this, &AlertsPage::acknowledgeAll);
    connect(m_table, &QTableView::activated, this, &AlertsPage::openCurrent);
}

QString AlertsPage::iconName() const
{
    return u"alerts"_s;
}

QWidget *AlertsPage::headerTools()
{
    m_switch = new SegmentedControl(tr("What is shown"));
    m_switch->addSegment(tr("Alerts"));
    m_switch->addSegment(tr("Rules"));
    m_switch->addSegment(tr("Audit log"));
    m_switch->setCurrent(m_views->currentIndex());
    connect(m_switch, &SegmentedControl::chosen, this, [this](int index) { showView(View(index)); });
    return m_switch;
}

void AlertsPage::showView(View view)
{
    m_views->setCurrentIndex(view);
    if (m_switch)
        m_switch->setCurrent(view);
    m_audit->setActive(m_active && view == Audit);
    Preferences().setValue(viewKey, int(view));
    if (m_readAll)
        m_readAll->setVisible(view == List);
    updateActions();
}

void AlertsPage::activate()
{
    m_active = true;
    m_audit->setActive(m_views->currentIndex() == Audit);
}

void AlertsPage::deactivate()
{
    m_active = false;
    m_audit->setActive(false);
}

void AlertsPage::auditChanged()
{
    m_audit->refresh();
}

void AlertsPage::openCurrent()
{
    const Alert *current = m_model->alert(m_table->currentIndex().row());
    const QString filter = current ? requestsOfAlert(*current) : QString();
    acknowledgeSelected();
    if (!filter.isEmpty())
        Q_EMIT requestsRequested(filter);
}

QWidget *AlertsPage::headerActions()
{
    m_readAll = makeButton(tr("Acknowledge all"), u"ok"_s);
    connect(m_readAll, &QPushButton::clicked, this, &AlertsPage::acknowledgeAll);
    updateActions();
    auto *box = new QWidget; // the header shows and hides what it is given
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_readAll);
    m_readAll->setVisible(m_views->currentIndex() == List);
    return box;
}

void AlertsPage::takeSnapshot(const GatewaySnapshot &snapshot)
{
    if (std::exchange(m_filled, true) && snapshot.alertChanges == m_changes)
        return;
    m_changes = snapshot.alertChanges;
    const Alert *current = m_model->alert(m_table->currentIndex().row());
    const std::string id = current ? current->id : std::string();
    m_model->setAlerts(snapshot.alerts);
    if (const int row = id.empty() ? -1 : m_model->rowOf(id); row >= 0)
        m_table->setCurrentIndex(m_model->index(row, 0));
    m_stack->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
    updateActions();
}

void AlertsPage::applyFilter()
{
    AlertFilter filter;
    filter.unreadOnly = m_unread->isChecked();
    if (m_kind->currentData().isValid())
        filter.kind = AlertKind(m_kind->currentData().toInt());
    m_model->setFilter(filter);
    m_stack->setCurrentIndex(m_model->rowCount() == 0 ? 1 : 0);
    updateActions();
}

void AlertsPage::updateActions()
{
    const int unread = int(m_model->unread().size());
    if (m_readAction)
        m_readAction->setEnabled(m_table->selectionModel()->hasSelection());
    const Alert *current = m_model->alert(m_table->currentIndex().row());
    if (m_openAction)
        m_openAction->setEnabled(current && !requestsOfAlert(*current).isEmpty());
    if (m_readAll)
        m_readAll->setEnabled(unread > 0);
    Q_EMIT subtitleChanged(unread > 0 ? tr("%n new", nullptr, unread) : QString());
}

void AlertsPage::acknowledgeSelected()
{
    std::vector<std::string> ids;
    for (const QModelIndex &index : m_table->selectionModel()->selectedRows()) {
        if (const Alert *one = m_model->alert(index.row()); one && !one->acknowledged)
            ids.push_back(one->id);
    }
    // None would mean all of them.
    if (!ids.empty())
        m_control->acknowledgeAlerts(ids);
}

void AlertsPage::acknowledgeAll()
{
    if (const auto ids = m_model->unread(); !ids.empty())
        m_control->acknowledgeAlerts(ids);
}

} // namespace signalbox
