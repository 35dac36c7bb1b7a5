// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/alerts_page.h"

#include "ui/alerts/alert_table_model.h"
#include "ui/data/gateway_control.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTableView>

#include <array>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int rulesHeight = 190;
constexpr int ruleNameWidth = 200;
} // namespace

AlertsPage::AlertsPage(GatewayControl *control, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_model(new AlertTableModel(this)),
      m_table(new QTableView),
      m_stack(new QStackedWidget),
      m_unread(new QCheckBox(tr("&New only"))),
      m_kind(new QComboBox),
      m_rules(new QVBoxLayout)
{
    auto *column = new QVBoxLayout(this);
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
    const std::array<int, AlertTableModel::ColumnCount> widths{110, 300, 100, 64, 140, 72};
    for (int i = 0; i < AlertTableModel::ColumnCount; ++i)
        header->resizeSection(i, widths[size_t(i)]);
    m_stack->addWidget(m_table);
    m_stack->addWidget(new EmptyState(u"alerts"_s, tr("Nothing to tell"),
                                      tr("Budgets that come near their limit and providers that fail stand here.")));
    column->addWidget(m_stack, 1);
    column->addWidget(makeRules());

    m_readAction = new QAction(tr("&Acknowledge the selected alerts"), this);
    m_readAction->setShortcut(tr("Ctrl+Shift+D"));
    m_readAction->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    auto *all = new QAction(tr("Acknowledge a&ll alerts"), this);
    addActions({m_readAction, all});
    connect(m_readAction, &QAction::triggered, this, &AlertsPage::acknowledgeSelected);
    connect(all, &QAction::triggered, this, &AlertsPage::acknowledgeAll);
    connect(m_table, &QTableView::activated, this, &AlertsPage::acknowledgeSelected);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &AlertsPage::updateActions);
    connect(m_unread, &QCheckBox::toggled, this, &AlertsPage::applyFilter);
    connect(m_kind, &QComboBox::currentIndexChanged, this, &AlertsPage::applyFilter);
    connect(m_control, &GatewayControl::snapshotChanged, this,
            [this](const SnapshotPtr &snapshot) { takeSnapshot(*snapshot); });
    connect(m_control, &GatewayControl::configChanged, this, &AlertsPage::takeConfig);
    takeConfig(m_control->config());
    takeSnapshot(*m_control->snapshot());
}

QString AlertsPage::iconName() const
{
    return u"alerts"_s;
}

QWidget *AlertsPage::makeRules()
{
    auto *box = new QWidget;
    auto *column = new QVBoxLayout(box);
    column->setContentsMargins(16, 8, 16, 16);
    auto *panel = new Panel(tr("Rules"));
    panel->setSubtitle(tr("As the config has them"));
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *inner = new QWidget;
    inner->setLayout(m_rules);
    m_rules->setContentsMargins(0, 0, 0, 0);
    m_rules->addStretch();
    area->setWidget(inner);
    inner->setAutoFillBackground(false); // the panel's surface shows through
    area->viewport()->setAutoFillBackground(false);
    panel->body()->addWidget(area);
    panel->setFixedHeight(rulesHeight);
    column->addWidget(panel);
    return box;
}

QWidget *AlertsPage::headerActions()
{
    m_readAll = makeButton(tr("Acknowledge all"), u"ok"_s);
    connect(m_readAll, &QPushButton::clicked, this, &AlertsPage::acknowledgeAll);
    updateActions();
    return m_readAll;
}

void AlertsPage::takeConfig(const ConfigPtr &config)
{
    delete m_rulesBox;
    m_rulesBox = new QWidget;
    auto *grid = new QGridLayout(m_rulesBox);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnMinimumWidth(0, ruleNameWidth);
    grid->setColumnStretch(1, 1);
    int line = 0;
    for (const AlertRuleLine &rule : alertRules(*config)) {
        QLabel *words = makeLabel(rule.words, TextStyle::Body, Token::Text);
        words->setWordWrap(true);
        words->setProperty("rule", QString(rule.name + u": "_s + rule.words));
        words->setAccessibleName(words->property("rule").toString());
        grid->addWidget(makeLabel(rule.name, TextStyle::Body, Token::Text3), line, 0, Qt::AlignTop);
        grid->addWidget(words, line++, 1, Qt::AlignTop);
    }
    m_rules->insertWidget(0, m_rulesBox);
}

QStringList AlertsPage::ruleLines() const
{
    QStringList lines;
    for (const QLabel *label : m_rulesBox->findChildren<QLabel *>()) {
        if (const QString rule = label->property("rule").toString(); !rule.isEmpty())
            lines += rule;
    }
    return lines;
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
