// SPDX-License-Identifier: GPL-3.0-or-later
// What health costs the way of a request: nanoseconds a call, the best of seven rounds.
#include "core/routing/health/health_book.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

using namespace signalbox;

namespace {

template<class Call>
void measure(const char *name, const Call &call)
{
    constexpr int calls = 200'000;
    double best = 1e12;
    for (int round = 0; round < 7; ++round) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < calls; ++i)
            call(static_cast<size_t>(i));
        const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
        best = std::min(best, took.count() / calls);
    }
    std::printf("%-28s %7.1f ns\n", name, best);
}

struct World {
    HealthBook book;
    std::vector<std::string> providers, models;
    std::vector<const TargetHealth *> targets;
    int64_t now = 1'000'000'000;
    double sink = 0; // so that nothing is left out

    World()
    {
        Config config;
        for (int i = 0; i < 10; ++i) {
            ProviderConfig provider;
            provider.id = providers.emplace_back("provider-" + std::to_string(i));
            provider.credentials = {{"main", "env:A", 1}, {"spare", "env:B", 2}};
            config.providers.push_back(std::move(provider));
        }
        book.configure(config);
        for (size_t i = 0; i < 50; ++i) {
            models.push_back("model-" + std::to_string(i));
            targets.push_back(book.target(providers[i % 10], models[i]));
        }
        for (size_t i = 0; i < 100'000; ++i)
            attempt(i);
    }

    void attempt(size_t i)
    {
        const AttemptKey key{providers[i % 10], models[i % 50], "main"};
        book.began(key, now);
        now += 100'000;
        AttemptResult result;
        result.ttftMs = static_cast<double>(100 + i * 37 % 900);
        result.durationMs = static_cast<double>(1'000 + i * 91 % 5'000);
        result.outputTokens = 200;
        book.ended(key, result, now);
    }
};

} // namespace

int main()
{
    World w;
    measure("availability", [&](size_t i) { w.sink += w.book.availability(*w.targets[i % 50], w.now).available(); });
    measure("availability by name",
            [&](size_t i) { w.sink += w.book.availability(w.providers[i % 10], w.models[i % 50], w.now).available(); });
    measure("one percentile", [&](size_t i) { w.sink += *w.book.ttftPercentileMs(*w.targets[i % 50], 0.95, w.now); });
    measure("error rate", [&](size_t i) { w.sink += w.book.errorRate(*w.targets[i % 50], w.now); });
    measure("all figures", [&](size_t i) { w.sink += w.book.figures(*w.targets[i % 50], w.now).attempts; });
    measure("picking a key", [&](size_t i) {
        w.sink += static_cast<double>(w.book.pickCredential(w.providers[i % 10], {}, {}, w.now)->size());
    });
    measure("began and ended", [&](size_t i) { w.attempt(i); });
    return w.sink > 0 ? 0 : 1;
}
