// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/projects_page.h"

#include "ui/data/gateway_control.h"
#include "ui/data/provider_actions.h"
#include "ui/preferences/preferences.h"
#include "ui/projects/client_keys_view.h"
#include "ui/projects/project_views.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
const QString viewKey = u"projects/view"_s;
} // namespace

ProjectsPage::ProjectsPage(GatewayControl *control, ProviderActions *actions, LedgerFeed *feed, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_actions(actions),
      m_views(new QStackedWidget),
      m_projects(new ProjectsView(actions)),
      m_keys(new ClientKeysView(actions)),
      m_budgets(new BudgetsView(actions, feed)),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(16, 8, 16, 8);
    m_problem->hide();
    column->addWidget(m_problem);
    for (EditView *view :
         {static_cast<EditView *>(m_projects), static_cast<EditView *>(m_keys), static_cast<EditView *>(m_budgets)}) {
        m_views->addWidget(view);
        connect(view, &EditView::problemFound, this, [this](const QString &message) {
            m_problem->setText(message);
            m_problem->show();
        });
    }
    column->addWidget(m_views, 1);
    connect(m_budgets, &BudgetsView::projectRequested, this, [this](const QString &id) {
        showView(Projects);
        m_projects->editProject(id.toStdString());
    });
    connect(m_actions, &ProviderActions::configChanged, this, &ProjectsPage::takeConfig);
    connect(m_control, &GatewayControl::snapshotChanged, this, [this] {
        if (m_shown)
            takeSnapshot();
    });
    const auto add = [this](const QString &text, View view) {
        auto *action = new QAction(text, this);
        connect(action, &QAction::triggered, this, [this, view] {
            showView(view);
            startNew();
        });
        addAction(action);
    };
    add(tr("New &project"), Projects);
    add(tr("New client &key"), Keys);
    add(tr("New &budget"), Budgets);
    auto *fresh = new QAction(tr("&New in this list"), this);
    fresh->setShortcut(QKeySequence::New);
    fresh->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(fresh, &QAction::triggered, this, &ProjectsPage::startNew);
    addAction(fresh);
    m_views->setCurrentIndex(std::clamp(Preferences().value(viewKey).toInt(), int(Projects), int(Budgets)));
}

QString ProjectsPage::iconName() const
{
    return u"project"_s;
}

QWidget *ProjectsPage::headerTools()
{
    m_choice = new SegmentedControl(tr("What is shown"));
    m_choice->addSegment(tr("Projects"));
    m_choice->addSegment(tr("Client keys"));
    m_choice->addSegment(tr("Budgets"));
    m_choice->setCurrent(m_views->currentIndex());
    connect(m_choice, &SegmentedControl::chosen, this, [this](int view) { showView(View(view)); });
    return m_choice;
}

QWidget *ProjectsPage::headerActions()
{
    m_new = makeButton(newText(), ButtonKind::Primary, u"plus"_s);
    connect(m_new, &QPushButton::clicked, this, &ProjectsPage::startNew);
    return m_new;
}

QString ProjectsPage::newText() const
{
    switch (m_views->currentIndex()) {
    case Projects:
        return tr("New project");
    case Keys:
        return tr("New client key");
    default:
        return tr("New budget");
    }
}

void ProjectsPage::activate()
{
    m_shown = true;
    m_keys->setConfig(m_actions->config()); // keys may have expired meanwhile
    takeSnapshot();
}

void ProjectsPage::deactivate()
{
    m_shown = false;
}

void ProjectsPage::takeConfig(const ConfigPtr &config)
{
    m_projects->setConfig(config);
    m_keys->setConfig(config);
    m_budgets->setConfig(config);
    m_problem->hide();
    if (m_shown)
        takeSnapshot();
}

void ProjectsPage::takeSnapshot()
{
    const SnapshotPtr snapshot = m_control->snapshot();
    m_projects->setSnapshot(*snapshot);
    m_budgets->setSnapshot(*snapshot);
}

EditView *ProjectsPage::current() const
{
    return static_cast<EditView *>(m_views->currentWidget());
}

void ProjectsPage::showView(View view)
{
    m_views->setCurrentIndex(view);
    Preferences().setValue(viewKey, int(view));
    if (m_choice)
        m_choice->setCurrent(view);
    if (m_new)
        m_new->setText(newText());
}

void ProjectsPage::startNew()
{
    current()->startNew();
}

QString ProjectsPage::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

} // namespace signalbox
