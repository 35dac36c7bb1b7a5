// SPDX-License-Identifier: GPL-3.0-or-later
#include "world.h"

#include <QtCore/QDebug>

#include <cmath>

namespace world {

PolicyNode target(const char *provider, const char *model)
{
    PolicyNode node;
    node.provider = provider;
    node.model = model;
    return node;
}

PolicyNode weighted(std::vector<std::pair<double, PolicyNode>> children, std::optional<ShiftPolicy> shift)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Weighted;
    node.shift = shift;
    for (auto &[weight, child] : children) {
        node.weights.push_back(weight);
        node.children.push_back(std::move(child));
    }
    return node;
}

PolicyNode fallback(std::vector<PolicyNode> children)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Fallback;
    node.children = std::move(children);
    return node;
}

PolicyNode hedge(std::vector<PolicyNode> children, double percentile, double most)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Hedge;
    node.children = std::move(children);
    node.hedgePercentile = percentile;
    node.hedgeMax = most;
    return node;
}

Config config(PolicyNode tree, std::initializer_list<const char *> providers, int keys)
{
    Config config;
    for (const char *id : providers) {
        ProviderConfig provider;
        provider.id = id;
        provider.baseUrl = "http://127.0.0.1:1/v1";
        for (int i = 1; i <= keys; ++i)
            provider.credentials.push_back({"k" + std::to_string(i), "env:K" + std::to_string(i), 1});
        config.providers.push_back(std::move(provider));
    }
    RouteConfig route;
    route.id = "all";
    route.to = std::move(tree);
    config.routes.push_back(std::move(route));
    return config;
}

Price priced(double inputUsd, double outputUsd, double cacheReadUsd)
{
    Price price;
    price.id = "sim";
    PriceTier &tier = price.tiers.emplace_back();
    tier.input = std::llround(inputUsd * 1e6);
    tier.output = std::llround(outputUsd * 1e6);
    tier.cacheRead = std::llround(cacheReadUsd * 1e6);
    return price;
}

SimUpstreamModel upstream(const char *provider, double ttftMs)
{
    SimUpstreamModel model;
    model.provider = provider;
    model.ttftMs = Distribution::logNormal(ttftMs, 0.3);
    model.price = priced(2.5, 10, 0.25);
    return model;
}

SimReport run(const Config &config, std::vector<SimUpstreamModel> upstreams, const SyntheticTraffic &traffic,
              SimOptions options)
{
    const auto shared = std::make_shared<const Config>(config);
    const Simulator simulator(shared, std::make_shared<ModelBook>(nullptr, *shared), std::move(upstreams),
                              std::move(options));
    SyntheticTrace trace(traffic);
    return simulator.run(trace);
}

void print(const char *scenario, const SimReport &report)
{
    qInfo("%s: %s", scenario, report.text().c_str());
}

} // namespace world
