// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/model_rows.h"

#include <QtCore/QAbstractTableModel>

namespace signalbox {

struct ModelFilter {
    QString text;         // words that must all occur in provider, id or name
    std::string provider; // id; empty: any
    Modalities needs;     // of the input, all of them; empty: any
    bool tools = false;   // only models that are known to call tools
    bool configuredOnly = false;
    std::optional<double> maxInput; // USD for a million input tokens; a model without a price is left out
    int64_t minContext = 0;         // a model whose window is not known is left out

    bool any() const { return *this != ModelFilter{}; }
    bool operator==(const ModelFilter &) const = default;
};

bool holds(const ModelFilter &filter, const ModelRow &row);

// The models that a filter lets through, in the chosen order. Filters and sorts itself: with a proxy each key press
// would ask 6,000 rows through two layers of indexes. What is not known comes last in either order. GUI thread.
class ModelTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ModelTableModel)

public:
    enum Column {
        Model,
        Provider,
        Context,
        Output,
        Input,
        Tools,
        Reasoning,
        InputPrice,
        OutputPrice,
        CacheRead,
        CacheWrite,
        Quality,
        Source,
        Date,
        Status,
        ColumnCount
    };

    explicit ModelTableModel(QObject *parent = nullptr);

    void setRows(ModelRowsPtr rows);
    void setFilter(const ModelFilter &filter);
    const ModelFilter &filter() const { return m_filter; }
    const ModelRow *row(int row) const;      // nullptr: none
    int rowOf(const std::string &key) const; // -1: not among those shown
    int total() const { return m_rows ? int(m_rows->size()) : 0; }
    const ModelRowsPtr &rows() const { return m_rows; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void arrange();

    ModelRowsPtr m_rows;
    ModelFilter m_filter;
    std::vector<int> m_shown; // into *m_rows
    int m_sortColumn = Provider;
    Qt::SortOrder m_order = Qt::AscendingOrder;
};

// Words and sort keys of cells.
QString modelColumnTitle(int column);
QString modelCell(const ModelRow &row, int column);
// Absent: not known. Text columns have a text, the others a number.
std::optional<double> modelNumber(const ModelRow &row, int column);
QString modalityWords(Modalities modalities); // "text, image"
QString priceText(std::optional<double> usdPerMTok);

} // namespace signalbox
