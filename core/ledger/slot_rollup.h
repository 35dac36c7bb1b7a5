// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/sqlite.h"
#include "core/ledger/varint.h"

#include <map>
#include <string>

namespace signalbox {

// Sums by slot of time and id, many to a row: a table (at INTEGER PRIMARY KEY, data BLOB) whose row holds the sums of
// 256 neighbouring ids in one slot, ascending. A chart reads a hundred times fewer rows than with one for each sum,
// and a batch writes a few. Sums: add(const Sums &), put(std::string &) const, take(std::string_view &).
namespace slots {

constexpr int64_t idsTogether = 256;
constexpr int64_t partsPerSlot = 4096; // a million ids

// Sums of ids without such an end have a partsPerSlot of their own.
template<class Sums>
constexpr int64_t partsOf()
{
    if constexpr (requires { Sums::partsPerSlot; })
        return Sums::partsPerSlot;
    else
        return partsPerSlot;
}

constexpr int64_t placeOf(int64_t slot, int64_t id = 0, int64_t parts = partsPerSlot)
{
    return slot * parts + id / idsTogether;
}
constexpr int64_t slotOf(int64_t place, int64_t parts = partsPerSlot)
{
    return place / parts;
}

// use(id, sums) for each; false: the bytes are damaged, what came before was used.
template<class Sums, class Use>
bool forEach(int64_t place, std::string_view data, Use use)
{
    int64_t id = place % partsOf<Sums>() * idsTogether;
    while (!data.empty()) {
        int64_t step = 0;
        Sums sums;
        if (!takeNumber(data, step) || !sums.take(data))
            return false;
        id += step;
        use(id, sums);
    }
    return true;
}

// The same for those that wanted(id) names; the others are passed over at a quarter of the cost. Sums::numbers: how
// many there are in one.
template<class Sums, class Wanted, class Use>
bool forEachOf(int64_t place, std::string_view data, Wanted wanted, Use use)
{
    int64_t id = place % partsOf<Sums>() * idsTogether;
    while (!data.empty()) {
        int64_t step = 0;
        if (!takeNumber(data, step))
            return false;
        id += step;
        if (!wanted(id)) {
            if (!skipNumbers(data, Sums::numbers))
                return false;
            continue;
        }
        Sums sums;
        if (!sums.take(data))
            return false;
        use(id, sums);
    }
    return true;
}

} // namespace slots

// What is to be added to such a table, and the statements that do it. Ledger thread.
template<class Sums>
class SlotRollup
{
public:
    Result<void> prepare(Database &database, const std::string &table)
    {
        auto select = database.prepare("SELECT data FROM " + table + " WHERE at = ?");
        auto upsert = database.prepare("INSERT OR REPLACE INTO " + table + " VALUES (?,?)");
        if (!select || !upsert)
            return !select ? select.error() : upsert.error();
        m_select = std::move(*select);
        m_upsert = std::move(*upsert);
        return {};
    }

    Sums &at(int64_t slot, int64_t id)
    {
        if (!m_last || m_lastSlot != slot || m_lastId != id) {
            m_last = &m_places[slots::placeOf(slot, id, slots::partsOf<Sums>())][id];
            m_lastSlot = slot;
            m_lastId = id;
        }
        return *m_last;
    }

    // To the file, in the caller's transaction.
    Result<void> write()
    {
        for (auto &[place, ids] : m_places) {
            m_select.bind(1, place);
            const auto there = m_select.step();
            if (!there)
                return there.error();
            if (*there)
                slots::forEach<Sums>(place, m_select.view(0),
                                     [&into = ids](int64_t id, const Sums &sums) { into[id].add(sums); });
            m_select.reset();
            m_data.clear();
            int64_t last = place % slots::partsOf<Sums>() * slots::idsTogether;
            for (const auto &[id, sums] : ids) {
                putNumber(m_data, static_cast<uint64_t>(id - last));
                sums.put(m_data);
                last = id;
            }
            m_upsert.bind(1, place);
            m_upsert.bindBlobInPlace(2, m_data);
            if (const auto done = m_upsert.run(); !done)
                return done;
        }
        clear();
        return {};
    }

    void clear()
    {
        m_places.clear();
        m_last = nullptr;
    }
    template<class Use>
    void forEachPending(Use use) const // use(slot, id, sums)
    {
        for (const auto &[place, ids] : m_places) {
            for (const auto &[id, sums] : ids)
                use(slots::slotOf(place, slots::partsOf<Sums>()), id, sums);
        }
    }

private:
    std::map<int64_t, std::map<int64_t, Sums>> m_places;
    Sums *m_last = nullptr;
    int64_t m_lastSlot = 0, m_lastId = 0;
    Statement m_select, m_upsert;
    std::string m_data;
};

} // namespace signalbox
