// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/route_tree_model.h"

#include "ui/routing/node_words.h"
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

struct RouteTreeModel::Item {
    Item *parent = nullptr;
    std::vector<std::unique_ptr<Item>> children;
    QString title;
    QString details;
    QString pointer;
    QString weightPointer; // the entry of a weighted node that leads here; empty: none
    QString icon;
    std::string provider; // a target
    std::string model;
    std::optional<double> configured;
    std::optional<double> effective;
    std::optional<HealthBook::TargetRow> health;
    int64_t nowNs = 0;

    int row() const
    {
        const auto &siblings = parent->children;
        const auto found = std::find_if(siblings.begin(), siblings.end(),
                                        [this](const auto &sibling) { return sibling.get() == this; });
        return int(found - siblings.begin());
    }
};

RouteTreeModel::RouteTreeModel(QObject *parent) : QAbstractItemModel(parent), m_root(std::make_unique<Item>()) {}
RouteTreeModel::~RouteTreeModel() = default;

void RouteTreeModel::setConfig(const ConfigPtr &config)
{
    beginResetModel();
    m_root = std::make_unique<Item>();
    for (size_t i = 0; i < config->routes.size(); ++i) {
        const RouteConfig &route = config->routes[i];
        auto item = std::make_unique<Item>();
        item->parent = m_root.get();
        item->title = QString::fromStdString(route.id);
        const QString limits = constraintWords(route.constraints);
        item->details = limits.isEmpty() ? conditionWords(route.match) : conditionWords(route.match) + u"; " + limits;
        item->pointer = u"/routes/%1"_s.arg(i);
        item->icon = u"route"_s;
        addNode(*item, route.to, item->pointer + u"/to", {});
        m_root->children.push_back(std::move(item));
    }
    endResetModel();
}

void RouteTreeModel::addNode(Item &parent, const PolicyNode &node, const QString &pointer, const QString &prefix)
{
    auto item = std::make_unique<Item>();
    item->parent = &parent;
    item->title = prefix + nodeTitle(node);
    item->details = nodeDetails(node);
    item->pointer = pointer;
    item->icon = nodeIcon(node);
    if (node.kind == PolicyNode::Kind::Target) {
        item->provider = node.provider;
        item->model = node.model;
    }
    double sum = 0;
    for (const double weight : node.weights)
        sum += weight;
    static constexpr std::array<const char *, 9> keys{"",      "weighted", "fallback", "cheapest", "fastest",
                                                      "hedge", "fit",      "when",     ""};
    const QString key = pointer + u'/' + QString::fromLatin1(keys.at(size_t(node.kind)));
    for (size_t i = 0; i < node.children.size(); ++i) {
        const QString entry = key + u'/' + QString::number(i);
        switch (node.kind) {
        case PolicyNode::Kind::Weighted: {
            addNode(*item, node.children[i], entry + u"/to", {});
            Item &child = *item->children.back();
            child.weightPointer = entry;
            if (sum > 0 && i < node.weights.size())
                child.configured = node.weights[i] / sum;
            break;
        }
        case PolicyNode::Kind::When:
            addNode(*item, node.children[i], pointer + (i == 0 ? u"/then"_s : u"/else"_s),
                    i == 0 ? tr("Then: ") : tr("Else: "));
            break;
        default:
            addNode(*item, node.children[i], entry, {});
        }
    }
    parent.children.push_back(std::move(item));
}

void RouteTreeModel::setSnapshot(const GatewaySnapshot &snapshot)
{
    takeFigures(*m_root, snapshot);
    const auto tell = [this](const auto &self, const QModelIndex &parent) -> void {
        const int rows = rowCount(parent);
        if (rows == 0)
            return;
        Q_EMIT dataChanged(index(0, Effective, parent), index(rows - 1, State, parent));
        for (int row = 0; row < rows; ++row)
            self(self, index(row, 0, parent));
    };
    tell(tell, {});
}

void RouteTreeModel::takeFigures(Item &item, const GatewaySnapshot &snapshot)
{
    item.nowNs = snapshot.atNs;
    item.effective.reset();
    item.health.reset();
    if (!item.weightPointer.isEmpty()) {
        const auto weight =
            std::find_if(snapshot.weights.begin(), snapshot.weights.end(), [&](const RoutingState::WeightRow &row) {
                return item.weightPointer == QLatin1StringView(row.node.data(), qsizetype(row.node.size()));
            });
        if (weight != snapshot.weights.end())
            item.effective = weight->effective;
    }
    if (!item.provider.empty() && item.model != "*") {
        const auto target =
            std::find_if(snapshot.targets.begin(), snapshot.targets.end(), [&](const HealthBook::TargetRow &row) {
                return row.provider == item.provider && row.model == item.model;
            });
        if (target != snapshot.targets.end())
            item.health = *target;
    }
    for (const auto &child : item.children)
        takeFigures(*child, snapshot);
}

RouteTreeModel::Item *RouteTreeModel::itemAt(const QModelIndex &index) const
{
    return index.isValid() ? static_cast<Item *>(index.internalPointer()) : m_root.get();
}

QModelIndex RouteTreeModel::index(int row, int column, const QModelIndex &parent) const
{
    if (!hasIndex(row, column, parent))
        return {};
    return createIndex(row, column, itemAt(parent)->children[size_t(row)].get());
}

QModelIndex RouteTreeModel::parent(const QModelIndex &child) const
{
    if (!child.isValid() || itemAt(child)->parent == m_root.get())
        return {};
    Item *above = itemAt(child)->parent;
    return createIndex(above->row(), 0, above);
}

int RouteTreeModel::rowCount(const QModelIndex &parent) const
{
    return parent.column() > 0 ? 0 : int(itemAt(parent)->children.size());
}

int RouteTreeModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QString RouteTreeModel::textOf(const Item &item, int column) const
{
    const TargetFigures *figures = item.health ? &item.health->figures : nullptr;
    switch (column) {
    case Node:
        return item.details.isEmpty() ? item.title
                                      : tr("%1 · %2", "a node and its setting").arg(item.title, item.details);
    case Configured:
        return item.configured ? formatPercent(*item.configured * 100) : QString();
    case Effective:
        return item.effective ? formatPercent(*item.effective * 100) : QString();
    case FirstToken:
        return figures && figures->ttftP95Ms ? formatSeconds(*figures->ttftP95Ms) : QString();
    case Errors:
        return figures && figures->attempts > 0 ? formatPercent(figures->errorRate * 100, 1) : QString();
    case State:
        break;
    default:
        return {};
    }
    if (!item.health)
        return {};
    const Availability &state = item.health->availability;
    switch (state.block) {
    case Block::None:
        if (figures->attempts <= 0)
            return tr("Not asked lately");
        return figures->errorRate >= slowErrorRate ? tr("Ailing") : tr("Clear");
    case Block::Breaker:
    case Block::CoolDown:
        if (state.untilNs > item.nowNs)
            return tr("Held %1").arg(formatTime(double(state.untilNs - item.nowNs) / 1e6));
        return tr("Trying again");
    case Block::OutOfCredit:
        return tr("Out of credit");
    case Block::BadCredential:
        return tr("Key refused");
    }
    return {};
}

QVariant RouteTreeModel::markOf(const Item &item) const
{
    if (!item.health)
        return {};
    switch (item.health->availability.block) {
    case Block::None:
        if (item.health->figures.attempts <= 0)
            return int(Signal::Off);
        return int(item.health->figures.errorRate >= slowErrorRate ? Signal::Caution : Signal::Clear);
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
    if (!index.isValid())
        return {};
    const Item &item = *itemAt(index);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return textOf(item, index.column());
    case Qt::ToolTipRole:
        return index.column() == Node ? QVariant(textOf(item, Node) + u'\n' + item.pointer) : QVariant();
    case Qt::TextAlignmentRole:
        return int((index.column() >= Configured && index.column() <= Errors ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case PointerRole:
        return item.pointer;
    case IconRole:
        return item.icon;
    case SwatchRole:
        if (index.column() == Node && !item.provider.empty())
            return providerColors().slot(QString::fromStdString(item.provider));
        return {};
    case SignalRole:
        return index.column() == State ? markOf(item) : QVariant();
    case InkRole:
        return index.column() == Node ? QVariant(int(Token::Text)) : QVariant();
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
