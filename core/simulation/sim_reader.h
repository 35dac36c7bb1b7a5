// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"
#include "core/simulation/sim_upstream.h"
#include "core/simulation/simulator.h"
#include "core/simulation/synthetic_trace.h"

#include <optional>
#include <string_view>
#include <vector>

namespace signalbox {

// A simulation as a file describes it.
struct SimSetup {
    std::optional<Config> config; // absent: the one in use
    std::vector<SimUpstreamModel> upstreams;
    std::optional<SyntheticTraffic> traffic; // absent: it has to be recorded
    SimOptions options;
};

// Pure. Errors as readConfig(): code config_invalid, the JSON pointer and what is allowed there; those of `config` with
// their place in this file.
Result<SimSetup> readSimulation(std::string_view json);

} // namespace signalbox
