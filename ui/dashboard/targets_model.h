// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger_reader.h"
#include "ui/widgets/row_delegate.h"

#include <QtCore/QAbstractTableModel>

#include <map>
#include <utility>

namespace signalbox {

// The targets of the range that is shown: state, latency, load, share, quota, money. What they may do at this moment
// comes from the gateway's snapshot, and is shown before what the range says. GUI thread.
class TargetsModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TargetsModel)

public:
    enum Column { Target, State, P95, PerMinute, Share, Errors, Quota, Cost, Strip, ColumnCount };
    static constexpr int stripRole = Qt::UserRole + 200; // QByteArray, one cell a byte
    static constexpr int sortRole = Qt::UserRole + 201;

    using QAbstractTableModel::QAbstractTableModel;

    static constexpr int partRole = Qt::UserRole + 202; // double: the part of a quota that is left; below 0: none

    void setData(const DashboardData &data, const QString &stripTitle);
    void setLive(const GatewaySnapshot &snapshot);
    QString filterOf(int row) const; // of the requests of a target, in the list's language
    bool knowsQuotas() const;        // of one target at least
    QString summary() const;         // "4 clear · 1 slow"

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    static Signal stateOf(const std::vector<uint8_t> &strip);

private:
    using QAbstractItemModel::setData;
    struct Live { // of one target
        Availability availability;
        double configured = -1; // share of a weighted node; below 0: it is in none
        double effective = 0;
        double quota = -1;
        QString quotas; // each key in words
    };
    const Live *live(const TargetSummary &target) const;
    Signal signal(const TargetSummary &target) const;
    QString stateText(const TargetSummary &target) const;
    void takeTargets(std::vector<TargetSummary> targets);
    QString text(const TargetSummary &target, Column column) const;
    QVariant raw(const TargetSummary &target, Column column) const;

    std::vector<TargetSummary> m_targets;
    std::map<std::pair<std::string, std::string>, Live> m_live;
    int64_t m_liveNs = 0;
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

private:
    void paintQuota(QPainter &painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
};

} // namespace signalbox
