// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/slot_rollup.h"
#include "core/ledger/sqlite.h"

#include <QtCore/QString>

#include <map>
#include <string>
#include <utility>

namespace signalbox::test {

// What a table of rollups holds, by slot and id; empty also when it cannot be read.
template<class Sums>
std::map<std::pair<int64_t, int64_t>, Sums> rollupSums(const QString &path, const std::string &table)
{
    std::map<std::pair<int64_t, int64_t>, Sums> all;
    auto database = Database::open(path, Database::Mode::ReadOnly);
    auto rows = database->prepare("SELECT at, data FROM " + table);
    while (rows && rows->step().value()) {
        const int64_t place = rows->integer(0);
        slots::forEach<Sums>(place, rows->view(1), [&](int64_t id, const Sums &sums) {
            all[{slots::slotOf(place, slots::partsOf<Sums>()), id}].add(sums);
        });
    }
    return all;
}

template<class Sums>
Sums rollupTotal(const QString &path, const std::string &table)
{
    Sums total;
    for (const auto &entry : rollupSums<Sums>(path, table))
        total.add(entry.second);
    return total;
}

} // namespace signalbox::test
