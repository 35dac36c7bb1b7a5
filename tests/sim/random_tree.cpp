// SPDX-License-Identifier: GPL-3.0-or-later
#include "random_tree.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace world {

namespace {

using Kind = PolicyNode::Kind;

constexpr std::array<const char *, 8> regions{"eu-west-1", "eu-central-1", "EU", "us-east-1", "us", "", "europe", "cn"};

std::string lower(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return text;
}

bool inOneOf(const std::vector<std::string> &allowed, const std::string &region)
{
    if (allowed.empty())
        return true;
    const std::string own = lower(region);
    return !own.empty() && std::any_of(allowed.begin(), allowed.end(), [&own](const std::string &one) {
        const std::string name = lower(one);
        return own == name || own.starts_with(name + "-");
    });
}

PolicyNode leaf(SimRandom &random)
{
    PolicyNode node;
    node.provider = "p" + std::to_string(random.below(providerCount));
    node.model = random.below(4) == 0 ? "*" : "m" + std::to_string(random.below(3));
    return node;
}

void fill(PolicyNode &node, SimRandom &random)
{
    switch (node.kind) {
    case Kind::Weighted:
        for (size_t i = 0; i < node.children.size(); ++i)
            node.weights.push_back(double(1 + random.below(5)));
        if (random.below(2) == 0)
            node.shift = ShiftPolicy{Millis(1'000), 0.2, 0.05, Millis(10'000)};
        break;
    case Kind::Fallback:
        if (random.below(3) == 0)
            node.on = {"429", "5xx"};
        break;
    case Kind::Fastest:
        node.metric = PolicyNode::Metric(random.below(5));
        break;
    case Kind::Hedge:
        node.hedgeAfter = Millis(1 + int64_t(random.below(100)));
        node.hedgeMax = 1;
        break;
    case Kind::Fit:
        node.truncate = PolicyNode::Truncate(random.below(3));
        break;
    case Kind::When:
        node.condition.model = random.below(2) == 0 ? "m*" : "other";
        break;
    default:
        break;
    }
}

PolicyNode tree(SimRandom &random, int depth)
{
    constexpr std::array kinds{Kind::Weighted, Kind::Fallback, Kind::Cheapest, Kind::Fastest,
                               Kind::Hedge,    Kind::Fit,      Kind::When};
    if (depth == 0 || random.below(4) == 0) {
        if (depth > 0 && random.below(40) == 0) {
            PolicyNode reject;
            reject.kind = Kind::Reject;
            return reject;
        }
        return leaf(random);
    }
    PolicyNode node;
    node.kind = kinds[random.below(kinds.size())];
    const uint64_t children = node.kind == Kind::When ? 1 + random.below(2) : 2 + random.below(2);
    for (uint64_t i = 0; i < children; ++i)
        node.children.push_back(tree(random, depth - 1));
    fill(node, random);
    return node;
}

Constraints someResidency(SimRandom &random)
{
    Constraints constraints;
    switch (random.below(4)) {
    case 0:
        constraints.regions = {"eu"};
        break;
    case 1:
        constraints.regions = {"US", "cn"};
        break;
    case 2:
        constraints.regions = {"eu-west-1", "us"};
        break;
    default:
        break;
    }
    return constraints;
}

} // namespace

Config randomConfig(SimRandom &random)
{
    Config config;
    config.retry.backoff = Millis(10);
    for (int i = 0; i < providerCount; ++i) {
        ProviderConfig provider;
        provider.id = "p" + std::to_string(i);
        provider.region = regions[random.below(regions.size())];
        for (uint64_t key = random.below(3); key > 0; --key)
            provider.credentials.push_back({"k" + std::to_string(key), "env:K", 1});
        config.providers.push_back(std::move(provider));
    }
    ProjectConfig project;
    project.id = "strict";
    project.constraints = someResidency(random);
    config.projects.push_back(std::move(project));
    if (random.below(20) == 0)
        return config; // no route: targets are named directly
    for (uint64_t i = 0; i < 1 + random.below(2); ++i) {
        RouteConfig route;
        route.id = "r" + std::to_string(i);
        route.match.model = i == 0 && random.below(2) == 0 ? "m1" : "*";
        route.to = tree(random, int(1 + random.below(3)));
        route.constraints = someResidency(random);
        config.routes.push_back(std::move(route));
    }
    return config;
}

bool mayServe(const Config &config, const std::string &route, const std::string &project, const std::string &provider)
{
    const std::string &region = config.provider(provider)->region;
    for (const ProjectConfig &one : config.projects) {
        if (one.id == project && !inOneOf(one.constraints.regions, region))
            return false;
    }
    for (const RouteConfig &one : config.routes) {
        if (one.id == route && !inOneOf(one.constraints.regions, region))
            return false;
    }
    return true;
}

} // namespace world
