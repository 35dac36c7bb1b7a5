// SPDX-License-Identifier: GPL-3.0-or-later

// What planning costs: microseconds a plan for a tree of 50 targets over the built-in catalogue, and the memory that a
// target takes once its health is known. Prints one line each; fails when a limit is passed (limits hold for release).

#include "core/catalogue/catalogue.h"
#include "core/config/config_reader.h"
#include "core/routing/planner.h"

#include <QtCore/QCoreApplication>

#include <malloc.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace signalbox;

namespace {

constexpr int targetCount = 50;

std::string targetJson(std::string_view model)
{
    return R"({"target":"or/)" + std::string(model) + "\"}";
}

// 20 by weight with a shift, 10 by price, 10 by speed, 6 that must fit, 4 in order and hedged.
std::string configJson(const std::vector<std::string> &models)
{
    size_t at = 0;
    const auto list = [&](size_t count, const std::string &before, const std::string &after) {
        std::string text;
        for (size_t i = 0; i < count; ++i)
            text += (text.empty() ? "" : ",") + before + targetJson(models[at++]) + after;
        return "[" + text + "]";
    };
    std::string tree = R"({"weighted":)" + list(20, R"({"weight":5,"to":)", "}") + R"(,"shift":{"p95Above":"3s"}},)";
    tree += R"({"cheapest":)" + list(10, "", "") + R"(,"maxUsd":100},)";
    tree += R"({"fastest":)" + list(10, "", "") + "},";
    tree += R"({"fit":)" + list(6, "", "") + "},";
    tree += R"({"when":{"tokensAbove":10},"then":{"hedge":)" + list(4, "", "") + R"(,"after":"p95"}})";
    return R"({"providers":[{"id":"or","preset":"openrouter","region":"eu-west","credentials":[{"id":"k","secret":"env:K"}]}],)"
           R"("projects":[{"id":"p","constraints":{"regions":["eu"],"deny":["*/never-*"]}}],)"
           R"("routes":[{"id":"other","match":{"model":"gpt-*-mini"},"to":{"target":"or/x"}},)"
           R"({"id":"r","to":{"fallback":[)" +
           tree + "]}}]}";
}

std::vector<std::string> modelsOf(const Catalogue &catalogue)
{
    std::vector<std::string> models;
    for (size_t i = 0; i < catalogue.size() && models.size() < targetCount; ++i) {
        if (catalogue.providerAt(i) == "openrouter" && catalogue.at(i)->price)
            models.emplace_back(catalogue.modelAt(i));
    }
    return models;
}

void feed(RoutingState &state, const std::vector<std::string> &models, int64_t &nowNs)
{
    constexpr int rounds = 200;
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < models.size(); ++i) {
            nowNs += 1'000'000;
            const AttemptKey key{"or", models[i], "k"};
            AttemptResult result;
            result.ttftMs = 100.0 + static_cast<double>((i * 37 + static_cast<size_t>(round) * 13) % 900);
            result.durationMs = *result.ttftMs * 3;
            result.outputTokens = 200;
            state.health().began(key, nowNs);
            state.health().ended(key, result, nowNs);
        }
    }
    state.tick(nowNs);
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const auto catalogue = Catalogue::builtIn();
    const std::vector<std::string> models = modelsOf(*catalogue);
    const auto read = readConfig(configJson(models));
    if (!read) {
        std::fprintf(stderr, "%s\n", read.error().message.c_str());
        return 1;
    }
    const auto config = std::make_shared<const Config>(*read);
    const auto table = std::make_shared<RouteTable>(config, std::make_shared<ModelBook>(catalogue, *config));

    const size_t before = mallinfo2().uordblks;
    RoutingState state;
    state.attach(table);
    int64_t nowNs = 1;
    feed(state, models, nowNs);
    const double kib = static_cast<double>(mallinfo2().uordblks - before) / 1024 / targetCount;

    RoutingFacts facts;
    facts.model = "gpt-5";
    facts.project = "p";
    facts.inputTokens = 2000;
    facts.conversation = "a conversation";
    constexpr int plans = 20'000;
    size_t planned = 0;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < plans; ++i) {
        nowNs += 100'000;
        facts.nowNs = nowNs;
        const auto plan = makePlan(state, facts);
        if (!plan) {
            std::fprintf(stderr, "%s\n", plan.error().message.c_str());
            return 1;
        }
        planned = plan->targets.size();
        state.commit(*plan);
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    const double us = took.count() / plans;
    std::printf("plan: %.2f us for %zu targets over %zu models (limit 10)\n", us, planned, catalogue->size());
    std::printf("memory: %.1f KiB a target (limit 16)\n", kib);
    constexpr double mostUs = 10;
    constexpr double mostKib = 16;
    return us <= mostUs && kib <= mostKib ? 0 : 1;
}
