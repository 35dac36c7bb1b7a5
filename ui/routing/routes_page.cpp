// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/routes_page.h"

#include "ui/data/gateway_control.h"
#include "ui/data/provider_actions.h"
#include "ui/routing/ask_panel.h"
#include "ui/routing/route_text_edit.h"
#include "ui/routing/route_tree_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtGui/QAction>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr int figureWidth = 76;
constexpr int stateWidth = 132;
constexpr int rowHeight = 28; // as in tables, whose headers set it

class TreeRowDelegate final : public RowDelegate
{
public:
    using RowDelegate::RowDelegate;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override
    {
        return {RowDelegate::sizeHint(option, index).width(), rowHeight};
    }
};

// For somebody's first route: readable, and a reason to change it.
QString firstRoute(const Config &config)
{
    const QString provider =
        config.providers.empty() ? u"provider"_s : QString::fromStdString(config.providers.front().id);
    return u"  {\n    \"id\": \"default\",\n    \"match\": { \"model\": \"*\" },\n"
           "    \"to\": { \"fallback\": [\n      { \"target\": \"%1/*\" }\n    ] }\n  }"_s.arg(provider);
}

} // namespace

RoutesPage::RoutesPage(GatewayControl *control, ProviderActions *actions, QWidget *parent)
    : Page(parent),
      m_control(control),
      m_actions(actions),
      m_model(new RouteTreeModel(this)),
      m_tree(new QTreeView),
      m_empty(new EmptyState(u"route"_s, tr("No route yet"),
                             tr("Without one, a request names its target itself: provider/model. A route decides by "
                                "weight, price, speed or condition, and falls back when something fails."))),
      m_form(new QStackedWidget),
      m_views(new QStackedWidget),
      m_text(new RouteTextEdit),
      m_ask(new AskPanel(actions)),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText))
{
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    auto *column = new QVBoxLayout;
    column->setSpacing(0);
    m_problem->setWordWrap(true);
    m_problem->setContentsMargins(16, 8, 16, 8);
    m_problem->hide();
    column->addWidget(m_problem);
    m_views->addWidget(makeForm());
    m_views->addWidget(m_text);
    column->addWidget(m_views, 1);
    row->addLayout(column, 1);
    row->addWidget(m_ask);
    m_ask->hide();
    connect(m_ask, &AskPanel::closeRequested, this, [this] { setAsking(false); });
    connect(m_text, &RouteTextEdit::draftChanged, this, &RoutesPage::showDraft);
    connect(m_actions, &ProviderActions::configChanged, this, &RoutesPage::takeConfig);
    connect(m_control, &GatewayControl::snapshotChanged, this, [this] {
        if (m_shown)
            takeSnapshot();
    });
    auto *applyAction = new QAction(tr("&Apply the routes"), this);
    applyAction->setShortcut(tr("Ctrl+Return"));
    connect(applyAction, &QAction::triggered, this, &RoutesPage::apply);
    auto *askAction = new QAction(tr("As&k where a request would go"), this);
    askAction->setShortcut(tr("Ctrl+Shift+A"));
    connect(askAction, &QAction::triggered, this, [this] { setAsking(true); });
    addActions({applyAction, askAction});
    takeConfig(m_actions->config());
}

QString RoutesPage::iconName() const
{
    return u"route"_s;
}

QWidget *RoutesPage::makeForm()
{
    m_tree->setModel(m_model);
    auto *header = new TableHeader;
    m_tree->setHeader(header);
    m_tree->setItemDelegate(new TreeRowDelegate(m_tree));
    m_tree->setAccessibleName(tr("Routes"));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setIndentation(20);
    m_tree->setExpandsOnDoubleClick(true);
    m_tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    header->setStretchLastSection(false);
    header->setSectionResizeMode(RouteTreeModel::Node, QHeaderView::Stretch);
    for (const int figure :
         {RouteTreeModel::Configured, RouteTreeModel::Effective, RouteTreeModel::FirstToken, RouteTreeModel::Errors})
        header->resizeSection(figure, figureWidth);
    header->resizeSection(RouteTreeModel::State, stateWidth);
    m_form->addWidget(m_tree);
    m_form->addWidget(m_empty);
    QPushButton *write = m_empty->addButton(tr("Write a route"), u"plus"_s);
    connect(write, &QPushButton::clicked, this, &RoutesPage::writeFirst);
    return m_form;
}

QWidget *RoutesPage::headerTools()
{
    m_choice = new SegmentedControl(tr("How the routes are shown"));
    m_choice->addSegment(tr("Form"), tr("As a tree with live figures"));
    m_choice->addSegment(tr("Text"), tr("As text, to change them"));
    m_choice->setCurrent(m_views->currentIndex());
    connect(m_choice, &SegmentedControl::chosen, this, [this](int view) { showView(View(view)); });
    return m_choice;
}

QWidget *RoutesPage::headerActions()
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    m_discard = makeIconButton(u"undo"_s, tr("Discard the draft"), true);
    QPushButton *ask = makeButton(tr("Ask"), u"help"_s);
    ask->setToolTip(tr("Where would a request go, and why?"));
    m_apply = makeButton(tr("Apply"), ButtonKind::Primary);
    row->addWidget(m_discard);
    row->addWidget(ask);
    row->addWidget(m_apply);
    connect(m_discard, &QToolButton::clicked, m_text, &RouteTextEdit::discard);
    connect(ask, &QPushButton::clicked, this, [this] { setAsking(m_ask->isHidden()); });
    connect(m_apply, &QPushButton::clicked, this, &RoutesPage::apply);
    showDraft();
    return box;
}

void RoutesPage::activate()
{
    m_shown = true;
    takeSnapshot();
}

void RoutesPage::deactivate()
{
    m_shown = false;
}

void RoutesPage::showView(View view)
{
    m_views->setCurrentIndex(view);
    if (m_choice)
        m_choice->setCurrent(view);
    if (view == Text)
        m_text->editor()->setFocus();
}

void RoutesPage::setAsking(bool on)
{
    m_ask->setVisible(on);
    if (on)
        m_ask->modelField()->setFocus();
}

void RoutesPage::takeConfig(const ConfigPtr &config)
{
    m_model->setConfig(config);
    m_tree->expandAll();
    m_form->setCurrentIndex(config->routes.empty() ? 1 : 0);
    m_text->setConfig(config);
    m_problem->hide();
    if (m_shown)
        takeSnapshot();
}

void RoutesPage::takeSnapshot()
{
    m_model->setSnapshot(*m_control->snapshot());
}

void RoutesPage::showDraft()
{
    const bool drafted = m_text->hasDraft();
    if (m_apply) {
        m_apply->setEnabled(drafted && m_text->draft());
        m_apply->setToolTip(!drafted           ? tr("Nothing has been changed")
                            : !m_text->draft() ? tr("There is a problem in the text")
                                               : tr("Route by the draft from now on"));
        m_discard->setEnabled(drafted);
    }
    Q_EMIT subtitleChanged(drafted ? tr("Draft") : QString());
}

void RoutesPage::writeFirst()
{
    m_text->insertRoute(firstRoute(*m_actions->config()));
    showView(Text);
}

void RoutesPage::apply()
{
    const auto draft = m_text->draft();
    if (!m_text->hasDraft() || !draft)
        return;
    const std::vector<RouteConfig> before = m_actions->config()->routes;
    Config next = *m_actions->config(); // what else has changed meanwhile stays
    next.routes = draft->routes;
    const auto applied = m_actions->apply(std::move(next), tr("routes changed"));
    m_problem->setVisible(!applied);
    if (!applied) {
        m_problem->setText(QString::fromStdString(applied.error().message));
        return;
    }
    takeConfig(m_actions->config());
    m_text->discard();
    if (ToastHost *toasts = ToastHost::of(this))
        toasts->show(Signal::Clear, tr("Routes applied"), tr("Undo"), [this, before] { undo(before); });
}

void RoutesPage::undo(const std::vector<RouteConfig> &before)
{
    Config next = *m_actions->config();
    next.routes = before;
    const auto applied = m_actions->apply(std::move(next), tr("routes changed back"));
    m_problem->setVisible(!applied);
    if (!applied)
        m_problem->setText(QString::fromStdString(applied.error().message));
    else
        takeConfig(m_actions->config());
}

} // namespace signalbox
