// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"
#include "core/net/http_head.h"
#include "core/routing/facts.h"
#include "core/routing/route_table.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace signalbox {

// What a JSON request body says of its size and kind, read in one pass without decoding it. Strings are looked at as
// they stand, so lengths are those of the escaped text.
struct RequestShape {
    Contents contents;
    int64_t textBytes = 0; // of what a model reads: messages, instructions, tools; media left out
    int64_t mediaItems = 0;
    std::optional<int64_t> maxOutputTokens;
    std::string cacheKey;   // prompt_cache_key
    uint64_t beginning = 0; // hash of instructions, tools and the first user turn; 0: there is none

    // Four bytes a token; a picture is about a thousand.
    int64_t tokens() const { return (textBytes + 3) / 4 + mediaItems * 1000; }
};
// Pure; a body that is not JSON gives an empty shape. `cache_control` marks wander from turn to turn, so they do not
// count into `beginning`.
RequestShape readRequestShape(std::string_view body);

// Where facts come from; outlives them.
struct FactsSource {
    const HttpRequestHead &head;
    std::string_view model;
    std::string_view project;
    std::string_view client;
    std::string_view user;
    std::string_view session; // as a known client names it in its head
    std::string_view body;    // JSON; empty: none to look into
};
// Only what the table's routes ask for. `conversation` keeps the affinity key, which is per client: nobody else's
// conversation is taken for this one.
RoutingFacts gatherFacts(const FactsSource &source, RouteTable::Needs needs, std::string &conversation);

// Known clients' own name of the conversation; empty: none.
std::string_view sessionOf(const HttpRequestHead &head);

} // namespace signalbox
