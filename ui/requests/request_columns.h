// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/request_table_model.h"

#include <QtCore/QObject>

#include <array>
#include <bitset>

class QHeaderView;
class QPoint;
class QTableView;

namespace signalbox {

// Widths, order and choice of the request table's columns; keeps what the person set. Target and model share the room
// that is left over. Beside an open inspector the less important columns step back, so that nothing needs a side
// scroll. GUI thread.
class RequestColumns final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestColumns)

public:
    // `table` has its model and header, and owns this.
    explicit RequestColumns(QTableView *table);

    void setSharesRoom(bool shares); // with the inspector
    void fit();
    void openMenu(const QPoint &globalPos);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Columns = std::bitset<RequestTableModel::columns>;

    void restore();
    void keep() const;
    Columns columnsFor(int room) const;

    QTableView *m_table;
    QHeaderView *m_header;
    std::array<int, RequestTableModel::columns> m_widths;
    Columns m_unwanted;
    bool m_shares = false;
    bool m_fitting = false;
};

} // namespace signalbox
