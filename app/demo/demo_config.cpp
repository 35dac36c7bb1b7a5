// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/demo_config.h"

#include "app/demo/simulated_provider.h"
#include "core/base/clock.h"
#include "core/config/client_key.h"

#include <QtCore/QByteArray>
#include <QtCore/QRandomGenerator>

#include <array>
#include <initializer_list>
#include <utility>

namespace signalbox {

namespace {

std::string randomKey()
{
    std::array<quint32, 6> words{};
    QRandomGenerator::system()->generate(words.begin(), words.end());
    const QByteArray raw(reinterpret_cast<const char *>(words.data()), qsizetype(sizeof words));
    return "sbx-demo-" + raw.toHex().toStdString();
}

PolicyNode target(std::string provider, std::string model)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Target;
    node.provider = std::move(provider);
    node.model = std::move(model);
    return node;
}

PolicyNode fallback(std::initializer_list<PolicyNode> children)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Fallback;
    node.children = children;
    return node;
}

// Traffic moves away from a child that is slow or fails, and comes back.
PolicyNode weighted(std::initializer_list<PolicyNode> children, std::vector<double> weights)
{
    PolicyNode node;
    node.kind = PolicyNode::Kind::Weighted;
    node.children = children;
    node.weights = std::move(weights);
    node.shift = ShiftPolicy{.p95Above = Millis(1'500), .errorRateAbove = 0.1};
    return node;
}

RouteConfig route(std::string id, std::string model, PolicyNode to)
{
    RouteConfig route;
    route.id = std::move(id);
    route.match.model = std::move(model);
    route.to = std::move(to);
    return route;
}

PriceConfig price(std::string model, double input, double output, double cacheRead)
{
    PriceConfig price;
    price.model = std::move(model);
    price.inputUsdPerMTok = input;
    price.outputUsdPerMTok = output;
    price.cacheReadUsdPerMTok = cacheRead;
    price.cacheWriteUsdPerMTok = input;
    return price;
}

ModelConfig facts(std::string model, int64_t context, int64_t output, bool reasoning)
{
    ModelConfig facts;
    facts.model = std::move(model);
    facts.contextTokens = context;
    facts.maxOutputTokens = output;
    facts.input = {"text", "image"};
    facts.output = {"text"};
    facts.tools = true;
    facts.reasoning = reasoning;
    return facts;
}

ClientConfig client(const std::string &id, const std::string &project, const std::string &key)
{
    ClientConfig client;
    client.id = id;
    client.project = project;
    client.keySha256 = clientKeySha256(key);
    return client;
}

std::vector<ProviderConfig> providersAt(std::span<const DemoEndpoint> endpoints)
{
    std::vector<ProviderConfig> providers;
    const std::vector<SimulatedProfile> profiles = demoProfiles();
    for (const DemoEndpoint &endpoint : endpoints) {
        for (const SimulatedProfile &profile : profiles) {
            if (profile.id != endpoint.provider)
                continue;
            ProviderConfig provider;
            provider.id = profile.id;
            provider.name = profile.name;
            provider.dialect = "openai-chat";
            provider.baseUrl = "http://127.0.0.1:" + std::to_string(endpoint.port) + "/v1";
            provider.region = profile.region;
            provider.proxy = "none"; // a system proxy cannot reach this machine's loopback
            provider.simulated = true;
            providers.push_back(std::move(provider));
        }
    }
    return providers;
}

// Keys in all their states, and budgets that are told of but stop nobody.
void makeKeysAndBudgets(Config &config)
{
    constexpr int64_t dayMs = 86'400'000;
    const int64_t now = SystemClock().wallMs();
    for (ClientConfig &one : config.clients)
        one.createdAtMs = now - 40 * dayMs;
    ClientConfig &notebook = config.clients[3];
    notebook.user = "ada";
    notebook.expiresAtMs = now + 9 * dayMs;
    ClientConfig contractor = client("contractor", "support", randomKey());
    contractor.models = {"fast", "search-*"};
    contractor.regions = {"eu"};
    contractor.createdAtMs = now - 12 * dayMs;
    ClientConfig old = client("old-laptop", "everyday", randomKey());
    old.createdAtMs = now - 300 * dayMs;
    old.revokedAtMs = now - 3 * dayMs;
    config.clients.push_back(std::move(contractor));
    config.clients.push_back(std::move(old));

    BudgetRule clients;
    clients.id = "each-client";
    clients.each = "client";
    clients.tokens = 3'000'000;
    clients.period = BudgetPeriod::Day;
    clients.alertAt = {0.8, 1};
    clients.onLimit = OnLimit::Warn;
    BudgetRule research;
    research.id = "research-month";
    research.scope.project = "research";
    research.usd = 12;
    research.alertAt = {0.8, 1};
    research.onLimit = OnLimit::Warn;
    BudgetRule pace;
    pace.id = "pace";
    pace.scope.provider = "borealis";
    pace.concurrent = 64;
    pace.onLimit = OnLimit::Warn;
    config.budgets = {std::move(clients), std::move(research), std::move(pace)};
}

} // namespace

DemoSetup makeDemoSetup(std::span<const DemoEndpoint> endpoints, const std::string &listenAddress, uint16_t listenPort)
{
    DemoSetup setup;
    setup.traffic = {
        {.id = "editor", .project = "everyday", .key = randomKey(), .models = {"smart", "fast", "smart"}, .weight = 4},
        {.id = "ci-runner",
         .project = "pipelines",
         .key = randomKey(),
         .models = {"fast", "borealis-fast"},
         .weight = 3},
        {.id = "help-desk",
         .project = "support",
         .key = randomKey(),
         .models = {"fast", "aurora-mini", "search-embed"},
         .weight = 3},
        {.id = "notebook",
         .project = "research",
         .key = randomKey(),
         .models = {"cirrus-open-70b", "smart", "search-embed"},
         .weight = 1.5},
    };
    setup.userKey = randomKey();

    Config &config = setup.config;
    config.listen.address = listenAddress;
    config.listen.port = listenPort;
    config.listen.auth = AuthMode::Keys;
    config.store.bodies = BodyPolicy::All; // nothing here is anybody's secret, and there is more to look at
    config.providers = providersAt(endpoints);
    config.projects.resize(4);
    config.projects[0] = {
        .id = "everyday",
        .name = "Everyday work",
        .budget = BudgetConfig{.period = "month", .limitUsd = 50, .alertAt = {0.8, 0.95, 1.0}, .onLimit = "warn"}};
    config.projects[1] = {
        .id = "pipelines",
        .name = "Build pipelines",
        .budget = BudgetConfig{.period = "day", .limitUsd = 2, .alertAt = {0.5, 0.8, 1.0}, .onLimit = "warn"}};
    config.projects[2] = {.id = "support", .name = "Customer desk", .budget = std::nullopt};
    config.projects[3] = {.id = "research", .name = "Research", .budget = std::nullopt};
    for (const DemoClient &one : setup.traffic)
        config.clients.push_back(client(one.id, one.project, one.key));
    config.clients.push_back(client("you", "everyday", setup.userKey));
    config.clients.back().admin = true;

    makeKeysAndBudgets(config);

    config.routes = {
        route("smart", "smart",
              fallback({target("aurora", "aurora-large"), target("borealis", "borealis-pro"),
                        target("cirrus", "cirrus-open-70b")})),
        route("fast", "fast",
              fallback({weighted({target("borealis", "borealis-fast"), target("aurora", "aurora-mini"),
                                  target("cirrus", "cirrus-open-8b")},
                                 {60, 30, 10}),
                        target("cirrus", "cirrus-open-8b")})),
        route("search", "*embed*", target("aurora", "aurora-embed")),
        route("borealis", "borealis-*", fallback({target("borealis", "*"), target("aurora", "aurora-mini")})),
        route("cirrus", "cirrus-*", target("cirrus", "*")),
        route("default", "*",
              fallback({target("aurora", "aurora-mini"), target("borealis", "borealis-fast"),
                        target("cirrus", "cirrus-open-8b")})),
    };
    config.prices = {
        price("aurora/aurora-large", 2.5, 10, 0.25), price("aurora/aurora-embed", 0.05, 0, 0.05),
        price("aurora/*", 0.30, 1.20, 0.03),         price("borealis/borealis-pro", 3, 15, 0.3),
        price("borealis/*", 0.15, 0.60, 0.04),       price("cirrus/*", 0.02, 0.06, 0.02),
    };
    config.models = {
        facts("aurora/aurora-large", 400'000, 64'000, true),
        facts("aurora/aurora-mini", 200'000, 32'000, false),
        facts("borealis/*", 1'000'000, 64'000, true),
        facts("cirrus/*", 128'000, 16'000, false),
    };
    return setup;
}

} // namespace signalbox
