// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/routes_page.h"

#include "core/catalogue/catalogue.h"
#include "core/config/presets.h"
#include "core/config/route_text.h"
#include "ui/data/catalogue_actions.h"
#include "ui/data/gateway_control.h"
#include "ui/data/provider_actions.h"
#include "ui/routing/ask_panel.h"
#include "ui/routing/history_panel.h"
#include "ui/routing/node_form.h"
#include "ui/routing/problem_strip.h"
#include "ui/routing/review_panel.h"
#include "ui/routing/route_actions.h"
#include "ui/routing/route_document.h"
#include "ui/routing/route_text_edit.h"
#include "ui/routing/route_tree_model.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/empty_state.h"
#include "ui/widgets/segmented_control.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"
#include "ui/widgets/toast.h"

#include <QtCore/QPointer>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>

#include <set>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

// For somebody's first route: readable, and a reason to change it.
RouteConfig firstRoute(const Config &config)
{
    RouteConfig route;
    route.id = "default";
    route.to = newPolicyNode(PolicyNode::Kind::Fallback);
    PolicyNode target = newPolicyNode(PolicyNode::Kind::Target);
    if (!config.providers.empty())
        target.provider = config.providers.front().id;
    route.to.children.push_back(target);
    return route;
}

} // namespace

RoutesPage::RoutesPage(GatewayControl *control, ProviderActions *actions, CatalogueActions *catalogue, LedgerFeed *feed,
                       QWidget *parent)
    : Page(parent),
      m_control(control),
      m_actions(actions),
      m_catalogue(catalogue),
      m_document(new RouteDocument(this)),
      m_model(new RouteTreeModel(*m_document, this)),
      m_tree(new QTreeView),
      m_editing(new RouteActions(*m_document, this, m_tree)),
      m_empty(new EmptyState(u"route"_s, tr("No route yet"),
                             tr("Without one, a request names its target itself: provider/model. A route decides by "
                                "weight, price, speed or condition, and falls back when something fails."))),
      m_form(new QStackedWidget),
      m_splitter(new QSplitter),
      m_nodeForm(new NodeForm(*m_document)),
      m_text(new RouteTextEdit),
      m_strip(new ProblemStrip(*m_document)),
      m_conflictWords(makeLabel({}, TextStyle::Body, Token::Text)),
      m_ask(new AskPanel(actions)),
      m_review(new ReviewPanel(*m_document)),
      m_history(new HistoryPanel(actions, feed)),
      m_problem(makeLabel({}, TextStyle::Body, Token::StopText))
{
    makeBody();
    makeActions();
    connectDocument();
    connect(m_actions, &ProviderActions::configChanged, this, &RoutesPage::takeConfig);
    connect(m_control, &GatewayControl::snapshotChanged, this, [this] {
        if (m_shown)
            takeSnapshot();
    });
    if (m_catalogue) {
        connect(m_catalogue, &CatalogueActions::catalogueChanged, this, &RoutesPage::takeOffers);
        m_document->setCatalogue(m_catalogue->catalogue());
    }
    restoreState();
    takeConfig(m_actions->config());
}

QString RoutesPage::iconName() const
{
    return u"route"_s;
}

void RoutesPage::connectDocument()
{
    connect(m_document, &RouteDocument::structureChanged, this, &RoutesPage::showTree);
    connect(m_document, &RouteDocument::draftChanged, this, [this] {
        textFollows();
        showDraft();
    });
    connect(m_document, &RouteDocument::problemsChanged, this, &RoutesPage::showDraft);
    connect(m_document, &RouteDocument::conflictChanged, this, &RoutesPage::showDraft);
    connect(m_text, &RouteTextEdit::draftChanged, this, &RoutesPage::takeText);
    connect(m_text->editor(), &QPlainTextEdit::cursorPositionChanged, this, &RoutesPage::selectByText);
    connect(m_strip, &ProblemStrip::nodeRequested, this, [this](DraftId id) {
        choose(id);
        m_nodeForm->focusFirst();
    });
    connect(m_editing, &RouteActions::chooseRequested, this, &RoutesPage::choose);
    connect(m_editing, &RouteActions::refused, this, &RoutesPage::showProblem);
    const auto close = [this] { showSide(None); };
    connect(m_ask, &AskPanel::closeRequested, this, close);
    connect(m_review, &ReviewPanel::closeRequested, this, close);
    connect(m_history, &HistoryPanel::closeRequested, this, close);
    connect(m_review, &ReviewPanel::applyRequested, this, &RoutesPage::apply);
    connect(m_history, &HistoryPanel::routesTaken, this,
            [this](const std::vector<RouteConfig> &routes, const QString &version) {
                m_document->become(routes, tr("Take the routes of %1").arg(version));
                showSide(Review);
            });
}

// The config.

void RoutesPage::takeConfig(const ConfigPtr &config)
{
    if (m_text->hasDraft())
        m_text->check(); // what was written a moment ago counts
    {
        const QScopedValueRollback taking(m_taking, true);
        m_text->setConfig(config);
    }
    m_document->setConfig(config);
    m_form->setCurrentIndex(m_document->draft().children(0).empty() ? 1 : 0);
    m_problem->hide();
    takeOffers();
    textFollows();
    showDraft();
    const std::vector<DraftId> &routes = m_document->draft().children(0);
    if (m_editing->chosen() == 0 && !routes.empty())
        choose(routes.front());
    if (m_shown)
        takeSnapshot();
}

// What the fields offer: read when one looks, as a catalogue has thousands of models.
void RoutesPage::takeOffers()
{
    const Config &config = m_document->running();
    FieldOffers offers;
    for (const ProviderConfig &provider : config.providers) {
        offers.providers.append({QString::fromStdString(provider.title()), QString::fromStdString(provider.id)});
        const QString region = QString::fromStdString(provider.region);
        if (!region.isEmpty() && !offers.regions.contains(region))
            offers.regions << region;
    }
    if (m_catalogue) {
        m_document->setCatalogue(m_catalogue->catalogue());
        for (const QualityMetric &metric : m_catalogue->catalogue()->quality().metrics())
            offers.qualities << QString::fromStdString(metric.id);
    }
    offers.models = [this](const std::string &id) {
        std::set<std::string> models;
        const ProviderConfig *provider = m_document->running().provider(id);
        const Preset *preset = provider ? findPreset(provider->preset) : nullptr;
        if (preset && m_catalogue) {
            const std::shared_ptr<const Catalogue> catalogue = m_catalogue->catalogue();
            for (size_t i = 0; i < catalogue->size(); ++i) {
                const std::vector<std::string> &names = preset->catalogueProviders;
                if (!names.empty() && catalogue->providerAt(i) == names.front())
                    models.emplace(catalogue->modelAt(i));
            }
        }
        for (const ModelConfig &own : m_document->running().models) {
            const std::string begin = id + '/';
            if (own.model.starts_with(begin) && own.model.find_first_of("*?") == std::string::npos)
                models.insert(own.model.substr(begin.size()));
        }
        const SnapshotPtr snapshot = m_control->snapshot();
        for (const HealthBook::TargetRow &row : snapshot->targets) {
            if (row.provider == id)
                models.insert(row.model);
        }
        QStringList list;
        for (const std::string &model : models)
            list << QString::fromStdString(model);
        return list;
    };
    m_editing->setModels(offers.models);
    m_nodeForm->setOffers(std::move(offers));
}

void RoutesPage::takeSnapshot()
{
    m_model->setSnapshot(*m_control->snapshot());
}

void RoutesPage::activate()
{
    m_shown = true;
    takeSnapshot();
}

void RoutesPage::deactivate()
{
    m_shown = false;
    saveState();
}

// The views of the draft, in step with each other.

void RoutesPage::showTree()
{
    const DraftId chosen = m_editing->chosen();
    m_tree->expandAll();
    m_form->setCurrentIndex(m_document->draft().children(0).empty() ? 1 : 0);
    if (m_document->draft().contains(chosen))
        choose(chosen);
}

void RoutesPage::choose(DraftId id)
{
    const QModelIndex index = m_model->indexOf(id);
    if (index.isValid() && m_tree->currentIndex() != index)
        m_tree->setCurrentIndex(index); // its signal does the rest
    else if (m_nodeForm->node() != id)
        m_nodeForm->showNode(id);
    m_editing->setChosen(index.isValid() ? id : 0);
}

void RoutesPage::textFollows()
{
    if (m_fromText || m_text->isBroken())
        return; // what somebody is writing stays
    Config next = m_document->config();
    m_text->follow(QString::fromStdString(routesText(next)));
}

void RoutesPage::takeText()
{
    if (m_taking)
        return; // the text of a config, not of a person
    const auto written = m_text->draft();
    if (written && written->routes != m_document->draft().routes()) {
        const QScopedValueRollback fromText(m_fromText, true);
        m_document->takeText(written->routes);
    }
    showDraft();
}

void RoutesPage::selectByText()
{
    if (m_selecting || m_view == Form || !m_text->editor()->hasFocus() || m_text->isBroken())
        return;
    const QScopedValueRollback selecting(m_selecting, true);
    if (const DraftId id = m_document->draft().at(m_text->pointerHere()))
        choose(id);
}

// How the draft stands.

QString RoutesPage::whyNotApplicable() const
{
    if (m_text->isBroken())
        return tr("There is a problem in the text");
    if (!m_document->isChanged())
        return tr("Nothing has been changed");
    if (m_document->hasConflict())
        return tr("Somebody else changed the routes too: choose what is to become of that first");
    if (m_document->isChecked() && m_document->errorCount() > 0)
        return tr("The draft has errors");
    return {};
}

void RoutesPage::showDraft()
{
    const QString why = whyNotApplicable();
    const bool drafted = m_document->isChanged() || m_text->isBroken();
    const int changes = int(m_document->changes().size());
    m_review->setApplicable(why.isEmpty(), why);
    if (m_apply) {
        m_apply->setEnabled(why.isEmpty());
        m_apply->setToolTip(why.isEmpty() ? tr("Look at what changes, and route by it from now on") : why);
        m_discard->setEnabled(drafted);
    }
    // Behind a text that cannot be read the form would show, and change, something else.
    m_nodeForm->setEnabled(!m_text->isBroken());
    m_tree->setEnabled(!m_text->isBroken());
    m_ask->setDraft(m_document->isChanged() && !m_text->isBroken() && m_document->errorCount() == 0
                        ? std::make_shared<const Config>(m_document->config())
                        : nullptr);
    m_conflict->setVisible(m_document->hasConflict());
    if (m_document->hasConflict()) {
        QStringList both;
        for (const std::string &route : m_document->conflictingRoutes())
            both << QString::fromStdString(route);
        m_conflictWords->setText(
            both.isEmpty() ? tr("The routes were changed elsewhere too, at other places than here.")
                           : tr("The routes were changed elsewhere too; here and there: %1.").arg(both.join(u", "_s)));
    }
    Q_EMIT subtitleChanged(!drafted       ? QString()
                           : changes == 0 ? tr("Draft")
                                          : tr("Draft · %n changes", nullptr, changes));
}

void RoutesPage::writeFirst()
{
    DraftId made = 0;
    if (m_document->insertRoute(0, firstRoute(*m_actions->config()), &made))
        choose(made);
    m_nodeForm->focusFirst();
}

void RoutesPage::apply()
{
    if (m_text->isBroken() || !m_document->isChanged())
        return;
    if (!m_document->isChecked())
        m_document->checkNow();
    if (const QString why = whyNotApplicable(); !why.isEmpty()) {
        showProblem(why);
        return;
    }
    const std::vector<RouteConfig> before = m_actions->config()->routes;
    QStringList routes;
    for (const RouteChange &change : m_document->changes())
        routes << QString::fromStdString(change.route);
    const auto applied = m_actions->apply(m_document->config(), tr("routes changed: %1").arg(routes.join(u", "_s)));
    if (!applied) {
        showProblem(applied.error().code == "config_conflict"
                        ? tr("The config file was changed meanwhile. It is being read; then choose what is to become "
                             "of both changes. Your draft stays.")
                        : QString::fromStdString(applied.error().message));
        return;
    }
    m_problem->hide();
    takeConfig(m_actions->config());
    if (!m_review->isHidden())
        showSide(None);
    if (ToastHost *toasts = ToastHost::of(this))
        toasts->show(Signal::Clear, tr("Routes applied"), tr("Undo"), [guard = QPointer(this), before] {
            if (guard)
                guard->undoApplied(before);
        });
}

void RoutesPage::undoApplied(const std::vector<RouteConfig> &before)
{
    Config next = *m_actions->config();
    next.routes = before;
    const auto applied = m_actions->apply(std::move(next), tr("routes changed back"));
    if (!applied)
        showProblem(QString::fromStdString(applied.error().message));
}

void RoutesPage::showProblem(const QString &message)
{
    m_problem->setText(message);
    m_problem->show();
}

QString RoutesPage::problem() const
{
    return m_problem->isHidden() ? QString() : m_problem->text();
}

} // namespace signalbox
