// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// What a request holds, beyond text.
enum class Content : uint8_t { Image = 1, Audio = 2, Video = 4, Document = 8, Tools = 16, Schema = 32, Thinking = 64 };
struct Contents {
    uint8_t bits = 0;
    bool has(Content content) const { return (bits & static_cast<uint8_t>(content)) != 0; }
    void add(Content content) { bits |= static_cast<uint8_t>(content); }
    bool operator==(const Contents &) const = default;
};

// What is known of a request before it is sent. Views of the request, which outlives the planning.
struct RoutingFacts {
    std::string_view model;   // as asked
    std::string_view route;   // only this one, whatever it matches; empty: the first that matches
    std::string_view boundBy; // a route whose constraints hold too, whichever is taken; empty: none
    std::string_view project;
    std::string_view client;
    std::string_view user;
    std::string_view tags;                                    // x-signalbox-tag as sent
    std::function<std::string_view(std::string_view)> header; // lower-case name → value; empty: none
    Contents contents;                                        // only when RouteTable::needs() asks for it
    std::optional<int64_t> inputTokens;                       // the same
    std::optional<int64_t> maxOutputTokens;                   // as asked
    std::string_view conversation;                            // affinity key; empty: none
    int64_t nowNs = 0;                                        // monotonic
    int64_t wallMs = 0;                                       // UTC
    // PROVIDER/MODEL that the console named: no route's tree is walked, but the constraints of project and client hold,
    // and those of the route that would have taken the request.
    std::string_view pinned{};
    bool byConsole = false; // `route` or `pinned` is the console's choice
};

} // namespace signalbox
