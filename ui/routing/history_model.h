// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QAbstractTableModel>

#include <vector>

namespace signalbox {

// The configs that were applied, the newest first. GUI thread.
class HistoryModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HistoryModel)

public:
    enum Column { When, Why, ColumnCount };

    explicit HistoryModel(QObject *parent = nullptr);

    void setVersions(std::vector<LedgerReader::ConfigVersion> versions);
    const LedgerReader::ConfigVersion *versionAt(int row) const; // nullptr: no such row

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<LedgerReader::ConfigVersion> m_versions;
};

} // namespace signalbox
