// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <list>
#include <unordered_map>
#include <utility>

namespace signalbox {

// A map that forgets what was used longest ago. One thread.
template<class Key, class Value>
class LruMap
{
public:
    explicit LruMap(size_t most) : m_most(most) {}

    // Counts as a use; nullptr when there is none. Valid until the next put().
    Value *find(const Key &key)
    {
        const auto found = m_index.find(key);
        if (found == m_index.end())
            return nullptr;
        m_order.splice(m_order.begin(), m_order, found->second);
        return &found->second->second;
    }
    const Value *peek(const Key &key) const
    {
        const auto found = m_index.find(key);
        return found == m_index.end() ? nullptr : &found->second->second;
    }
    Value &put(const Key &key, Value value)
    {
        if (Value *known = find(key)) {
            *known = std::move(value);
            return *known;
        }
        if (m_index.size() >= m_most) {
            m_index.erase(m_order.back().first);
            m_order.pop_back();
        }
        m_order.emplace_front(key, std::move(value));
        m_index.emplace(key, m_order.begin());
        return m_order.front().second;
    }
    size_t size() const { return m_index.size(); }
    void clear()
    {
        m_index.clear();
        m_order.clear();
    }
    // The latest used first.
    const std::list<std::pair<Key, Value>> &entries() const { return m_order; }

private:
    size_t m_most;
    std::list<std::pair<Key, Value>> m_order;
    std::unordered_map<Key, typename std::list<std::pair<Key, Value>>::iterator> m_index;
};

} // namespace signalbox
