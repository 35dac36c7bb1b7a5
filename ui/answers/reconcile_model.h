// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/reconciliation/reconcile.h"

#include <QtCore/QAbstractTableModel>

namespace signalbox {

// A provider's report against the ledger: a row for each figure of a day and model. GUI thread.
class ReconcileModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReconcileModel)

public:
    enum Column { Day, Model, Figure, Report, Ledger, Difference, State, ColumnCount };
    static constexpr int sortRole = Qt::UserRole + 201;
    using QAbstractTableModel::QAbstractTableModel;

    void setResult(Reconciliation result);
    void setOnlyDifferences(bool only);
    const Reconciliation &result() const { return m_result; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    static QString figureName(const std::string &name);
    static QString figureText(const std::string &name, int64_t value);
    static QString stateText(ReconciledDay::State state);

private:
    struct Row {
        size_t day = 0;
        size_t figure = 0;
    };
    void fill();
    QString text(const Row &row, Column column) const;

    Reconciliation m_result;
    std::vector<Row> m_rows;
    bool m_onlyDifferences = true;
};

} // namespace signalbox
