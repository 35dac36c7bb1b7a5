// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/routing/facts.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace signalbox {

// One request of a simulation. Views stay valid as long as their trace.
struct SimRequest {
    int64_t atNs = 0; // from the simulation's start
    std::string_view model;
    std::string_view project;
    std::string_view client;
    std::string_view user;
    std::string_view tags;
    Contents contents;
    int64_t inputTokens = 0; // all of the prompt, with what could be cached
    int64_t outputTokens = 0;
    std::optional<int64_t> maxOutputTokens;
    uint64_t conversation = 0; // 0: none
    uint32_t turn = 0;         // of the conversation; 0: the first
    int64_t patienceNs = 0;    // how long the client waits for content; 0: for ever
};

// Traffic, in the order of time. Pure.
class Trace
{
public:
    virtual ~Trace() = default;
    virtual bool next(SimRequest &request) = 0; // false: that was all
};

} // namespace signalbox
