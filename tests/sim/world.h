// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/simulation/simulator.h"
#include "core/simulation/synthetic_trace.h"

#include <QtTest/QTest>

#include <initializer_list>
#include <string>
#include <vector>

// What the scenarios are built from.
namespace world {

using namespace signalbox;

constexpr int64_t second = 1'000;
constexpr int64_t minute = 60 * second;

PolicyNode target(const char *provider, const char *model = "m");
PolicyNode weighted(std::vector<std::pair<double, PolicyNode>> children, std::optional<ShiftPolicy> shift = {});
PolicyNode fallback(std::vector<PolicyNode> children);
PolicyNode hedge(std::vector<PolicyNode> children, double percentile, double most);

// Providers "a", "b" … each with so many keys, and one route over all.
Config config(PolicyNode tree, std::initializer_list<const char *> providers, int keys = 1);

Price priced(double inputUsd, double outputUsd, double cacheReadUsd); // per million tokens
SimUpstreamModel upstream(const char *provider, double ttftMs = 400);

SimReport run(const Config &config, std::vector<SimUpstreamModel> upstreams, const SyntheticTraffic &traffic,
              SimOptions options = {});
void print(const char *scenario, const SimReport &report); // into the test's output

} // namespace world
