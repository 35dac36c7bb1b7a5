// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/audit_table_model.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace signalbox {

AuditTableModel::AuditTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void AuditTableModel::setEntries(std::vector<AuditEntry> entries)
{
    if (entries == m_entries)
        return;
    beginResetModel();
    m_entries = std::move(entries);
    endResetModel();
}

const AuditEntry *AuditTableModel::entry(int row) const
{
    return row >= 0 && row < int(m_entries.size()) ? &m_entries[size_t(row)] : nullptr;
}

int AuditTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_entries.size());
}

int AuditTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AuditTableModel::data(const QModelIndex &index, int role) const
{
    const AuditEntry *of = index.isValid() ? entry(index.row()) : nullptr;
    if (!of)
        return {};
    if (role == InkRole)
        return int(index.column() == What ? Token::Text : Token::Text2);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const auto text = [](const std::string &words) { return words.empty() ? u"—"_s : QString::fromStdString(words); };
    switch (index.column()) {
    case When:
        return numberLocale().toString(QDateTime::fromMSecsSinceEpoch(of->atMs),
                                       role == Qt::ToolTipRole ? QLocale::LongFormat : QLocale::ShortFormat);
    case Who:
        return text(of->actor);
    case Source:
        return of->source == "console"  ? tr("Console")
               : of->source == "file"   ? tr("File")
               : of->source == "daemon" ? tr("Daemon")
                                        : text(of->source);
    case What:
        return text(of->what);
    case Pointer:
        return text(of->pointer);
    case Before:
        return of->pointer.empty() && of->after.empty() ? QString() : text(of->before);
    default:
        return of->pointer.empty() && of->after.empty() ? QString() : text(of->after);
    }
}

QVariant AuditTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section >= ColumnCount)
        return {};
    const QStringList names{tr("When"), tr("Who"), tr("From"), tr("What"), tr("Where"), tr("Before"), tr("After")};
    return names[section];
}

} // namespace signalbox
