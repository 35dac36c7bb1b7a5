// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/gateway/running_config.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace signalbox {

class Clock;

// What may be asked for: exact model names of routes, fixed targets, and what the providers list themselves. Providers
// are asked side by side, at most 5 s, and their answer kept for five minutes; one that does not answer is left out.
// With one provider its names stand bare, with several as PROVIDER/MODEL. Lives on the gateway thread.
class ModelLister
{
public:
    using Done = std::function<void(const std::vector<ListedModel> &)>;
    ModelLister(HttpClientPool &pool, const Clock &clock);
    ~ModelLister();

    // `done` may be called before list() returns, when the answer is at hand. A later forget() with the same owner
    // drops the question.
    void list(RunningConfigPtr config, const void *owner, Done done);
    void forget(const void *owner);
    void reset(); // the config changed

private:
    struct Round;
    void finishRound();

    HttpClientPool &m_pool;
    const Clock &m_clock;
    std::vector<ListedModel> m_known;
    int64_t m_knownAtMs = 0;
    bool m_haveKnown = false;
    std::unique_ptr<Round> m_round;
    std::vector<std::unique_ptr<Round>>
        m_finishedRounds; // freed at the next list(): they end inside their own callback
    std::vector<std::pair<const void *, Done>> m_waiting;
};

// Asks a provider for its models: the cheapest question it answers. `secret` may be empty.
HttpClientRequest modelsRequest(const ProviderRuntime &provider, const std::string &secret);
const ProviderRuntime::Api &listingApi(const ProviderRuntime &provider); // the one that is asked

} // namespace signalbox
