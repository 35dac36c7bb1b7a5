// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace signalbox {

// Where a conversation's prompt cache is warm.
struct WarmPlace {
    std::string provider;
    std::string model;
    std::string credential;
    int64_t cachedTokens = 0;
    int64_t untilNs = 0;
};

// The places of the conversations of late, the latest place first: one conversation may ask for several models in
// turn. Bounded: the conversation that was quiet longest is forgotten.
class AffinityTable
{
public:
    static constexpr size_t mostConversations = 20'000;
    static constexpr size_t mostPlaces = 4;
    using Places = std::vector<WarmPlace>;

    void settle(std::string_view route, std::string_view conversation, WarmPlace place);
    const Places *find(std::string_view route, std::string_view conversation) const;
    size_t size() const { return m_byKey.size(); }

private:
    // A hash only: two conversations that share one would at worst share their preference.
    static uint64_t keyOf(std::string_view route, std::string_view conversation);

    struct Entry {
        uint64_t key = 0;
        Places places;
    };
    std::list<Entry> m_entries; // the latest first
    std::unordered_map<uint64_t, std::list<Entry>::iterator> m_byKey;
};

} // namespace signalbox
