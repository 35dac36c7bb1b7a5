// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/provider_actions.h"
#include "ui/projects/client_edit.h"
#include "ui/projects/project_models.h"
#include "ui/projects/project_views.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/number_format.h"

#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

EmptyState *makeEmpty()
{
    auto *empty =
        new EmptyState(u"project"_s, ProjectsView::tr("No project yet"),
                       ProjectsView::tr("A project groups client keys: one budget, one set of rules, one sum."));
    empty->addButton(ProjectsView::tr("Make a project"), u"plus"_s);
    return empty;
}

QString joined(const std::vector<std::string> &list)
{
    QStringList words;
    for (const std::string &one : list)
        words += QString::fromStdString(one);
    return words.join(u", "_s);
}

std::vector<std::string> texts(const QStringList &list)
{
    std::vector<std::string> texts;
    for (const QString &one : list)
        texts.push_back(one.toStdString());
    return texts;
}

std::optional<double> readNumber(const QString &text)
{
    bool ok = false;
    double value = text.toDouble(&ok);
    if (!ok)
        value = numberLocale().toDouble(text, &ok);
    return ok && std::isfinite(value) ? std::optional<double>(value) : std::nullopt;
}

} // namespace

ProjectsView::ProjectsView(ProviderActions *actions, QWidget *parent)
    : EditView(actions, new ProjectTableModel, makeEmpty(), tr("Projects"), parent),
      m_model(qobject_cast<ProjectTableModel *>(table()->model())),
      m_remove(makeButton(tr("Re&move"), ButtonKind::Danger))
{
    m_model->setParent(this);
    QHeaderView *header = table()->horizontalHeader();
    const std::array<int, ProjectTableModel::ColumnCount> widths{220, 64, 96, 140, 72, 240};
    for (int i = 0; i < ProjectTableModel::ColumnCount; ++i)
        header->resizeSection(i, widths[size_t(i)]);
    makeForm();
    setConfig(actions->config());
}

void ProjectsView::makeForm()
{
    form()->addText(u"id"_s, tr("Id"), tr("Lower-case letters, digits, - . and _"));
    form()->addText(u"name"_s, tr("Name"));
    form()->addSection(tr("Budget"));
    form()->addText(u"limitUsd"_s, tr("Limit in USD"), tr("Empty: no budget of its own"));
    form()->addChoice(
        u"period"_s, tr("Period"),
        {{tr("Day"), u"day"_s}, {tr("Week"), u"week"_s}, {tr("Month"), u"month"_s}, {tr("All time"), u"total"_s}});
    form()->addChoice(u"onLimit"_s, tr("At the limit"),
                      {{tr("Refuse further requests"), u"block"_s}, {tr("Tell only"), u"warn"_s}});
    form()->addSection(tr("May use"));
    form()->addText(u"regions"_s, tr("Regions"), tr("eu, us …, parted by commas; empty: all"));
    form()->addText(u"allow"_s, tr("Models"), tr("provider/model with *, parted by commas; empty: all"));
    form()->addText(u"deny"_s, tr("Never"), tr("provider/model with *, parted by commas"));
    form()->addText(u"minQuality"_s, tr("Quality from"), tr("A score; empty: any"));
    form()->addButton(m_remove);
    connect(m_remove, &QPushButton::clicked, this, &ProjectsView::removeEdited);
}

void ProjectsView::setConfig(const ConfigPtr &config)
{
    m_model->setConfig(config);
    showEmpty(config->projects.empty());
    if (!form()->isHidden() && !m_edited.empty() && m_model->rowOf(m_edited) < 0)
        closeForm();
}

void ProjectsView::setSnapshot(const GatewaySnapshot &snapshot)
{
    m_model->setSnapshot(snapshot);
}

void ProjectsView::startNew()
{
    m_edited.clear();
    for (const QString &key : {u"id"_s, u"name"_s, u"limitUsd"_s, u"regions"_s, u"allow"_s, u"deny"_s, u"minQuality"_s})
        form()->setText(key, {});
    form()->setChoice(u"period"_s, u"month"_s);
    form()->setChoice(u"onLimit"_s, u"block"_s);
    form()->setFieldEnabled(u"id"_s, true);
    m_remove->hide();
    openForm(tr("New project"));
}

void ProjectsView::editProject(const std::string &id)
{
    edit(m_model->rowOf(id));
}

void ProjectsView::edit(int row)
{
    const ProjectConfig *project = m_model->project(row);
    if (!project)
        return;
    m_edited = project->id;
    const BudgetConfig budget = project->budget.value_or(BudgetConfig{});
    form()->setText(u"id"_s, QString::fromStdString(project->id));
    form()->setFieldEnabled(u"id"_s, false);
    form()->setText(u"name"_s, QString::fromStdString(project->name));
    form()->setText(u"limitUsd"_s, project->budget ? QString::number(budget.limitUsd, 'g', 12) : QString());
    form()->setChoice(u"period"_s, QString::fromStdString(budget.period));
    form()->setChoice(u"onLimit"_s, QString::fromStdString(budget.onLimit));
    const Constraints &rules = project->constraints;
    form()->setText(u"regions"_s, joined(rules.regions));
    form()->setText(u"allow"_s, joined(rules.allow));
    form()->setText(u"deny"_s, joined(rules.deny));
    form()->setText(u"minQuality"_s, rules.minQuality ? QString::number(*rules.minQuality, 'g', 6) : QString());
    m_remove->show();
    openForm(project->name.empty() ? QString::fromStdString(project->id) : QString::fromStdString(project->name));
}

bool ProjectsView::read(ProjectConfig &project)
{
    form()->clearErrors();
    if (m_edited.empty()) {
        const QString id = form()->text(u"id"_s);
        if (!isPlainId(id))
            form()->setError(u"id"_s, tr("Must be lower-case letters, digits, - . and _"));
        else if (m_model->rowOf(id.toStdString()) >= 0)
            form()->setError(u"id"_s, tr("There is a project of this name"));
        project.id = id.toStdString();
    }
    project.name = form()->text(u"name"_s).toStdString();
    const QString limit = form()->text(u"limitUsd"_s);
    if (limit.isEmpty()) {
        project.budget.reset();
    } else {
        const auto usd = readNumber(limit);
        if (!usd || *usd <= 0)
            form()->setError(u"limitUsd"_s, tr("Must be a number above 0, or empty"));
        BudgetConfig budget = project.budget.value_or(BudgetConfig{});
        budget.limitUsd = usd.value_or(0);
        budget.period = form()->choice(u"period"_s).toString().toStdString();
        budget.onLimit = form()->choice(u"onLimit"_s).toString().toStdString();
        project.budget = budget;
    }
    project.constraints.regions = texts(form()->list(u"regions"_s));
    project.constraints.allow = texts(form()->list(u"allow"_s));
    project.constraints.deny = texts(form()->list(u"deny"_s));
    const QString quality = form()->text(u"minQuality"_s);
    project.constraints.minQuality = quality.isEmpty() ? std::nullopt : readNumber(quality);
    if (!quality.isEmpty() && !project.constraints.minQuality)
        form()->setError(u"minQuality"_s, tr("Must be a number, or empty"));
    return !form()->hasErrors();
}

void ProjectsView::save()
{
    const int row = m_model->rowOf(m_edited);
    ProjectConfig project = row >= 0 ? *m_model->project(row) : ProjectConfig{};
    const ProjectConfig before = project;
    if (!read(project))
        return;
    const QString name = QString::fromStdString(project.id);
    const Change undo =
        row >= 0 ? Change([before](Config config) { return withProject(std::move(config), before); })
                 : Change([id = project.id](Config config) { return withoutProject(std::move(config), id); });
    if (apply([project](Config config) { return withProject(std::move(config), project); },
              tr("project %1 changed").arg(name), u"/projects"_s, tr("Project %1 saved").arg(name), undo))
        closeForm();
}

void ProjectsView::removeEdited()
{
    const int row = m_model->rowOf(m_edited);
    if (row < 0)
        return;
    const ProjectConfig before = *m_model->project(row);
    const QString name = QString::fromStdString(before.id);
    if (apply([id = before.id](Config config) { return withoutProject(std::move(config), id); },
              tr("project %1 removed").arg(name), u"/projects"_s, tr("Project %1 removed").arg(name),
              [before](Config config) { return withProject(std::move(config), before); }))
        closeForm();
}

} // namespace signalbox
