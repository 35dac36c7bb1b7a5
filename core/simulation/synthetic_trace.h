// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/policy.h"
#include "core/simulation/distribution.h"
#include "core/simulation/trace.h"

#include <queue>
#include <string>
#include <vector>

namespace signalbox {

// A kind of request: who sends it, how large it is, whether it is a conversation.
struct TrafficClass {
    double share = 1; // of all conversations, beside the other classes' shares
    std::string model = "m";
    std::string project = "default";
    std::string client = "c";
    std::string user;
    std::string tags;
    Contents contents;
    Distribution inputTokens = Distribution::fixed(1'000); // that each turn adds
    Distribution outputTokens = Distribution::fixed(200);
    std::optional<int64_t> maxOutputTokens;
    double meanTurns = 1;                                     // geometrically spread; 1: no conversation
    Distribution pauseMs = Distribution::exponential(30'000); // from one turn's start to the next one's
    Millis patience{0};
};

struct SyntheticTraffic {
    double perSecond = 10;    // new conversations
    bool poisson = true;      // false: at regular times
    Millis length{60'000};    // new ones only begin within it
    int64_t most = INT64_MAX; // requests
    std::vector<TrafficClass> classes{1};
    uint64_t seed = 1;
};

// Made-up traffic: the same seed, the same requests.
class SyntheticTrace final : public Trace
{
public:
    explicit SyntheticTrace(SyntheticTraffic traffic);
    bool next(SimRequest &request) override;

private:
    struct Later {
        SimRequest request;
        uint32_t turnsLeft = 0;
        uint32_t kind = 0;
        bool operator>(const Later &other) const { return request.atNs > other.request.atNs; }
    };

    Later begun();
    void follow(const Later &turn);

    SyntheticTraffic m_traffic;
    SimRandom m_random;
    double m_shares = 0;
    double m_nextNs = 0;
    uint64_t m_conversations = 0;
    int64_t m_made = 0;
    std::priority_queue<Later, std::vector<Later>, std::greater<>> m_later;
};

} // namespace signalbox
