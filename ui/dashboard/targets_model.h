// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QAbstractTableModel>

namespace signalbox {

// The targets of the range that is shown: state, latency, load, share, money. GUI thread.
class TargetsModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TargetsModel)

public:
    enum Column { Target, State, P95, PerMinute, Share, Errors, Cost, Strip, ColumnCount };
    static constexpr int stripRole = Qt::UserRole + 200; // QByteArray, one cell a byte
    static constexpr int sortRole = Qt::UserRole + 201;

    using QAbstractTableModel::QAbstractTableModel;

    void setData(const DashboardData &data, const QString &stripTitle);
    QString summary() const; // "4 clear · 1 slow"

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    static Signal stateOf(const std::vector<uint8_t> &strip);

private:
    using QAbstractItemModel::setData;
    QString text(const TargetSummary &target, Column column) const;
    QVariant raw(const TargetSummary &target, Column column) const;

    std::vector<TargetSummary> m_targets;
    int64_t m_requests = 0;
    double m_minutes = 1;
    QString m_stripTitle;
};

// Adds the strip of marks over time to the ordinary row.
class TargetsDelegate final : public RowDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TargetsDelegate)

public:
    using RowDelegate::RowDelegate;
    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
};

} // namespace signalbox
