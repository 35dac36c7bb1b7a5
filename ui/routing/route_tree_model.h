// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/route_draft.h"
#include "core/gateway/gateway_host.h"

#include <QtCore/QAbstractItemModel>

#include <optional>
#include <vector>

namespace signalbox {

class RouteDocument;

// The draft of the routes as a tree, with what the gateway says of each part now. GUI thread. A change of the tree
// resets the model; a change of fields or a new snapshot only says so.
class RouteTreeModel final : public QAbstractItemModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteTreeModel)

public:
    enum Column { Node, Configured, Effective, FirstToken, Errors, State, ColumnCount };
    enum Role { PointerRole = Qt::UserRole + 1, IconRole, IdRole }; // where it stands in the draft; name of its icon

    explicit RouteTreeModel(RouteDocument &document, QObject *parent = nullptr); // the document outlives it

    void setSnapshot(const GatewaySnapshot &snapshot);
    DraftId idAt(const QModelIndex &index) const;
    QModelIndex indexOf(DraftId id) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void reset();
    void tellAll(int firstColumn, const QModelIndex &parent = {});
    QString words(DraftId id) const;
    QString textOf(DraftId id, int column) const;
    QString stateOf(DraftId id) const;
    QVariant markOf(DraftId id, int column) const;
    bool isOff(DraftId id) const; // itself, or what it stands below
    std::optional<double> configured(DraftId id) const;
    std::optional<double> effective(DraftId id) const;
    const HealthBook::TargetRow *health(DraftId id) const;

    RouteDocument &m_document;
    std::vector<HealthBook::TargetRow> m_targets;
    std::vector<RoutingState::WeightRow> m_weights;
    int64_t m_nowNs = 0;
};

} // namespace signalbox
