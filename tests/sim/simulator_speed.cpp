// SPDX-License-Identifier: GPL-3.0-or-later
// How fast the simulator is: simulated requests of a plain config for each second of this machine.
// simulator_speed [REQUESTS]
#include "core/simulation/simulator.h"
#include "core/simulation/synthetic_trace.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>

using namespace signalbox;

namespace {

PolicyNode target(const char *provider)
{
    PolicyNode node;
    node.provider = provider;
    node.model = "m";
    return node;
}

ConfigPtr plainConfig()
{
    auto config = std::make_shared<Config>();
    PolicyNode tree;
    tree.kind = PolicyNode::Kind::Weighted;
    for (const char *id : {"a", "b", "c"}) {
        ProviderConfig provider;
        provider.id = id;
        provider.credentials = {{"k1", "env:A", 1}};
        config->providers.push_back(std::move(provider));
        tree.children.push_back(target(id));
    }
    tree.weights = {60, 30, 10};
    RouteConfig route;
    route.id = "all";
    route.to = std::move(tree);
    config->routes.push_back(std::move(route));
    return config;
}

} // namespace

int main(int argc, char **argv)
{
    SyntheticTraffic traffic;
    traffic.most = argc > 1 ? std::atoll(argv[1]) : 1'000'000;
    traffic.perSecond = 100;
    traffic.length = std::chrono::hours(24 * 365);
    const ConfigPtr config = plainConfig();
    std::vector<SimUpstreamModel> upstreams(3);
    for (size_t i = 0; i < upstreams.size(); ++i)
        upstreams[i].provider = config->providers[i].id;
    const Simulator simulator(config, std::make_shared<ModelBook>(nullptr, *config), std::move(upstreams));
    SyntheticTrace trace(traffic);
    const auto began = std::chrono::steady_clock::now();
    const SimReport report = simulator.run(trace);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::printf("%s%.0f simulated requests/s\n", report.text().c_str(), double(report.requests) / took.count());
    return report.served == traffic.most ? 0 : 1;
}
