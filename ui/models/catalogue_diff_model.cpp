// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/catalogue_diff_model.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

} // namespace

CatalogueDiffModel::CatalogueDiffModel(QObject *parent) : QAbstractTableModel(parent) {}

void CatalogueDiffModel::setDiff(CatalogueDiff diff)
{
    beginResetModel();
    m_diff = std::move(diff);
    std::stable_partition(m_diff.changes.begin(), m_diff.changes.end(),
                          [](const CatalogueChange &change) { return change.needsYes; });
    endResetModel();
}

int CatalogueDiffModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_diff.changes.size());
}

int CatalogueDiffModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CatalogueDiffModel::textOf(const CatalogueChange &change, int column) const
{
    switch (column) {
    case Kind:
        return change.kind == CatalogueChange::Kind::Added     ? tr("+ new")
               : change.kind == CatalogueChange::Kind::Removed ? tr("− gone")
                                                               : tr("changed");
    case Model:
        return QString::fromStdString(change.provider) + u'/' + QString::fromStdString(change.model);
    case Fact:
        return QString::fromStdString(change.fact);
    case Before:
        return orMissing(change.before);
    case After:
        return orMissing(change.after);
    default:
        return change.factor > 0 ? tr("× %1").arg(formatNumber(change.factor, 2)) : missingText();
    }
}

QVariant CatalogueDiffModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= rowCount())
        return {};
    const CatalogueChange &change = m_diff.changes[size_t(index.row())];
    if (role == Qt::DisplayRole)
        return textOf(change, index.column());
    if (role == Qt::TextAlignmentRole)
        return int((index.column() >= Before ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role == SignalRole && index.column() == Kind && change.needsYes)
        return int(Signal::Caution);
    if (role == InkRole && index.column() == Model)
        return int(Token::Text);
    if (role == InkRole && change.needsYes && index.column() >= After)
        return int(Token::CautionText);
    return {};
}

QVariant CatalogueDiffModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Before ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Kind:
        return tr("Change");
    case Model:
        return tr("Model");
    case Fact:
        return tr("Fact");
    case Before:
        return tr("Before");
    case After:
        return tr("After");
    default:
        return tr("Factor");
    }
}

} // namespace signalbox
