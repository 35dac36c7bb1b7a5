// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/ledger_feed.h"
#include "ui/data/provider_actions.h"
#include "ui/projects/budget_rows.h"
#include "ui/projects/burn_down.h"
#include "ui/projects/client_edit.h"
#include "ui/projects/project_models.h"
#include "ui/projects/project_views.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int64_t askAgainAfterMs = 60'000;
constexpr size_t mostForecasts = 20;
constexpr std::array scopeKeys{"project", "client", "user", "provider", "model", "credential"};
const QString projectPrefix = u"project:"_s;

std::string BudgetScope::*scopeMember(size_t i)
{
    constexpr std::array<std::string BudgetScope::*, 6> members{&BudgetScope::project, &BudgetScope::client,
                                                                &BudgetScope::user,    &BudgetScope::provider,
                                                                &BudgetScope::model,   &BudgetScope::credential};
    return members[i];
}

EmptyState *makeEmpty()
{
    auto *empty = new EmptyState(u"budget"_s, BudgetsView::tr("No budget yet"),
                                 BudgetsView::tr("A budget bounds money, tokens or requests: of a project, a client, "
                                                 "a user, a provider or a key."));
    empty->addButton(BudgetsView::tr("Set a budget"), u"plus"_s);
    return empty;
}

template<class T>
QString numberText(const std::optional<T> &value)
{
    return value ? QString::number(*value) : QString();
}

} // namespace

BudgetsView::BudgetsView(ProviderActions *actions, LedgerFeed *feed, QWidget *parent)
    : EditView(actions, new BudgetTableModel, makeEmpty(), tr("Budgets"), parent),
      m_feed(feed),
      m_model(qobject_cast<BudgetTableModel *>(table()->model())),
      m_burn(new BurnDown),
      m_remove(makeButton(tr("Re&move"), ButtonKind::Danger))
{
    m_model->setParent(this);
    QHeaderView *header = table()->horizontalHeader();
    header->setStretchLastSection(false);
    const std::array<int, BudgetTableModel::ColumnCount> widths{190, 180, 64, 88, 80, 88, 116, 60, 120, 88};
    for (int i = 0; i < BudgetTableModel::ColumnCount; ++i)
        header->resizeSection(i, widths[size_t(i)]);
    makeForm();
    setConfig(actions->config());
}

void BudgetsView::makeForm()
{
    form()->addWidget(m_burn);
    form()->addText(u"id"_s, tr("Id"), tr("Lower-case letters, digits, - . and _"));
    form()->addSection(tr("Limit"));
    form()->addText(u"usd"_s, tr("USD"));
    form()->addText(u"tokens"_s, tr("Tokens"));
    form()->addText(u"requests"_s, tr("Requests"));
    form()->addText(u"concurrent"_s, tr("At the same time"));
    FormDrawer::Choices periods;
    for (const BudgetPeriod period : {BudgetPeriod::Minute, BudgetPeriod::Hour, BudgetPeriod::Day, BudgetPeriod::Week,
                                      BudgetPeriod::Month, BudgetPeriod::Total})
        periods.append({periodWord(period), int(period)});
    form()->addChoice(u"period"_s, tr("Period"), periods);
    form()->addText(u"timeZone"_s, tr("Time zone"), tr("As Europe/Berlin; empty: this computer's"));
    form()->addChoice(u"onLimit"_s, tr("At the limit"),
                      {{tr("Refuse further requests"), int(OnLimit::Block)},
                       {tr("Tell only"), int(OnLimit::Warn)},
                       {tr("Use another route"), int(OnLimit::Downgrade)}});
    form()->addChoice(u"downgradeTo"_s, tr("Other route"), {});
    form()->addSection(tr("Of whom"));
    const QStringList labels{tr("Project"), tr("Client"), tr("User"), tr("Provider"), tr("Model"), tr("Credential")};
    const QStringList hints{tr("With * as needed; empty: any"), {}, {}, {}, tr("provider/model"),
                            tr("provider/credential")};
    const QStringList apart{tr("Each project for itself"), tr("Each client for itself"),
                            tr("Each user for itself"),    tr("Each provider for itself"),
                            tr("Each model for itself"),   tr("Each credential for itself")};
    FormDrawer::Choices each{{tr("All together"), QString()}};
    for (size_t i = 0; i < scopeKeys.size(); ++i) {
        const QString key = QString::fromLatin1(scopeKeys[i]);
        form()->addText(key, labels[qsizetype(i)], hints[qsizetype(i)]);
        each.append({apart[qsizetype(i)], key});
    }
    form()->addChoice(u"each"_s, tr("Counted"), each);
    form()->addButton(m_remove);
    connect(m_remove, &QPushButton::clicked, this, &BudgetsView::removeEdited);
}

void BudgetsView::setConfig(const ConfigPtr &config)
{
    m_config = config;
    m_model->setConfig(config);
    showEmpty(m_model->rowCount() == 0);
    FormDrawer::Choices routes{{tr("None"), QString()}};
    for (const RouteConfig &route : config->routes)
        routes.append({QString::fromStdString(route.id), QString::fromStdString(route.id)});
    form()->setChoices(u"downgradeTo"_s, routes);
    m_askedAtMs = 0;
}

void BudgetsView::setSnapshot(const GatewaySnapshot &snapshot)
{
    m_rows = snapshot.budgets;
    m_model->setRows(m_rows, snapshot.atMs);
    showEmpty(m_model->rowCount() == 0);
    askForecasts(snapshot.atMs);
}

void BudgetsView::askForecasts(int64_t nowMs)
{
    if (!m_feed || m_rows.empty() || (m_askedAtMs != 0 && nowMs - m_askedAtMs < askAgainAfterMs))
        return;
    m_askedAtMs = nowMs;
    struct Asked {
        BudgetRule rule;
        BudgetRow row;
        SpendRequest question;
    };
    std::vector<Asked> all;
    for (const BudgetRow &row : m_rows) {
        const auto rule = ruleOf(row, *m_config);
        const auto question = rule ? monthQuestion(*rule, row, nowMs) : std::nullopt;
        if (question && all.size() < mostForecasts)
            all.push_back({*rule, row, *question});
    }
    using Forecasts = std::map<std::pair<std::string, std::string>, MonthForecast>;
    m_feed->ask<Forecasts>(
        this,
        [all = std::move(all), nowMs](LedgerReader &reader) -> Result<Forecasts> {
            Forecasts forecasts;
            for (const Asked &one : all) {
                const auto report = reader.spend(one.question);
                if (!report)
                    return report.error();
                forecasts[{one.row.rule, one.row.account}] =
                    monthForecast(one.rule, one.row, one.question, *report, nowMs);
            }
            return forecasts;
        },
        [this](Result<Forecasts> forecasts) {
            if (forecasts)
                m_model->setForecasts(std::move(*forecasts));
        });
}

void BudgetsView::startNew()
{
    m_edited.clear();
    BudgetRule rule;
    rule.period = BudgetPeriod::Month;
    fill(rule);
    m_burn->hide();
    form()->setFieldEnabled(u"id"_s, true);
    m_remove->hide();
    openForm(tr("New budget"));
}

void BudgetsView::editRule(const std::string &id)
{
    edit(m_model->rowOf(id));
}

void BudgetsView::edit(int row)
{
    const BudgetRow *of = m_model->row(row);
    if (!of)
        return;
    const QString id = QString::fromStdString(of->rule);
    if (id.startsWith(projectPrefix)) {
        Q_EMIT projectRequested(id.sliced(projectPrefix.size()));
        return;
    }
    const auto rule = ruleOf(*of, *m_config);
    if (!rule)
        return;
    m_edited = of->rule;
    const auto raw = std::find_if(m_config->budgets.begin(), m_config->budgets.end(),
                                  [&](const BudgetRule &one) { return one.id == m_edited; });
    fill(raw == m_config->budgets.end() ? *rule : *raw);
    m_burn->setRow(*of, m_model->forecast(row), m_model->nowMs());
    form()->setFieldEnabled(u"id"_s, false);
    m_remove->show();
    openForm(m_model->index(row, BudgetTableModel::Budget).data().toString());
}

void BudgetsView::fill(const BudgetRule &rule)
{
    form()->setText(u"id"_s, QString::fromStdString(rule.id));
    form()->setText(u"usd"_s, rule.usd ? QString::number(*rule.usd, 'g', 12) : QString());
    form()->setText(u"tokens"_s, numberText(rule.tokens));
    form()->setText(u"requests"_s, numberText(rule.requests));
    form()->setText(u"concurrent"_s, numberText(rule.concurrent));
    form()->setChoice(u"period"_s, int(rule.period));
    form()->setText(u"timeZone"_s, QString::fromStdString(rule.timeZone));
    form()->setChoice(u"onLimit"_s, int(rule.onLimit));
    form()->setChoice(u"downgradeTo"_s, QString::fromStdString(rule.downgradeTo));
    for (size_t i = 0; i < scopeKeys.size(); ++i)
        form()->setText(QString::fromLatin1(scopeKeys[i]), QString::fromStdString(rule.scope.*scopeMember(i)));
    form()->setChoice(u"each"_s, QString::fromStdString(rule.each));
}

bool BudgetsView::read(BudgetRule &rule)
{
    form()->clearErrors();
    if (m_edited.empty()) {
        const QString id = form()->text(u"id"_s);
        if (!isPlainId(id))
            form()->setError(u"id"_s, tr("Must be lower-case letters, digits, - . and _"));
        else if (m_model->rowOf(id.toStdString()) >= 0)
            form()->setError(u"id"_s, tr("There is a budget of this name"));
        rule.id = id.toStdString();
    }
    const auto whole = [&](const QString &key, std::optional<int64_t> &value) {
        const QString text = form()->text(key);
        bool ok = false;
        int64_t number = text.toLongLong(&ok);
        if (!ok)
            number = numberLocale().toLongLong(text, &ok);
        value = ok && number > 0 ? std::optional(number) : std::nullopt;
        if (!text.isEmpty() && !value)
            form()->setError(key, tr("Must be a whole number above 0, or empty"));
    };
    const QString usd = form()->text(u"usd"_s);
    bool ok = false;
    double money = usd.toDouble(&ok);
    if (!ok)
        money = numberLocale().toDouble(usd, &ok);
    rule.usd = ok && std::isfinite(money) && money > 0 ? std::optional(money) : std::nullopt;
    if (!usd.isEmpty() && !rule.usd)
        form()->setError(u"usd"_s, tr("Must be a number above 0, or empty"));
    whole(u"tokens"_s, rule.tokens);
    whole(u"requests"_s, rule.requests);
    whole(u"concurrent"_s, rule.concurrent);
    if (!rule.usd && !rule.tokens && !rule.requests && !rule.concurrent && !form()->hasErrors())
        form()->setError(u"usd"_s, tr("At least one limit is needed"));
    rule.period = BudgetPeriod(form()->choice(u"period"_s).toInt());
    rule.timeZone = form()->text(u"timeZone"_s).toStdString();
    rule.onLimit = OnLimit(form()->choice(u"onLimit"_s).toInt());
    rule.downgradeTo =
        rule.onLimit == OnLimit::Downgrade ? form()->choice(u"downgradeTo"_s).toString().toStdString() : std::string();
    if (rule.onLimit == OnLimit::Downgrade && rule.downgradeTo.empty())
        form()->setError(u"downgradeTo"_s, tr("Choose the route that takes over"));
    for (size_t i = 0; i < scopeKeys.size(); ++i)
        rule.scope.*scopeMember(i) = form()->text(QString::fromLatin1(scopeKeys[i])).toStdString();
    rule.each = form()->choice(u"each"_s).toString().toStdString();
    return !form()->hasErrors();
}

void BudgetsView::save()
{
    const auto found = std::find_if(m_config->budgets.begin(), m_config->budgets.end(),
                                    [&](const BudgetRule &one) { return one.id == m_edited; });
    const bool known = !m_edited.empty() && found != m_config->budgets.end();
    const BudgetRule before = known ? *found : BudgetRule{};
    BudgetRule rule = before;
    if (!read(rule))
        return;
    const QString name = QString::fromStdString(rule.id);
    const Change undo = known ? Change([before](Config config) { return withBudget(std::move(config), before); })
                              : Change([id = rule.id](Config config) { return withoutBudget(std::move(config), id); });
    if (apply([rule](Config config) { return withBudget(std::move(config), rule); }, tr("budget %1 changed").arg(name),
              u"/budgets"_s, tr("Budget %1 saved").arg(name), undo))
        closeForm();
}

void BudgetsView::removeEdited()
{
    const auto found = std::find_if(m_config->budgets.begin(), m_config->budgets.end(),
                                    [&](const BudgetRule &one) { return one.id == m_edited; });
    if (m_edited.empty() || found == m_config->budgets.end())
        return;
    const BudgetRule before = *found;
    const QString name = QString::fromStdString(before.id);
    if (apply([id = before.id](Config config) { return withoutBudget(std::move(config), id); },
              tr("budget %1 removed").arg(name), u"/budgets"_s, tr("Budget %1 removed").arg(name),
              [before](Config config) { return withBudget(std::move(config), before); }))
        closeForm();
}

} // namespace signalbox
