// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/records.h"

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

class Clock;

// What earlier turns left for later ones, for a limited time: in memory, least recently used goes first beyond 64 MiB,
// and written behind to the ledger so that it outlives a restart. Lives on the gateway thread.
class KeptStore
{
public:
    static constexpr size_t mostBytes = 64U << 20;
    using Write = std::function<void(KeptItem)>;
    KeptStore(const Clock &clock, Write write);

    void load(std::vector<KeptItem> items);
    void put(KeptItem::Kind kind, std::string key, std::string value, int64_t keepMs);
    // nullptr: not there or expired. Valid until the next put() or load().
    const std::string *find(KeptItem::Kind kind, std::string_view key);
    size_t bytes() const { return m_bytes; }

private:
    using Order = std::list<KeptItem>; // used last comes first
    static std::string indexOf(KeptItem::Kind kind, std::string_view key);
    void insert(KeptItem item, bool atFront);
    void erase(Order::iterator item);

    const Clock &m_clock;
    Write m_write;
    Order m_items;
    std::unordered_map<std::string, Order::iterator> m_index;
    size_t m_bytes = 0;
};

} // namespace signalbox
