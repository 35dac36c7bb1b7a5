// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/routing/affinity.h"

#include <algorithm>
#include <functional>

namespace signalbox {

uint64_t AffinityTable::keyOf(std::string_view route, std::string_view conversation)
{
    constexpr uint64_t odd = 0x9e3779b97f4a7c15;
    const std::hash<std::string_view> hash;
    return (hash(route) * odd) ^ hash(conversation);
}

void AffinityTable::settle(std::string_view route, std::string_view conversation, WarmPlace place)
{
    const uint64_t key = keyOf(route, conversation);
    const auto found = m_byKey.find(key);
    if (found != m_byKey.end()) {
        m_entries.splice(m_entries.begin(), m_entries, found->second);
    } else {
        if (m_entries.size() >= mostConversations) {
            m_byKey.erase(m_entries.back().key);
            m_entries.pop_back();
        }
        m_entries.push_front({key, {}});
        m_byKey.emplace(key, m_entries.begin());
    }
    Places &places = m_entries.front().places;
    std::erase_if(
        places, [&](const WarmPlace &other) { return other.provider == place.provider && other.model == place.model; });
    if (places.size() >= mostPlaces)
        places.pop_back();
    places.insert(places.begin(), std::move(place));
}

const AffinityTable::Places *AffinityTable::find(std::string_view route, std::string_view conversation) const
{
    if (conversation.empty())
        return nullptr;
    const auto found = m_byKey.find(keyOf(route, conversation));
    return found == m_byKey.end() ? nullptr : &found->second->places;
}

} // namespace signalbox
