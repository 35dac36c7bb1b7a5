// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_book.h"
#include "core/config/config.h"
#include "core/routing/routing_state.h"
#include "core/simulation/sim_report.h"
#include "core/simulation/sim_upstream.h"
#include "core/simulation/trace.h"

#include <functional>
#include <memory>
#include <vector>

namespace signalbox {

// An attempt of a simulation as it begins.
struct SimAttempt {
    int64_t nowNs = 0;
    std::string_view provider;
    std::string_view model;
    std::string_view credential;
    const SimRequest *request = nullptr;
    const SimAnswer *answer = nullptr; // what it is going to meet
};

struct SimOptions {
    uint64_t seed = 1;
    int64_t startWallMs = 1'700'000'000'000; // for conditions on the time of day
    Millis tick{250};
    Millis slice{10'000};
    // For those who watch: each attempt as it begins, the state at the end of each slice.
    std::function<void(const SimAttempt &)> onAttempt;
    std::function<void(const RoutingState &, int64_t nowNs)> onSlice;
};

// Runs a config over traffic and made-up upstreams: discrete events, a time of its own, seeded dice; the same input
// gives the same report. Plans with the gateway's planner, health, breakers and attempt policy. Pure; any thread.
// A target that no model describes does as SimUpstreamModel's defaults.
class Simulator final
{
public:
    Simulator(ConfigPtr config, std::shared_ptr<const ModelBook> models, std::vector<SimUpstreamModel> upstreams,
              SimOptions options = {});

    SimReport run(Trace &trace) const; // each run begins with an empty memory

private:
    ConfigPtr m_config;
    std::shared_ptr<const ModelBook> m_models;
    std::vector<SimUpstreamModel> m_upstreams;
    SimOptions m_options;
};

} // namespace signalbox
