// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/simulated_provider.h"

#include "app/demo/simulated_reply.h"
#include "core/base/clock.h"
#include "core/net/http_server.h"

#include <boost/json.hpp>

#include <utility>

namespace signalbox {

namespace {

constexpr std::string_view jsonType = "application/json";

HeaderList jsonHeaders()
{
    HeaderList headers;
    headers.add("content-type", jsonType);
    return headers;
}

std::string modelList(const SimulatedProfile &profile)
{
    boost::json::array data;
    for (const std::string &model : profile.models)
        data.push_back(
            {{"id", model}, {"object", "model"}, {"created", 1767225600}, {"owned_by", profile.id + "-simulated"}});
    return boost::json::serialize(boost::json::object{{"object", "list"}, {"data", std::move(data)}});
}

} // namespace

std::vector<SimulatedProfile> demoProfiles()
{
    using namespace std::chrono_literals;
    std::vector<SimulatedProfile> profiles(3);
    profiles[0] = {.id = "aurora",
                   .name = "Aurora (simulated)",
                   .region = "eu-north",
                   .models = {"aurora-large", "aurora-mini", "aurora-embed"},
                   .ttftMedianMs = 420,
                   .ttftSigma = 0.35,
                   .tokensPerSecond = 70,
                   .limitedShare = 0.03,
                   .failedShare = 0.004,
                   .slowEvery = 420s,
                   .slowFor = 40s,
                   .slowFactor = 3.5};
    profiles[1] = {.id = "borealis",
                   .name = "Borealis (simulated)",
                   .region = "us-east",
                   .models = {"borealis-pro", "borealis-fast"},
                   .ttftMedianMs = 260,
                   .ttftSigma = 0.45,
                   .tokensPerSecond = 110,
                   .limitedShare = 0.012,
                   .failedShare = 0.008,
                   .slowEvery = 600s,
                   .slowFor = 25s,
                   .slowFactor = 4};
    profiles[2] = {.id = "cirrus",
                   .name = "Cirrus (simulated)",
                   .region = "local",
                   .models = {"cirrus-open-8b", "cirrus-open-70b"},
                   .ttftMedianMs = 120,
                   .ttftSigma = 0.25,
                   .tokensPerSecond = 38,
                   .limitedShare = 0,
                   .failedShare = 0.002,
                   .slowEvery = 900s,
                   .slowFor = 30s,
                   .slowFactor = 2};
    return profiles;
}

SimulatedProvider::SimulatedProvider(SimulatedProfile profile, uint32_t seed, QObject *parent)
    : QObject(parent), m_profile(std::move(profile)), m_random(seed), m_server(std::make_unique<HttpServer>())
{
    m_server->setOnRequest([this](HttpExchange &exchange) { takeRequest(exchange); });
}

// The server goes first: it tells the replies that their clients are gone; only then may the replies die.
SimulatedProvider::~SimulatedProvider()
{
    m_server.reset();
}

Result<void> SimulatedProvider::listen()
{
    return m_server->listen(HttpServer::Options());
}

uint16_t SimulatedProvider::port() const
{
    return m_server->port();
}

void SimulatedProvider::takeRequest(HttpExchange &exchange)
{
    const HttpRequestHead &head = exchange.head();
    if (head.method == "GET" && head.path() == "/v1/models") {
        exchange.reply(200, jsonHeaders(), modelList(m_profile));
        return;
    }
    const bool chat = head.path() == "/v1/chat/completions";
    if (head.method != "POST" || (!chat && head.path() != "/v1/embeddings")) {
        exchange.reply(404, jsonHeaders(),
                       simulatedError("This simulated provider has no such endpoint.", "not_found_error"));
        return;
    }
    exchange.setHandler(new SimulatedReply(exchange,
                                           chat ? SimulatedReply::Kind::Chat : SimulatedReply::Kind::Embeddings,
                                           nextFate(), m_random.fork(), this));
}

SimulatedFate SimulatedProvider::nextFate()
{
    const double pace = paceNow();
    SimulatedFate fate;
    fate.ttftMs = m_random.logNormal(m_profile.ttftMedianMs, m_profile.ttftSigma) * pace;
    fate.tokenIntervalMs = 1000.0 / m_profile.tokensPerSecond * m_random.between(0.85, 1.2) * pace;
    fate.words = int(m_random.logNormal(70, 0.6)) + 4;
    // Throttling comes in clusters: mostly while the provider is slow anyway.
    if (m_random.chance(pace > 1 ? m_profile.limitedShare * 4 : m_profile.limitedShare * 0.6)) {
        fate.status = 429;
        fate.retryAfterSeconds = 1 + m_random.below(4);
    } else if (m_random.chance(m_profile.failedShare)) {
        fate.status = 500;
    }
    return fate;
}

double SimulatedProvider::paceNow()
{
    const int64_t now = SystemClock().monotonicNs();
    if (m_slowUntilNs == 0 || now > m_slowUntilNs) {
        const double gapSeconds = m_random.exponential(double(m_profile.slowEvery.count())) + 20;
        m_slowFromNs = now + int64_t(gapSeconds * 1e9);
        m_slowUntilNs = m_slowFromNs + int64_t(double(m_profile.slowFor.count()) * 1e9);
    }
    return now >= m_slowFromNs ? m_profile.slowFactor : 1.0;
}

} // namespace signalbox
