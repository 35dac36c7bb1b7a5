// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/filter/filter_edit.h"
#include "core/ledger/ledger_reader.h"

#include <QtCore/QAbstractListModel>

#include <set>

namespace signalbox {

// How often each value stands in what the filter lets through, below the name of its field; values of the filter are
// ticked, or struck out when it leaves them out. GUI thread.
class FacetModel final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FacetModel)

public:
    enum Role { KindRole = Qt::UserRole + 1, CountRole, ChoiceRole, FieldRole, ValueRole };
    enum Kind { Head, Value, More };
    static constexpr size_t fewValues = 6; // of a field, until it is unfolded

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

    void setReport(const FacetReport &report);
    void setFilterText(const QString &text); // what is ticked
    QString filterText() const { return m_text; }
    void unfold(const QString &field);
    bool isCounting() const { return !m_report.complete; }

    // The text after a click on a row; empty optional: the row is not for that.
    std::optional<QString> textAfter(const QModelIndex &index, bool leaveOut) const;

private:
    struct Row {
        Kind kind = Head;
        std::string field;
        std::string value;
        int64_t count = 0;
        FilterChoice choice = FilterChoice::None;
        bool exact = true;
        bool operator==(const Row &) const = default;
    };

    std::vector<Row> makeRows() const;
    void addFacet(const Facet &facet, const FilterText &filter, std::vector<Row> &rows) const;
    void update();
    QString countText(const Row &row) const;

    FacetReport m_report;
    QString m_text;
    std::set<std::string> m_unfolded;
    std::vector<Row> m_rows;
};

} // namespace signalbox
