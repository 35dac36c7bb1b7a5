// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dashboard/time_series.h"

#include <QtCore/QAbstractTableModel>

#include <functional>

namespace signalbox {

// The numbers of a chart as a table, the newest bucket first: for those who would rather read than look, and for screen
// readers. GUI thread.
class TimeTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TimeTableModel)

public:
    using Format = std::function<QString(double)>;
    using QAbstractTableModel::QAbstractTableModel;

    void setTable(const TimeTable &table, Format format);

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

private:
    struct Column {
        size_t series = 0;
        bool before = false;
    };

    TimeTable m_table;
    std::vector<Column> m_columns; // after the first, which is the time
    Format m_format;
};

} // namespace signalbox
