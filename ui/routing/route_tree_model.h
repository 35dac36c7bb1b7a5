// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"

#include <QtCore/QAbstractItemModel>

#include <memory>
#include <vector>

namespace signalbox {

// The routes of a config as a tree, with what the gateway says of each part now. GUI thread. A new config resets the
// model; a new snapshot only changes figures.
class RouteTreeModel final : public QAbstractItemModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RouteTreeModel)

public:
    enum Column { Node, Configured, Effective, FirstToken, Errors, State, ColumnCount };
    enum Role { PointerRole = Qt::UserRole + 1, IconRole }; // where it stands in the config; name of its icon

    explicit RouteTreeModel(QObject *parent = nullptr);
    ~RouteTreeModel() override;

    void setConfig(const ConfigPtr &config);
    void setSnapshot(const GatewaySnapshot &snapshot);

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &child) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Item;
    Item *itemAt(const QModelIndex &index) const;
    void addNode(Item &parent, const PolicyNode &node, const QString &pointer, const QString &prefix);
    void takeFigures(Item &item, const GatewaySnapshot &snapshot);
    QString textOf(const Item &item, int column) const;
    QVariant markOf(const Item &item) const;

    std::unique_ptr<Item> m_root;
};

} // namespace signalbox
