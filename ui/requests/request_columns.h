// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/requests/request_table_model.h"

#include <QtCore/QObject>
#include <QtCore/QVariantMap>

#include <array>
#include <bitset>

class QHeaderView;
class QMenu;
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
    void showOrder(const std::optional<RequestOrder> &order); // the arrow in the header

    std::vector<int> order() const; // as they stand from the first to the last, those not shown too
    bool isWanted(int column) const { return !m_unwanted.test(size_t(column)); }
    void setWanted(int column, bool wanted); // the status always is
    void move(int column, int place);
    void reset();

    // As a saved view keeps it: names of columns and their widths. What it does not know stays out of sight.
    QVariantMap state() const;
    void setState(const QVariantMap &state);
    static QString columnName(int column); // stable, not for people

Q_SIGNALS:
    void changed();
    void menuOpens(QMenu *menu); // with the columns in it

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    using Columns = std::bitset<RequestTableModel::columns>;

    void usual();
    void restore();
    void keep();
    void place(const std::vector<int> &order);
    Columns columnsFor(int room) const;

    QTableView *m_table;
    QHeaderView *m_header;
    std::array<int, RequestTableModel::columns> m_widths{};
    Columns m_unwanted;
    bool m_shares = false;
    bool m_fitting = false;
};

} // namespace signalbox
