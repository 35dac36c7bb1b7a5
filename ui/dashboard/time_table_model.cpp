// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/time_table_model.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QDateTime>

#include <cmath>

using namespace Qt::StringLiterals;

namespace signalbox {

void TimeTableModel::setTable(const TimeTable &table, Format format)
{
    std::vector<Column> columns;
    for (size_t i = 0; i < table.series.size(); ++i) {
        columns.push_back({i, false});
        if (!table.series[i].before.empty())
            columns.push_back({i, true});
    }
    // A look a second must not lose the place of who reads.
    bool same = columns.size() == m_columns.size() && table.buckets == m_table.buckets;
    for (size_t i = 0; same && i < table.series.size(); ++i)
        same = i < m_table.series.size() && table.series[i].id == m_table.series[i].id &&
               table.series[i].before.empty() == m_table.series[i].before.empty();
    m_format = std::move(format);
    if (same) {
        m_table = table;
        if (rowCount() > 0)
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_table = table;
    m_columns = std::move(columns);
    endResetModel();
}

int TimeTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_table.buckets;
}

int TimeTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size()) + 1;
}

QVariant TimeTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::TextAlignmentRole)
        return headerData(index.column(), Qt::Horizontal, role);
    if (role != Qt::DisplayRole)
        return {};
    const int bucket = m_table.buckets - 1 - index.row();
    if (index.column() == 0)
        return numberLocale().toString(QDateTime::fromMSecsSinceEpoch(m_table.startOf(bucket)),
                                       m_table.bucketMs < 60'000 ? u"ddd d MMM HH:mm:ss"_s : u"ddd d MMM HH:mm"_s);
    const Column &column = m_columns[size_t(index.column()) - 1];
    const TimeSeries &series = m_table.series[column.series];
    const std::vector<double> &values = column.before ? series.before : series.values;
    const double value = size_t(bucket) < values.size() ? values[size_t(bucket)] : std::nan("");
    return std::isfinite(value) && m_format ? m_format(value) : missingText();
}

QVariant TimeTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section > int(m_columns.size()))
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(int((section == 0 ? Qt::AlignLeading : Qt::AlignRight) | Qt::AlignVCenter));
    if (role != Qt::DisplayRole)
        return {};
    if (section == 0)
        return tr("From");
    const Column &column = m_columns[size_t(section) - 1];
    const QString name = m_table.series[column.series].name;
    return column.before ? tr("%1, before").arg(name) : name;
}

} // namespace signalbox
