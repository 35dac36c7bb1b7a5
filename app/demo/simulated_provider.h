// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/demo/demo_random.h"
#include "core/base/result.h"

#include <QtCore/QObject>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace signalbox {

class HttpExchange;
class HttpServer;

// How one simulated provider behaves.
struct SimulatedProfile {
    std::string id;
    std::string name; // says that it is simulated
    std::string region;
    std::vector<std::string> models;
    double ttftMedianMs = 300;
    double ttftSigma = 0.4;
    double tokensPerSecond = 60;
    double limitedShare = 0.01;          // 429
    double failedShare = 0.003;          // 500
    std::chrono::seconds slowEvery{300}; // mean time between slow spells
    std::chrono::seconds slowFor{30};
    double slowFactor = 3;
};

std::vector<SimulatedProfile> demoProfiles();

// What the simulation decided for one request.
struct SimulatedFate {
    int status = 200;
    int retryAfterSeconds = 0;
    double ttftMs = 0;
    double tokenIntervalMs = 0;
    int words = 0;
};

// One made-up provider of --demo: an OpenAI-compatible server on loopback that answers with made-up text, at the pace
// and with the troubles of its profile. Lives on the demo thread, owned by DemoWorld's inner object.
class SimulatedProvider final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SimulatedProvider)

public:
    SimulatedProvider(SimulatedProfile profile, uint32_t seed, QObject *parent = nullptr);
    ~SimulatedProvider() override;

    Result<void> listen(); // 127.0.0.1, any free port
    uint16_t port() const;
    const SimulatedProfile &profile() const { return m_profile; }

private:
    void takeRequest(HttpExchange &exchange);
    SimulatedFate nextFate();
    double paceNow(); // above 1 while a slow spell lasts

    SimulatedProfile m_profile;
    DemoRandom m_random;
    std::unique_ptr<HttpServer> m_server;
    int64_t m_slowFromNs = 0;
    int64_t m_slowUntilNs = 0;
};

} // namespace signalbox
