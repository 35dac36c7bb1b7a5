// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"

#include <optional>
#include <string_view>
#include <vector>

namespace signalbox::anthropic {

// Which prompt-cache breakpoints are sent: Anthropic refuses more than four. Of more, the first (tools and
// instructions, shared by many conversations) and the last ones (the longest prefixes) stay. Pure.
class Breakpoints
{
public:
    // In the order in which they are written.
    void collect(const std::optional<CacheBreakpoint> &cache);
    void choose(size_t slots, LossReport &losses);
    // Member cache_control, when this one was chosen.
    void write(const std::optional<CacheBreakpoint> &cache, JsonWriter &writer) const;
    bool keeps(const std::optional<CacheBreakpoint> &cache) const { return cache && find(&*cache); }

private:
    struct Chosen {
        const CacheBreakpoint *which;
        std::string_view ttl;
    };
    const Chosen *find(const CacheBreakpoint *which) const;

    std::vector<const CacheBreakpoint *> m_all;
    std::vector<Chosen> m_chosen;
};

} // namespace signalbox::anthropic
