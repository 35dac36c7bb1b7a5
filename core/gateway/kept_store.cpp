// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/kept_store.h"

#include "core/base/clock.h"

namespace signalbox {

KeptStore::KeptStore(const Clock &clock, Write write) : m_clock(clock), m_write(std::move(write)) {}

std::string KeptStore::indexOf(KeptItem::Kind kind, std::string_view key)
{
    std::string index(1, static_cast<char>('0' + static_cast<int>(kind)));
    return index.append(key);
}

void KeptStore::erase(Order::iterator item)
{
    m_bytes -= item->key.size() + item->value.size();
    m_index.erase(indexOf(item->kind, item->key));
    m_items.erase(item);
}

void KeptStore::insert(KeptItem item, bool atFront)
{
    std::string index = indexOf(item.kind, item.key);
    if (const auto old = m_index.find(index); old != m_index.end())
        erase(old->second);
    m_bytes += item.key.size() + item.value.size();
    const auto place = m_items.insert(atFront ? m_items.begin() : m_items.end(), std::move(item));
    m_index.emplace(std::move(index), place);
    while (m_bytes > mostBytes && m_items.size() > 1)
        erase(std::prev(m_items.end()));
}

void KeptStore::load(std::vector<KeptItem> items)
{
    for (KeptItem &item : items)
        insert(std::move(item), false);
}

void KeptStore::put(KeptItem::Kind kind, std::string key, std::string value, int64_t keepMs)
{
    KeptItem item{kind, std::move(key), std::move(value), m_clock.wallMs() + keepMs};
    if (m_write)
        m_write(item);
    insert(std::move(item), true);
}

const std::string *KeptStore::find(KeptItem::Kind kind, std::string_view key)
{
    const auto found = m_index.find(indexOf(kind, key));
    if (found == m_index.end())
        return nullptr;
    if (found->second->expiresAtMs < m_clock.wallMs()) {
        erase(found->second);
        return nullptr;
    }
    m_items.splice(m_items.begin(), m_items, found->second);
    return &found->second->value;
}

} // namespace signalbox
