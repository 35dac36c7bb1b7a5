// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue_update.h"

#include <QtCore/QAbstractTableModel>

namespace signalbox {

// The differences between the catalogue in force and another; the doubtful ones first. GUI thread.
class CatalogueDiffModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CatalogueDiffModel)

public:
    enum Column { Kind, Model, Fact, Before, After, Factor, ColumnCount };

    explicit CatalogueDiffModel(QObject *parent = nullptr);

    void setDiff(CatalogueDiff diff);
    const CatalogueDiff &diff() const { return m_diff; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString textOf(const CatalogueChange &change, int column) const;

    CatalogueDiff m_diff;
};

} // namespace signalbox
