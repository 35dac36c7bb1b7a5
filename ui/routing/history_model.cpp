// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/history_model.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace signalbox {

HistoryModel::HistoryModel(QObject *parent) : QAbstractTableModel(parent) {}

void HistoryModel::setVersions(std::vector<LedgerReader::ConfigVersion> versions)
{
    beginResetModel();
    m_versions = std::move(versions);
    endResetModel();
}

const LedgerReader::ConfigVersion *HistoryModel::versionAt(int row) const
{
    return row >= 0 && row < int(m_versions.size()) ? &m_versions[size_t(row)] : nullptr;
}

int HistoryModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_versions.size());
}

int HistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant HistoryModel::data(const QModelIndex &index, int role) const
{
    const LedgerReader::ConfigVersion *version = versionAt(index.row());
    if (!version)
        return {};
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(version->appliedAtMs);
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        if (index.column() == When)
            return at.date() == QDate::currentDate() ? numberLocale().toString(at.time(), u"HH:mm:ss"_s)
                                                     : numberLocale().toString(at, QLocale::ShortFormat);
        return index.row() == 0 ? tr("%1 (in use)", "a version of the config").arg(QString::fromStdString(version->why))
                                : QString::fromStdString(version->why);
    case Qt::ToolTipRole:
        return numberLocale().toString(at, QLocale::LongFormat);
    case InkRole:
        return index.column() == Why ? QVariant(int(Token::Text)) : QVariant();
    default:
        return {};
    }
}

QVariant HistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == When ? tr("Applied") : tr("What changed");
}

} // namespace signalbox
