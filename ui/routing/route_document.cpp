// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/route_document.h"

#include "ui/routing/node_words.h"

#include <algorithm>
#include <chrono>

namespace signalbox {

namespace {
constexpr std::chrono::milliseconds pauseBeforeCheck{120};
constexpr const char *textKey = "text";
} // namespace

// Its first redo() is the edit that has been made already. Holds ids and values, as the document's views come and go.
class RouteDocument::Command final : public QUndoCommand
{
public:
    Command(RouteDocument &document, DraftEdit edit, const QString &text, const QString &mergeKey)
        : QUndoCommand(text), m_document(document), m_edit(std::move(edit)), m_mergeKey(mergeKey)
    {
    }

    void undo() override
    {
        m_document.m_draft.revert(m_edit);
        m_document.told(m_edit);
    }
    void redo() override
    {
        if (!m_made)
            m_document.m_draft.repeat(m_edit);
        m_made = false;
        m_document.told(m_edit);
    }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand *next) override
    {
        const auto *other = static_cast<const Command *>(next);
        if (other->m_mergeKey == m_mergeKey && m_mergeKey == QLatin1String(textKey)) {
            m_edit.insert(m_edit.end(), other->m_edit.begin(), other->m_edit.end());
            return true;
        }
        if (other->m_mergeKey != m_mergeKey || m_edit.size() != 1 || other->m_edit.size() != 1 ||
            m_edit.front().id != other->m_edit.front().id)
            return false;
        m_edit.front().after = other->m_edit.front().after;
        setObsolete(m_edit.front().after == m_edit.front().before);
        return true;
    }

private:
    RouteDocument &m_document; // owns the stack that owns this
    DraftEdit m_edit;
    QString m_mergeKey;
    bool m_made = true;
};

RouteDocument::RouteDocument(QObject *parent) : QObject(parent), m_running(std::make_shared<const Config>())
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pauseBeforeCheck);
    connect(&m_timer, &QTimer::timeout, this, &RouteDocument::checkNow);
}

RouteDocument::~RouteDocument()
{
    m_stack.disconnect();
}

void RouteDocument::setConfig(const ConfigPtr &config)
{
    const std::vector<RouteConfig> before = std::exchange(m_running, config)->routes;
    const std::vector<RouteConfig> mine = m_draft.routes();
    const bool conflicted = m_hasConflict;
    if (mine == config->routes) {
        m_hasConflict = false;
    } else if (config->routes != before) {
        if (mine == before) {
            if (m_stack.count() == 0 && mine.empty())
                told(m_draft.become(config->routes)); // the first: nobody edited anything
            else
                become(config->routes, tr("Change of the config"));
        } else {
            if (!m_hasConflict)
                m_base = before;
            m_hasConflict = true;
        }
    }
    findRunningPlaces();
    Q_EMIT draftChanged();
    if (conflicted != m_hasConflict)
        Q_EMIT conflictChanged();
    m_timer.start();
}

void RouteDocument::setCatalogue(std::shared_ptr<const Catalogue> catalogue)
{
    m_catalogue = std::move(catalogue);
    m_timer.start();
}

Config RouteDocument::config() const
{
    Config next = *m_running;
    next.routes = m_draft.routes();
    return next;
}

bool RouteDocument::isChanged() const
{
    return m_draft.routes() != m_running->routes;
}

std::vector<RouteChange> RouteDocument::changes() const
{
    return routeChanges(m_running->routes, m_draft.routes());
}

// Nodes are followed by their ids; those that came with a config are found again where they stand in it.
void RouteDocument::findRunningPlaces()
{
    const RouteDraft now(m_running->routes);
    std::unordered_map<DraftId, QString> places;
    const auto walk = [&](const auto &self, DraftId mine, DraftId theirs) -> void {
        places[mine] = QString::fromStdString(now.pointer(theirs));
        const std::vector<DraftId> &a = m_draft.children(mine);
        const std::vector<DraftId> &b = now.children(theirs);
        for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
            if (m_draft.fields(a[i]).node.kind == now.fields(b[i]).node.kind)
                self(self, a[i], b[i]);
        }
    };
    for (const DraftId mine : m_draft.children(0)) {
        for (const DraftId theirs : now.children(0)) {
            if (m_draft.fields(mine).route->id == now.fields(theirs).route->id)
                walk(walk, mine, theirs);
        }
    }
    m_places = std::move(places);
}

QString RouteDocument::runningPointer(DraftId id) const
{
    const auto found = m_places.find(id);
    return found == m_places.end() ? QString() : found->second;
}

// Edits.

void RouteDocument::told(const DraftEdit &edit)
{
    const bool structure =
        std::any_of(edit.begin(), edit.end(), [](const DraftStep &step) { return step.kind != DraftStep::Kind::Set; });
    if (structure) {
        Q_EMIT structureChanged();
    } else {
        for (const DraftStep &step : edit)
            Q_EMIT fieldsChanged(step.id);
    }
    m_timer.start();
    Q_EMIT draftChanged();
}

bool RouteDocument::push(Result<DraftEdit> edit, const QString &text, const QString &mergeKey, DraftId *made)
{
    m_why.clear();
    if (!edit) {
        m_why = QString::fromStdString(edit.error().message);
        if (!m_why.isEmpty())
            m_why[0] = m_why[0].toUpper();
        return false;
    }
    if (edit->empty())
        return true;
    if (made) {
        for (const DraftStep &step : *edit) {
            if (step.kind == DraftStep::Kind::Insert)
                *made = step.tree.id;
        }
    }
    m_stack.push(new Command(*this, std::move(*edit), text, mergeKey));
    return true;
}

bool RouteDocument::insert(DraftId parent, size_t place, const PolicyNode &node, DraftId *made)
{
    return push(m_draft.insert(parent, place, node), tr("Add %1").arg(nodeTitle(node)), {}, made);
}

bool RouteDocument::insertRoute(size_t place, const RouteConfig &route, DraftId *made)
{
    return push(m_draft.insertRoute(place, route), tr("Add route %1").arg(QString::fromStdString(route.id)), {}, made);
}

bool RouteDocument::remove(DraftId id)
{
    const QString name = m_draft.contains(id) ? draftTitle(m_draft, id) : QString();
    return push(m_draft.remove(id), tr("Remove %1").arg(name));
}

bool RouteDocument::move(DraftId id, DraftId parent, size_t place)
{
    const QString name = m_draft.contains(id) ? draftTitle(m_draft, id) : QString();
    return push(m_draft.move(id, parent, place), tr("Move %1").arg(name));
}

bool RouteDocument::wrap(DraftId id, PolicyNode::Kind kind)
{
    return push(m_draft.wrap(id, kind), tr("Put into %1").arg(nodeTitle(newPolicyNode(kind))));
}

bool RouteDocument::unwrap(DraftId id)
{
    const QString name = m_draft.contains(id) ? draftTitle(m_draft, id) : QString();
    return push(m_draft.unwrap(id), tr("Take out of %1").arg(name));
}

bool RouteDocument::duplicate(DraftId id, DraftId *made)
{
    const QString name = m_draft.contains(id) ? draftTitle(m_draft, id) : QString();
    return push(m_draft.duplicate(id), tr("Duplicate %1").arg(name), {}, made);
}

bool RouteDocument::setKind(DraftId id, PolicyNode::Kind kind)
{
    return push(m_draft.setKind(id, kind), tr("Make it %1").arg(nodeTitle(newPolicyNode(kind))));
}

// A route is off when the node is that it leads to.
bool RouteDocument::setDisabled(DraftId id, bool disabled)
{
    if (m_draft.contains(id) && m_draft.isRoute(id) && !m_draft.children(id).empty())
        id = m_draft.children(id).front();
    if (!m_draft.contains(id) || m_draft.isRoute(id))
        return push(Error{"draft_refused", "there is nothing to switch"}, {});
    DraftFields fields = m_draft.fields(id);
    fields.node.disabled = disabled;
    const QString name = draftTitle(m_draft, id);
    return push(m_draft.setFields(id, std::move(fields)),
                disabled ? tr("Switch %1 off").arg(name) : tr("Switch %1 on").arg(name));
}

bool RouteDocument::setFields(DraftId id, const DraftFields &fields, const QString &key)
{
    const QString name = m_draft.contains(id) ? draftTitle(m_draft, id) : QString();
    return push(m_draft.setFields(id, fields), tr("Change %1").arg(name), key);
}

void RouteDocument::become(const std::vector<RouteConfig> &routes, const QString &text)
{
    push(m_draft.become(routes), text);
}

void RouteDocument::takeText(const std::vector<RouteConfig> &routes)
{
    push(m_draft.become(routes), tr("Edit as text"), QLatin1String(textKey));
}

void RouteDocument::discard()
{
    become(m_running->routes, tr("Discard the draft"));
    if (std::exchange(m_hasConflict, false))
        Q_EMIT conflictChanged();
}

// Problems.

void RouteDocument::checkNow()
{
    m_timer.stop();
    m_problems = draftProblems(config(), m_catalogue);
    m_problemsOf.clear();
    for (const DraftProblem &problem : m_problems) {
        const DraftId id = m_draft.at(problem.pointer);
        const QString rest = QString::fromStdString(problem.pointer.substr(m_draft.pointer(id).size()));
        m_problemsOf[id].push_back({problem.isError, rest.section(u'/', 1), QString::fromStdString(problem.text)});
    }
    Q_EMIT problemsChanged();
}

const std::vector<RouteDocument::OwnProblem> &RouteDocument::problemsOf(DraftId id) const
{
    static const std::vector<OwnProblem> none;
    const auto found = m_problemsOf.find(id);
    return found == m_problemsOf.end() ? none : found->second;
}

int RouteDocument::errorCount() const
{
    return int(std::count_if(m_problems.begin(), m_problems.end(),
                             [](const DraftProblem &problem) { return problem.isError; }));
}

// Somebody else changed the routes too.

std::vector<std::string> RouteDocument::conflictingRoutes() const
{
    return m_hasConflict ? mergeRoutes(m_base, m_draft.routes(), m_running->routes).both : std::vector<std::string>();
}

void RouteDocument::mergeTheirs()
{
    if (!m_hasConflict)
        return;
    become(mergeRoutes(m_base, m_draft.routes(), m_running->routes).routes, tr("Merge both changes"));
    keepMine();
}

void RouteDocument::takeTheirs()
{
    if (m_hasConflict)
        discard();
}

void RouteDocument::keepMine()
{
    if (!std::exchange(m_hasConflict, false))
        return;
    findRunningPlaces();
    Q_EMIT conflictChanged();
    Q_EMIT draftChanged();
}

} // namespace signalbox
