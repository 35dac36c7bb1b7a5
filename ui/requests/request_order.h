// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QString>

namespace signalbox {

// Which columns of the request table can be sorted by, and how that is told. Pure but for the locale.

std::optional<RequestOrder::Key> orderKeyOf(int column); // nothing: by time alone, or not at all
int columnOf(RequestOrder::Key key);                     // RequestTableModel::Column
QString orderName(RequestOrder::Key key);                // "First token", without units
// "Sorted by cost, the largest first: the first 10,000 of those that match"; by time: that it follows.
QString orderText(const std::optional<RequestOrder> &order);
// What a click on a column's title makes of the order: the largest first, then the smallest, then by time again.
std::optional<RequestOrder> nextOrder(const std::optional<RequestOrder> &order, int column);

} // namespace signalbox
