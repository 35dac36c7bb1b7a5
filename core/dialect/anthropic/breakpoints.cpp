// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/breakpoints.h"

#include <algorithm>

namespace signalbox::anthropic {

void Breakpoints::collect(const std::optional<CacheBreakpoint> &cache)
{
    if (cache)
        m_all.push_back(&*cache);
}

void Breakpoints::choose(size_t slots, LossReport &losses)
{
    bool afterShort = false;
    for (size_t i = 0; i < m_all.size(); ++i) {
        const CacheBreakpoint &cache = *m_all[i];
        const bool kept = slots > 0 && (i == 0 || i + slots > m_all.size());
        if (!kept) {
            losses.drop(cache.origin, "Anthropic's API takes at most four cache breakpoints");
            continue;
        }
        std::string_view ttl = cache.ttl;
        if (!ttl.empty() && ttl != "5m" && ttl != "1h") {
            losses.approximate(cache.origin, "sent with the usual five minutes: Anthropic's API knows 5m and 1h");
            ttl = {};
        }
        if (ttl == "1h" && afterShort) {
            losses.approximate(cache.origin, "sent with five minutes: one hour may not follow five minutes");
            ttl = "5m";
        }
        afterShort = afterShort || ttl != "1h";
        m_chosen.push_back({&cache, ttl});
    }
}

const Breakpoints::Chosen *Breakpoints::find(const CacheBreakpoint *which) const
{
    const auto found =
        std::find_if(m_chosen.begin(), m_chosen.end(), [&](const Chosen &one) { return one.which == which; });
    return found == m_chosen.end() ? nullptr : &*found;
}

void Breakpoints::write(const std::optional<CacheBreakpoint> &cache, JsonWriter &writer) const
{
    const Chosen *chosen = cache ? find(&*cache) : nullptr;
    if (!chosen)
        return;
    writer.key("cache_control");
    writer.beginObject();
    writer.member("type", "ephemeral");
    writer.memberUnlessEmpty("ttl", chosen->ttl);
    writer.endObject();
}

} // namespace signalbox::anthropic
