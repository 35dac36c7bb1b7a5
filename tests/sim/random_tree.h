// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/simulation/distribution.h"

#include <string>
#include <vector>

// Configs without a plan: any node in any place.
namespace world {

using namespace signalbox;

constexpr int providerCount = 6; // p0 … p5

// Providers in all regions, one or two routes over random trees, residency asked by route, project or both.
Config randomConfig(SimRandom &random);

// What the rule says, told once more and apart from the planner: every list that is set must name the region or what
// it begins with, and an unknown region is in none.
bool mayServe(const Config &config, const std::string &route, const std::string &project, const std::string &provider);

} // namespace world
