// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/model_table_model.h"

#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

bool isNumber(int column)
{
    using Table = ModelTableModel;
    return column == Table::Context || column == Table::Output ||
           (column >= Table::InputPrice && column <= Table::Quality);
}

bool sortsByNumber(int column)
{
    return isNumber(column) || column == ModelTableModel::Tools || column == ModelTableModel::Reasoning;
}

} // namespace

bool holds(const ModelFilter &filter, const ModelRow &row)
{
    const ModelFacts &facts = *row.facts;
    if (filter.configuredOnly && !row.configured)
        return false;
    if (!filter.provider.empty() && row.provider != filter.provider)
        return false;
    if (filter.tools && !facts.tools.value_or(false))
        return false;
    if ((facts.input.bits & filter.needs.bits) != filter.needs.bits)
        return false;
    if (filter.minContext > 0 && facts.contextTokens.value_or(0) < filter.minContext)
        return false;
    if (filter.maxInput) {
        const auto price = usdPerMTok(facts, &PriceTier::input);
        if (!price || *price > *filter.maxInput)
            return false;
    }
    const auto words = QStringView(filter.text).split(u' ', Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](QStringView word) { return row.words.contains(word, Qt::CaseInsensitive); });
}

ModelTableModel::ModelTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void ModelTableModel::setRows(ModelRowsPtr rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    arrange();
    endResetModel();
}

void ModelTableModel::setFilter(const ModelFilter &filter)
{
    if (filter == m_filter)
        return;
    beginResetModel();
    m_filter = filter;
    arrange();
    endResetModel();
}

// What is chosen stays chosen and goes along.
void ModelTableModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= ColumnCount)
        return;
    Q_EMIT layoutAboutToBeChanged({}, QAbstractItemModel::VerticalSortHint);
    const std::vector<int> before = m_shown;
    m_sortColumn = column;
    m_order = order;
    arrange();
    std::vector<int> places(size_t(total()), -1);
    for (size_t i = 0; i < m_shown.size(); ++i)
        places[size_t(m_shown[i])] = int(i);
    const QModelIndexList from = persistentIndexList();
    QModelIndexList to;
    for (const QModelIndex &old : from)
        to += index(places[size_t(before[size_t(old.row())])], old.column());
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, QAbstractItemModel::VerticalSortHint);
}

void ModelTableModel::arrange()
{
    struct Keyed {
        int row;
        bool configured;
        std::optional<double> number;
        QString text;
    };
    m_shown.clear();
    if (!m_rows)
        return;
    std::vector<Keyed> keyed;
    const bool byNumber = sortsByNumber(m_sortColumn);
    for (size_t i = 0; i < m_rows->size(); ++i) {
        const ModelRow &row = (*m_rows)[i];
        if (!holds(m_filter, row))
            continue;
        keyed.push_back({int(i), row.configured, byNumber ? modelNumber(row, m_sortColumn) : std::nullopt,
                         byNumber ? QString() : modelCell(row, m_sortColumn).toLower()});
    }
    const bool down = m_order == Qt::DescendingOrder;
    std::stable_sort(keyed.begin(), keyed.end(), [&](const Keyed &a, const Keyed &b) {
        if (byNumber) {
            if (!a.number || !b.number)
                return a.number.has_value() && !b.number;
            return down ? *b.number < *a.number : *a.number < *b.number;
        }
        // By provider, what can be used now comes before a hundred others, in either order.
        if (m_sortColumn == Provider && a.configured != b.configured)
            return a.configured;
        return down ? b.text < a.text : a.text < b.text;
    });
    m_shown.reserve(keyed.size());
    for (const Keyed &one : keyed)
        m_shown.push_back(one.row);
}

const ModelRow *ModelTableModel::row(int row) const
{
    return row >= 0 && row < int(m_shown.size()) ? &(*m_rows)[size_t(m_shown[size_t(row)])] : nullptr;
}

int ModelTableModel::rowOf(const std::string &key) const
{
    for (size_t i = 0; i < m_shown.size(); ++i) {
        if ((*m_rows)[size_t(m_shown[i])].key() == key)
            return int(i);
    }
    return -1;
}

int ModelTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int ModelTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant ModelTableModel::data(const QModelIndex &index, int role) const
{
    const ModelRow *of = row(index.row());
    if (!of || !index.isValid())
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return modelCell(*of, index.column());
    case Qt::ToolTipRole:
        if (index.column() == Model)
            return QString::fromStdString(of->facts->name);
        if (index.column() == Quality && !of->facts->quality.empty())
            return QString::fromStdString(of->facts->quality.front().metric);
        return {};
    case Qt::TextAlignmentRole:
        return int((isNumber(index.column()) ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    case InkRole:
        if (index.column() == Model)
            return int(Token::Text);
        if (index.column() == Status && of->facts->status == "deprecated")
            return int(Token::CautionText);
        if (index.column() == Source && of->overridden)
            return int(Token::AccentText);
        return {};
    default:
        return {};
    }
}

QVariant ModelTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::DisplayRole)
        return modelColumnTitle(section);
    if (role == Qt::TextAlignmentRole)
        return int((isNumber(section) ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section >= InputPrice && section <= CacheWrite)
        return tr("US dollars for a million tokens");
    return {};
}

} // namespace signalbox
