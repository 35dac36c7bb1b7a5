// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger_reader.h"

#include <QtCore/QVariant>

namespace signalbox {

// What a cell of the request table says, by RequestTableModel::Column and role. Pure but for the providers' colours;
// GUI thread.
QVariant requestCell(const RequestRow &row, int column, int role);
QVariant runningCell(const InFlightRow &row, int64_t nowMs, int column, int role);
QString requestColumnTitle(int column);
Qt::Alignment requestColumnAlignment(int column);
// What a column is and whether it can be sorted by; `order`: how it is, where it is the sorted one.
QString requestColumnNote(int column, const QString &order);

QString formatCost(const Cost &cost); // $0.0182, ≥ $0.0100, ?
QString formatElapsed(int64_t ms);    // 0:07
QString statusWords(int status);      // 200 Clear
QString targetName(const std::string &provider, const std::string &model);

} // namespace signalbox
