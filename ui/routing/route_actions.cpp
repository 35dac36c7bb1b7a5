// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/route_actions.h"

#include "ui/routing/node_words.h"
#include "ui/routing/route_document.h"
#include "ui/widgets/icon_engine.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QMenu>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr qsizetype mostModels = 500; // of one provider; more are named in the target's own field
} // namespace

NewPlace placeForNew(const RouteDraft &draft, DraftId chosen)
{
    if (!draft.contains(chosen))
        return {0, 0, RouteActions::tr("Choose the route or node that it goes to")};
    const std::string full = draft.whyFull(chosen);
    if (full.empty())
        return {chosen, draft.children(chosen).size(), {}};
    const DraftId parent = draft.parentOf(chosen);
    if (parent != 0 && draft.whyFull(parent).empty())
        return {parent, draft.placeOf(chosen) + 1, {}};
    // A route's only node that holds others: the new one goes among them.
    if (draft.isRoute(chosen) && !draft.children(chosen).empty()) {
        const DraftId root = draft.children(chosen).front();
        if (draft.whyFull(root).empty())
            return {root, draft.children(root).size(), {}};
    }
    return {0, 0, RouteActions::tr("There is no room here: put the node into a group first")};
}

RouteActions::RouteActions(RouteDocument &document, QWidget *page, QWidget *view) : QObject(page), m_document(document)
{
    using Keys = QList<QKeySequence>;
    add(tr("New &route"), {tr("Ctrl+Shift+N")}, page, &RouteActions::addRoute);
    m_up = add(tr("Move &up"), {tr("Alt+Up")}, view, &RouteActions::up);
    m_down = add(tr("Move do&wn"), {tr("Alt+Down")}, view, &RouteActions::down);
    m_duplicate = add(tr("&Duplicate"), {tr("Ctrl+D")}, view, &RouteActions::duplicate);
    m_toggle = add(tr("Switch o&ff or on"), {tr("D")}, view, &RouteActions::toggle);
    m_unwrap = add(tr("&Take its nodes out of it"), {tr("Ctrl+Del")}, view, &RouteActions::unwrap);
    m_cut = add(tr("Cu&t as JSON"), Keys{QKeySequence(QKeySequence::Cut)}, view, &RouteActions::cut);
    m_copy = add(tr("&Copy as JSON"), Keys{QKeySequence(QKeySequence::Copy)}, view, &RouteActions::copyChosen);
    m_paste = add(tr("&Paste JSON"), Keys{QKeySequence(QKeySequence::Paste)}, view, &RouteActions::paste);
    m_remove = add(tr("R&emove"), Keys{QKeySequence(QKeySequence::Delete)}, view, &RouteActions::remove);
    connect(&document, &RouteDocument::draftChanged, this, &RouteActions::enable);
    enable();
}

QAction *RouteActions::add(const QString &text, const QList<QKeySequence> &keys, QWidget *view,
                           void (RouteActions::*slot)())
{
    auto *action = new QAction(text, this);
    action->setShortcuts(keys);
    const auto *page = qobject_cast<QWidget *>(parent());
    action->setShortcutContext(view == page ? Qt::WidgetWithChildrenShortcut : Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, slot);
    view->addAction(action);
    m_all << action;
    return action;
}

void RouteActions::setChosen(DraftId id)
{
    m_chosen = id;
    enable();
}

void RouteActions::enable()
{
    const RouteDraft &draft = m_document.draft();
    if (!draft.contains(m_chosen))
        m_chosen = 0;
    for (QAction *action : {m_duplicate, m_toggle, m_cut, m_copy, m_remove})
        action->setEnabled(m_chosen != 0);
    const size_t siblings = m_chosen == 0 ? 0 : draft.children(draft.parentOf(m_chosen)).size();
    m_up->setEnabled(m_chosen != 0 && draft.placeOf(m_chosen) > 0);
    m_down->setEnabled(m_chosen != 0 && draft.placeOf(m_chosen) + 1 < siblings);
    m_unwrap->setEnabled(m_chosen != 0 && !draft.isRoute(m_chosen) && !draft.children(m_chosen).empty());
}

void RouteActions::said(bool done, DraftId made)
{
    if (!done)
        Q_EMIT refused(m_document.why());
    else if (made != 0)
        Q_EMIT chooseRequested(made);
}

std::vector<Command> RouteActions::additions(QString *where)
{
    std::vector<Command> all;
    all.push_back({tr("Route"), tr("takes the requests that match it"), {}, [this] { addRoute(); }, u"route"_s});
    const NewPlace place = placeForNew(m_document.draft(), m_chosen);
    *where = place.why.isEmpty() ? tr("Goes into %1.").arg(draftTitle(m_document.draft(), place.parent)) : place.why;
    if (!place.why.isEmpty())
        return all;
    const auto offer = [&](const PolicyNode &node, const QString &text, const QString &about) {
        all.push_back({text, about, {}, [this, node] { addNode(node); }, nodeIcon(node)});
    };
    for (int i = int(PolicyNode::Kind::Weighted); i <= int(PolicyNode::Kind::Reject); ++i) {
        const PolicyNode node = newPolicyNode(PolicyNode::Kind(i));
        offer(node, nodeTitle(node), kindWords(node.kind));
    }
    PolicyNode target = newPolicyNode(PolicyNode::Kind::Target);
    for (const ProviderConfig &provider : m_document.running().providers) {
        target.provider = provider.id;
        target.model = "*";
        offer(target, nodeTitle(target), tr("target"));
    }
    for (const ProviderConfig &provider : m_document.running().providers) {
        target.provider = provider.id;
        const QStringList models = m_models ? m_models(provider.id) : QStringList();
        for (const QString &model : models.mid(0, mostModels)) {
            target.model = model.toStdString();
            offer(target, nodeTitle(target), tr("target"));
        }
    }
    return all;
}

void RouteActions::fillMoreMenu(QMenu &menu)
{
    QMenu *into = menu.addMenu(tr("Put &into a group"));
    into->setEnabled(m_chosen != 0 && !m_document.draft().isRoute(m_chosen));
    for (int i = int(PolicyNode::Kind::Weighted); i <= int(PolicyNode::Kind::When); ++i) {
        const auto kind = PolicyNode::Kind(i);
        QAction *action = into->addAction(themeIcon(nodeIcon(newPolicyNode(kind))), nodeTitle(newPolicyNode(kind)));
        action->setToolTip(kindWords(kind));
        connect(action, &QAction::triggered, this, [this, kind] { wrap(kind); });
    }
    into->setToolTipsVisible(true);
    menu.addActions(m_all);
}

void RouteActions::addNode(const PolicyNode &node)
{
    const NewPlace where = placeForNew(m_document.draft(), m_chosen);
    if (!where.why.isEmpty()) {
        Q_EMIT refused(where.why);
        return;
    }
    DraftId made = 0;
    const bool done = m_document.insert(where.parent, where.place, node, &made);
    said(done, made);
}

void RouteActions::addRoute()
{
    const RouteDraft &draft = m_document.draft();
    RouteConfig route;
    route.id = "route";
    route.to = newPolicyNode(PolicyNode::Kind::Fallback);
    if (!m_document.running().providers.empty()) {
        route.to.children.push_back(newPolicyNode(PolicyNode::Kind::Target));
        route.to.children.front().provider = m_document.running().providers.front().id;
    }
    // Before the chosen one: behind a route that takes everything a new one would never be reached.
    const DraftId at = m_chosen == 0 ? 0 : draft.routeOf(m_chosen);
    DraftId made = 0;
    const bool done = m_document.insertRoute(at == 0 ? 0 : draft.placeOf(at), route, &made);
    said(done, made);
}

void RouteActions::wrap(PolicyNode::Kind kind)
{
    const DraftId id = m_chosen;
    const bool done = m_document.wrap(id, kind);
    said(done, done ? m_document.draft().parentOf(id) : 0);
}

void RouteActions::unwrap()
{
    const RouteDraft &draft = m_document.draft();
    const DraftId first =
        draft.contains(m_chosen) && !draft.children(m_chosen).empty() ? draft.children(m_chosen).front() : 0;
    const bool done = m_document.unwrap(m_chosen);
    said(done, first);
}

void RouteActions::duplicate()
{
    DraftId made = 0;
    const bool done = m_document.duplicate(m_chosen, &made);
    said(done, made);
}

void RouteActions::toggle()
{
    const RouteDraft &draft = m_document.draft();
    DraftId id = m_chosen;
    if (draft.contains(id) && draft.isRoute(id) && !draft.children(id).empty())
        id = draft.children(id).front();
    said(draft.contains(id) && m_document.setDisabled(id, !draft.fields(id).node.disabled));
}

void RouteActions::remove()
{
    const RouteDraft &draft = m_document.draft();
    if (!draft.contains(m_chosen))
        return;
    // Who stands there afterwards is chosen: the next, the one before, or what held it.
    const DraftId parent = draft.parentOf(m_chosen);
    const size_t place = draft.placeOf(m_chosen);
    const bool done = m_document.remove(m_chosen);
    const std::vector<DraftId> &left = draft.children(parent);
    said(done, left.empty() ? parent : left[std::min(place, left.size() - 1)]);
}

void RouteActions::moveBy(int step)
{
    const RouteDraft &draft = m_document.draft();
    if (!draft.contains(m_chosen))
        return;
    const DraftId id = m_chosen;
    const auto place = static_cast<std::ptrdiff_t>(draft.placeOf(id)) + step;
    if (place < 0 || size_t(place) >= draft.children(draft.parentOf(id)).size())
        return;
    said(m_document.move(id, draft.parentOf(id), size_t(place)), id);
}

void RouteActions::copy() const
{
    if (m_document.draft().contains(m_chosen))
        QGuiApplication::clipboard()->setText(QString::fromStdString(m_document.draft().json(m_chosen)));
}

void RouteActions::cut()
{
    copy();
    remove();
}

void RouteActions::paste()
{
    const std::string text = QGuiApplication::clipboard()->text().toStdString();
    const auto pasted = readPastedRoutes(m_document.running(), text);
    if (!pasted) {
        Q_EMIT refused(
            tr("The clipboard holds no route and no node: %1").arg(QString::fromStdString(pasted.error().message)));
        return;
    }
    if (pasted->node) {
        addNode(*pasted->node);
        return;
    }
    const RouteDraft &draft = m_document.draft();
    const DraftId at = m_chosen == 0 ? 0 : draft.routeOf(m_chosen);
    size_t place = at == 0 ? draft.children(0).size() : draft.placeOf(at) + 1;
    DraftId made = 0;
    for (const RouteConfig &route : pasted->routes)
        said(m_document.insertRoute(place++, route, &made), made);
}

} // namespace signalbox
