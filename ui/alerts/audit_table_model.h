// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/audit.h"

#include <QtCore/QAbstractTableModel>

#include <vector>

namespace signalbox {

// Who changed what, the newest first. GUI thread.
class AuditTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AuditTableModel)

public:
    enum Column { When, Who, Source, What, Pointer, Before, After, ColumnCount };

    explicit AuditTableModel(QObject *parent = nullptr);

    void setEntries(std::vector<AuditEntry> entries);
    const AuditEntry *entry(int row) const; // nullptr: none

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<AuditEntry> m_entries;
};

} // namespace signalbox
