// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/alert_rules_view.h"

#include "ui/alerts/alert_table_model.h"
#include "ui/data/provider_actions.h"
#include "ui/settings/setting_row.h"
#include "ui/settings/settings_form.h"
#include "ui/settings/webhooks_panel.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/panel.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int columnWidth = 800;
constexpr int ruleNameWidth = 200;
} // namespace

AlertRulesView::AlertRulesView(ProviderActions *actions, MaintenanceActions *maintenance, QWidget *parent)
    : QWidget(parent),
      m_actions(actions),
      m_form(new SettingsForm(this)),
      m_webhooks(new WebhooksPanel(maintenance)),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText)),
      m_lines(new QVBoxLayout)
{
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    auto *area = new QScrollArea;
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setFocusPolicy(Qt::NoFocus); // its fields have it, and bring themselves into view
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto *page = new QWidget;
    auto *side = new QHBoxLayout(page);
    side->setContentsMargins(16, 8, 16, 16);
    auto *inner = new QWidget;
    inner->setMaximumWidth(columnWidth);
    side->addWidget(inner, 1);
    side->addStretch(0);
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(12);
    auto *told = new Panel(tr("Who is told of what"));
    told->body()->setSpacing(10);
    std::vector<SettingEntry> table;
    addAlertSettings(table);
    for (const SettingEntry &setting : table)
        m_form->add(setting, told->body());
    column->addWidget(told);
    auto *hooks = new Panel(tr("Webhooks"));
    hooks->setSubtitle(tr("A POST for each alert, signed when there is a secret"));
    m_webhooks->hideTitle();
    hooks->body()->addWidget(m_webhooks);
    column->addWidget(hooks);
    auto *rules = new Panel(tr("In words"));
    rules->setSubtitle(tr("As they are in force; budgets are edited under Projects"));
    rules->body()->addLayout(m_lines);
    column->addWidget(rules);
    column->addStretch();
    area->setWidget(page);
    outer->addWidget(area, 1);
    outer->addWidget(makeBar());
    connect(m_form, &SettingsForm::edited, this, &AlertRulesView::edited);
    connect(m_webhooks, &WebhooksPanel::edited, this, &AlertRulesView::edited);
    connect(actions, &ProviderActions::configChanged, this, [this](const ConfigPtr &config) {
        fillLines(*config);
        if (!isChanged())
            fill(*config);
    });
    connect(actions, &ProviderActions::saveFailed, this, &AlertRulesView::placeError);
    fillLines(*actions->config());
    fill(*actions->config());
}

QWidget *AlertRulesView::makeBar()
{
    auto *bar = new QFrame;
    m_bar = bar;
    bar->setAutoFillBackground(true);
    bar->setBackgroundRole(QPalette::Base);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(16, 8, 16, 8);
    row->setSpacing(8);
    m_problem->setWordWrap(true);
    QPushButton *back = makeButton(tr("Revert"), u"undo"_s);
    m_apply = makeButton(tr("Apply"), ButtonKind::Primary);
    row->addWidget(m_problem, 1);
    row->addWidget(back);
    row->addWidget(m_apply);
    connect(back, &QPushButton::clicked, this, &AlertRulesView::revert);
    connect(m_apply, &QPushButton::clicked, this, &AlertRulesView::apply);
    bar->hide();
    return bar;
}

void AlertRulesView::fill(const Config &config)
{
    m_base = config;
    m_form->fill(config);
    m_webhooks->setWebhooks(config.alerts.webhooks);
    edited();
}

void AlertRulesView::fillLines(const Config &config)
{
    delete m_linesBox;
    m_linesBox = new QWidget;
    auto *grid = new QGridLayout(m_linesBox);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(16);
    grid->setVerticalSpacing(4);
    grid->setColumnMinimumWidth(0, ruleNameWidth);
    grid->setColumnStretch(1, 1);
    int line = 0;
    for (const AlertRuleLine &rule : alertRules(config)) {
        QLabel *words = makeLabel(rule.words, TextStyle::Body, Token::Text);
        words->setWordWrap(true);
        words->setProperty("rule", QString(rule.name + u": "_s + rule.words));
        words->setAccessibleName(words->property("rule").toString());
        grid->addWidget(makeLabel(rule.name, TextStyle::Body, Token::Text3), line, 0, Qt::AlignTop);
        grid->addWidget(words, line++, 1, Qt::AlignTop);
    }
    m_lines->insertWidget(0, m_linesBox);
}

QStringList AlertRulesView::ruleLines() const
{
    QStringList lines;
    for (const QLabel *label : m_linesBox->findChildren<QLabel *>()) {
        if (const QString rule = label->property("rule").toString(); !rule.isEmpty())
            lines += rule;
    }
    return lines;
}

bool AlertRulesView::isChanged() const
{
    return m_form->isChanged() || m_webhooks->webhooks() != m_base.alerts.webhooks;
}

void AlertRulesView::edited()
{
    m_problem->clear();
    if (m_bar)
        m_bar->setVisible(isChanged());
}

void AlertRulesView::apply()
{
    if (!m_form->validate() || !m_webhooks->validate())
        return;
    Config next = m_form->draftOver(*m_actions->config());
    if (m_webhooks->webhooks() != m_base.alerts.webhooks)
        next.alerts.webhooks = m_webhooks->webhooks();
    const auto applied = m_actions->apply(std::move(next), tr("alert rules changed"));
    if (!applied)
        return placeError(QString::fromStdString(applied.error().message));
    fill(*m_actions->config());
}

void AlertRulesView::revert()
{
    fill(*m_actions->config());
}

void AlertRulesView::placeError(const QString &message)
{
    m_bar->show();
    if (m_form->placeError(message))
        return;
    if (message.contains("/alerts/webhooks"_L1))
        m_webhooks->showProblem(message);
    m_problem->setText(message);
}

QString AlertRulesView::problem() const
{
    return m_problem->text();
}

} // namespace signalbox
