// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/facet_model.h"

#include "ui/requests/filter_words.h"
#include "ui/widgets/number_format.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

int FacetModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

Qt::ItemFlags FacetModel::flags(const QModelIndex &index) const
{
    if (!index.isValid() || m_rows[size_t(index.row())].kind == Head)
        return Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemNeverHasChildren;
}

QString FacetModel::countText(const Row &row) const
{
    return row.exact ? formatCount(row.count) : formatCount(row.count) + u'+';
}

QVariant FacetModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const auto title = [&row] {
        if (row.kind == Head)
            return filterFieldTitle(row.field);
        return row.kind == More ? tr("%n more", nullptr, pluralCount(row.count))
                                : filterValueTitle(row.field, row.value);
    };
    switch (role) {
    case Qt::DisplayRole:
        return title();
    case CountRole:
        return row.kind == Value ? countText(row) : QString();
    case KindRole:
        return int(row.kind);
    case ChoiceRole:
        return int(row.choice);
    case FieldRole:
        return QString::fromStdString(row.field);
    case ValueRole:
        return QString::fromStdString(row.value);
    case Qt::AccessibleTextRole:
        if (row.kind != Value)
            return title();
        if (row.choice == FilterChoice::LeftOut)
            return tr("%1 %2, left out").arg(filterFieldTitle(row.field), title());
        return row.choice == FilterChoice::Chosen
                   ? tr("%1 %2, %3 requests, chosen").arg(filterFieldTitle(row.field), title(), countText(row))
                   : tr("%1 %2, %3 requests").arg(filterFieldTitle(row.field), title(), countText(row));
    case Qt::ToolTipRole:
        if (row.kind != Value)
            return {};
        return row.exact ? tr("%1: click to filter, Ctrl+click to leave it out").arg(title())
                         : tr("%1: at least so many, still counting").arg(title());
    default:
        return {};
    }
}

void FacetModel::addFacet(const Facet &facet, const FilterText &filter, std::vector<Row> &rows) const
{
    std::vector<Row> values;
    for (const FacetValue &value : facet.values) {
        values.push_back({Value, facet.field, value.value, value.count, filterChoice(filter, facet.field, value.value),
                          facet.exact || m_report.complete});
    }
    // What the filter names stays in sight, though nothing of it be left.
    for (const FilterWord &word : filter.words) {
        for (const FilterValue &value : word.values) {
            const auto known = [&value](const Row &row) { return row.value == value.text; };
            const bool own = word.sound && word.field == facet.field && facet.field != "error" &&
                             filterChoice(filter, facet.field, value.text) != FilterChoice::None;
            if (own && std::none_of(values.begin(), values.end(), known))
                values.push_back({Value, facet.field, value.text, 0,
                                  word.negated ? FilterChoice::LeftOut : FilterChoice::Chosen, m_report.complete});
        }
    }
    const bool oneName = values.size() == 1 && values.front().value.empty();
    if (values.empty() || oneName)
        return;
    rows.push_back({Head, facet.field, {}, 0, FilterChoice::None, true});
    size_t folded = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        const bool few = values.size() <= fewValues + 1 || i < fewValues || m_unfolded.contains(facet.field);
        if (few || values[i].choice != FilterChoice::None)
            rows.push_back(values[i]);
        else
            ++folded;
    }
    if (folded > 0)
        rows.push_back({More, facet.field, {}, int64_t(folded), FilterChoice::None, true});
}

std::vector<FacetModel::Row> FacetModel::makeRows() const
{
    std::vector<Row> rows;
    const FilterText filter = readFilter(m_text.toStdString(), {});
    for (const Facet &facet : m_report.facets)
        addFacet(facet, filter, rows);
    return rows;
}

// Counts change all the time and rows seldom: where they stand is kept then.
void FacetModel::update()
{
    std::vector<Row> rows = makeRows();
    const auto isSamePlace = [](const Row &a, const Row &b) {
        return a.kind == b.kind && a.field == b.field && a.value == b.value;
    };
    if (!std::equal(rows.begin(), rows.end(), m_rows.begin(), m_rows.end(), isSamePlace)) {
        beginResetModel();
        m_rows = std::move(rows);
        endResetModel();
        return;
    }
    for (size_t i = 0; i < rows.size(); ++i) {
        if (rows[i] == m_rows[i])
            continue;
        m_rows[i] = rows[i];
        Q_EMIT dataChanged(index(int(i)), index(int(i)));
    }
}

void FacetModel::setReport(const FacetReport &report)
{
    m_report = report;
    update();
}

void FacetModel::setFilterText(const QString &text)
{
    m_text = text;
    update();
}

void FacetModel::unfold(const QString &field)
{
    m_unfolded.insert(field.toStdString());
    update();
}

std::optional<QString> FacetModel::textAfter(const QModelIndex &index, bool leaveOut) const
{
    if (!index.isValid() || m_rows[size_t(index.row())].kind != Value)
        return std::nullopt;
    const Row &row = m_rows[size_t(index.row())];
    const FilterChoice wanted = leaveOut ? FilterChoice::LeftOut : FilterChoice::Chosen;
    const FilterChoice next = row.choice == wanted ? FilterChoice::None : wanted;
    return QString::fromStdString(withFilterChoice(m_text.toStdString(), row.field, row.value, next));
}

} // namespace signalbox
