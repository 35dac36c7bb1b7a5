// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/route_tree_model.h"

#include "ui/routing/node_words.h"
#include "ui/routing/route_document.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/series_colors.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr double slowErrorRate = 0.1; // from here on a target that still answers is shown as ailing
} // namespace

RouteTreeModel::RouteTreeModel(RouteDocument &document, QObject *parent)
    : QAbstractItemModel(parent), m_document(document)
{
    connect(&document, &RouteDocument::structureChanged, this, &RouteTreeModel::reset);
    // A weight is a share of its siblings', and what is off takes what is below it along.
    connect(&document, &RouteDocument::fieldsChanged, this, [this] { tellAll(Node); });
    connect(&document, &RouteDocument::problemsChanged, this, [this] { tellAll(Node); });
}

// The document has changed already: between begin and end there is nothing left to do.
void RouteTreeModel::reset()
{
    beginResetModel();
    endResetModel();
}

void RouteTreeModel::tellAll(int firstColumn, const QModelIndex &parent)
{
    const int rows = rowCount(parent);
    if (rows == 0)
        return;
    Q_EMIT dataChanged(index(0, firstColumn, parent), index(rows - 1, State, parent));
    for (int row = 0; row < rows; ++row)
        tellAll(firstColumn, index(row, 0, parent));
}

void RouteTreeModel::setSnapshot(const GatewaySnapshot &snapshot)
{
    m_targets = snapshot.targets;
    m_weights = snapshot.weights;
    m_nowNs = snapshot.atNs;
    tellAll(Effective);
}

DraftId RouteTreeModel::idAt(const QModelIndex &index) const
{
    return index.isValid() ? DraftId(index.internalId()) : 0;
}

QModelIndex RouteTreeModel::indexOf(DraftId id) const
{
    const RouteDraft &draft = m_document.draft();
    return draft.contains(id) ? createIndex(int(draft.placeOf(id)), 0, quintptr(id)) : QModelIndex();
}

QModelIndex RouteTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, quintptr(m_document.draft().children(idAt(parent))[size_t(row)]));
}

QModelIndex RouteTreeModel::parent(const QModelIndex &child) const
{
    const RouteDraft &draft = m_document.draft();
    return draft.contains(idAt(child)) ? indexOf(draft.parentOf(idAt(child))) : QModelIndex();
}

int RouteTreeModel::rowCount(const QModelIndex &parent) const
{
    const DraftId id = idAt(parent);
    if (parent.column() > 0 || (id != 0 && !m_document.draft().contains(id)))
        return 0;
    return int(m_document.draft().children(id).size());
}

int RouteTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

bool RouteTreeModel::isOff(DraftId id) const
{
    const RouteDraft &draft = m_document.draft();
    if (draft.isRoute(id))
        return !draft.children(id).empty() && draft.fields(draft.children(id).front()).node.disabled;
    for (; id != 0 && !draft.isRoute(id); id = draft.parentOf(id)) {
        if (draft.fields(id).node.disabled)
            return true;
    }
    return false;
}

QString RouteTreeModel::words(DraftId id) const
{
    const RouteDraft &draft = m_document.draft();
    const DraftFields &fields = draft.fields(id);
    QString title = draftTitle(draft, id);
    QString details;
    if (fields.route) {
        const QString limits = constraintWords(fields.route->constraints);
        details = conditionWords(fields.route->match);
        if (!limits.isEmpty())
            details += u"; " + limits;
    } else {
        details = nodeDetails(fields.node);
        const DraftId above = draft.parentOf(id);
        if (!draft.isRoute(above) && draft.fields(above).node.kind == PolicyNode::Kind::When)
            title = (draft.placeOf(id) == 0 ? tr("Then: ") : tr("Else: ")) + title;
    }
    if (!fields.route && fields.node.disabled)
        title = tr("%1 (off)", "a node that is switched off").arg(title);
    return details.isEmpty() ? title : tr("%1 · %2", "a node and its setting").arg(title, details);
}

std::optional<double> RouteTreeModel::configured(DraftId id) const
{
    const RouteDraft &draft = m_document.draft();
    if (!draft.isWeighed(id))
        return std::nullopt;
    double sum = 0;
    for (const DraftId sibling : draft.children(draft.parentOf(id)))
        sum += draft.fields(sibling).node.disabled ? 0 : draft.fields(sibling).weight;
    if (sum <= 0)
        return std::nullopt;
    return draft.fields(id).node.disabled ? 0 : draft.fields(id).weight / sum;
}

std::optional<double> RouteTreeModel::effective(DraftId id) const
{
    QString place = m_document.draft().isWeighed(id) ? m_document.runningPointer(id) : QString();
    if (!place.endsWith(u"/to"))
        return std::nullopt;
    place.chop(3); // the entry of the weighted node that leads to it
    const auto found = std::find_if(m_weights.begin(), m_weights.end(), [&](const RoutingState::WeightRow &row) {
        return place == QLatin1StringView(row.node.data(), qsizetype(row.node.size()));
    });
    return found == m_weights.end() ? std::nullopt : std::optional<double>(found->effective);
}

const HealthBook::TargetRow *RouteTreeModel::health(DraftId id) const
{
    const DraftFields &fields = m_document.draft().fields(id);
    if (fields.route || fields.node.kind != PolicyNode::Kind::Target)
        return nullptr;
    const auto found = std::find_if(m_targets.begin(), m_targets.end(), [&](const HealthBook::TargetRow &row) {
        return row.provider == fields.node.provider && row.model == fields.node.model;
    });
    return found == m_targets.end() ? nullptr : &*found;
}

QString RouteTreeModel::textOf(DraftId id, int column) const
{
    const HealthBook::TargetRow *row = column >= FirstToken ? health(id) : nullptr;
    switch (column) {
    case Node:
        return words(id);
    case Configured: {
        const auto share = configured(id);
        return share ? formatPercent(*share * 100) : QString();
    }
    case Effective: {
        const auto share = effective(id);
        return share ? formatPercent(*share * 100) : QString();
    }
    case FirstToken:
        return row && row->figures.ttftP95Ms ? formatSeconds(*row->figures.ttftP95Ms) : QString();
    case Errors:
        return row && row->figures.attempts > 0 ? formatPercent(row->figures.errorRate * 100, 1) : QString();
    case State:
        return stateOf(id);
    default:
        return {};
    }
}

QString RouteTreeModel::stateOf(DraftId id) const
{
    if (isOff(id))
        return tr("Off");
    const HealthBook::TargetRow *row = health(id);
    if (!row)
        return {};
    switch (row->availability.block) {
    case Block::None:
        if (row->figures.attempts <= 0)
            return tr("Not asked lately");
        return row->figures.errorRate >= slowErrorRate ? tr("Ailing") : tr("Clear");
    case Block::Breaker:
    case Block::CoolDown:
        if (row->availability.untilNs > m_nowNs)
            return tr("Held %1").arg(formatTime(double(row->availability.untilNs - m_nowNs) / 1e6));
        return tr("Trying again");
    case Block::OutOfCredit:
        return tr("Out of credit");
    case Block::BadCredential:
        return tr("Key refused");
    }
    return {};
}

QVariant RouteTreeModel::markOf(DraftId id, int column) const
{
    if (column == Node) {
        const std::vector<RouteDocument::OwnProblem> &problems = m_document.problemsOf(id);
        if (problems.empty())
            return {};
        return int(problems.front().isError ? Signal::Stop : Signal::Caution);
    }
    if (column != State)
        return {};
    if (isOff(id))
        return int(Signal::Off);
    const HealthBook::TargetRow *row = health(id);
    if (!row)
        return {};
    switch (row->availability.block) {
    case Block::None:
        if (row->figures.attempts <= 0)
            return int(Signal::Off);
        return int(row->figures.errorRate >= slowErrorRate ? Signal::Caution : Signal::Clear);
    case Block::Breaker:
    case Block::CoolDown:
        return int(Signal::Held);
    case Block::OutOfCredit:
    case Block::BadCredential:
        return int(Signal::Stop);
    }
    return {};
}

QVariant RouteTreeModel::data(const QModelIndex &index, int role) const
{
    const DraftId id = idAt(index);
    const RouteDraft &draft = m_document.draft();
    if (!draft.contains(id))
        return {};
    const DraftFields &fields = draft.fields(id);
    switch (role) {
    case Qt::DisplayRole:
        return textOf(id, index.column());
    case Qt::AccessibleTextRole:
    case Qt::ToolTipRole: {
        if (index.column() != Node)
            return role == Qt::ToolTipRole ? QVariant() : QVariant(textOf(id, index.column()));
        QString text = words(id);
        for (const RouteDocument::OwnProblem &problem : m_document.problemsOf(id))
            text += u'\n' + problem.text;
        return role == Qt::ToolTipRole ? QVariant(text + u'\n' + QString::fromStdString(draft.pointer(id)))
                                       : QVariant(text);
    }
    case Qt::TextAlignmentRole:
        return int((index.column() >= Configured && index.column() <= Errors ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case PointerRole:
        return QString::fromStdString(draft.pointer(id));
    case IdRole:
        return id;
    case IconRole:
        return fields.route ? u"route"_s : nodeIcon(fields.node);
    case SwatchRole:
        if (index.column() == Node && !fields.route && fields.node.kind == PolicyNode::Kind::Target)
            return providerColors().slot(QString::fromStdString(fields.node.provider));
        return {};
    case SignalRole:
        return markOf(id, index.column());
    case InkRole:
        return index.column() == Node ? QVariant(int(isOff(id) ? Token::Disabled : Token::Text)) : QVariant();
    default:
        return {};
    }
}

QVariant RouteTreeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Configured && section <= Errors ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Node:
        return tr("Route");
    case Configured:
        return tr("Share");
    case Effective:
        return tr("Now");
    case FirstToken:
        return tr("p95 s");
    case Errors:
        return tr("Errors");
    case State:
        return tr("State");
    default:
        return {};
    }
}

} // namespace signalbox
