// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config_reader.h"
#include "core/routing/planner.h"

#include <QtTest/QTest>

#include <algorithm>
#include <string>
#include <vector>

namespace signalbox::test {

inline Config configOf(const std::string &json)
{
    auto config = readConfig(json);
    if (!config)
        qFatal("%s", config.error().message.c_str());
    return *config;
}

// JSON is told with ' for " here: moc does not see the end of a raw string in a header.
inline std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

// Providers a, b, c and d with two keys each in several regions, then what is given: `"routes":[…],"models":[…]`.
inline std::string fourProviders(const std::string &more)
{
    std::string providers;
    for (const auto &[id, region] : {std::pair("a", "eu-west-1"), {"b", "us-east-1"}, {"c", "EU"}, {"d", ""}}) {
        providers += providers.empty() ? "" : ",";
        providers += quoted("{'id':'" + std::string(id) + "','baseUrl':'http://127.0.0.1:1/v1','region':'" + region +
                            "','credentials':[{'id':'k1','secret':'env:A'},{'id':'k2','secret':'env:B'}]}");
    }
    return quoted("{'providers':[") + providers + "]," + more + "}";
}

inline std::string routeTo(const std::string &node)
{
    return quoted("'routes':[{'id':'r','to':") + node + "}]";
}

// A routing state over a config, its clock, and what people ask of a plan.
struct Bench {
    explicit Bench(const std::string &json) { use(json); }

    void use(const std::string &json)
    {
        config = std::make_shared<const Config>(configOf(json));
        state.attach(std::make_shared<RouteTable>(config, std::make_shared<ModelBook>(nullptr, *config)));
    }

    RoutingFacts facts(std::string_view conversation = {}) const
    {
        RoutingFacts made;
        made.model = "m";
        made.project = "default";
        made.client = "c";
        made.conversation = conversation;
        made.nowNs = nowNs;
        made.wallMs = 1'700'000'000'000;
        return made;
    }

    Plan plan(const RoutingFacts &about) const
    {
        auto made = makePlan(state, about);
        if (!made)
            qFatal("%s", made.error().message.c_str());
        return *made;
    }
    Plan plan() const { return plan(facts()); }

    // One request from plan to success at its first target.
    std::string request(const RoutingFacts &about)
    {
        const Plan made = plan(about);
        state.countRequest(nowNs);
        state.commit(made);
        return made.targets.empty() ? std::string() : name(made.targets.front());
    }
    std::string request() { return request(facts()); }

    // An attempt that ends now.
    void attempt(std::string_view provider, std::string_view model, double ttftMs,
                 FailureClass failure = FailureClass::None)
    {
        const AttemptKey key{provider, model, "k1"};
        AttemptResult result;
        result.failure = failure;
        if (failure == FailureClass::None)
            result.ttftMs = ttftMs;
        result.durationMs = ttftMs;
        result.outputTokens = 100;
        state.health().began(key, nowNs);
        state.health().ended(key, result, nowNs);
    }

    void passMs(int64_t ms)
    {
        constexpr int64_t nsPerMs = 1'000'000;
        nowNs += ms * nsPerMs;
    }

    static std::string name(const PlannedTarget &target)
    {
        return std::string(target.provider) + "/" + std::string(target.model);
    }
    static QString names(const Plan &plan)
    {
        QStringList list;
        for (const PlannedTarget &target : plan.targets)
            list << QString::fromStdString(name(target));
        return list.join(u' ');
    }

    ConfigPtr config;
    RoutingState state{7};
    int64_t nowNs = 1'000'000'000;
};

} // namespace signalbox::test
