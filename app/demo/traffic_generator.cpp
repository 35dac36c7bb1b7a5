// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/demo/traffic_generator.h"

#include "app/demo/demo_text.h"
#include "core/base/clock.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace signalbox {

namespace json = boost::json;

// One request of a made-up client; lives until its reply ended. Child of the generator.
class TrafficCall final : public QObject, public HttpCallHandler
{
    Q_DISABLE_COPY_MOVE(TrafficCall)

public:
    TrafficCall(TrafficGenerator &generator, HttpClientRequest request, int hangUpAfterMs)
        : QObject(&generator), m_generator(generator)
    {
        ++m_generator.m_running;
        m_call = m_generator.m_pool.start(std::move(request), *this);
        if (hangUpAfterMs > 0)
            QTimer::singleShot(hangUpAfterMs, this, [this] { leave(); });
    }

    void responseHead(const HttpResponseHead &) override {}
    void responseBody(std::string_view) override {}
    void responseEnd() override { leave(); }
    void callFailed(TransportFailure, const std::string &) override { leave(); }

private:
    void leave()
    {
        if (std::exchange(m_left, true))
            return;
        --m_generator.m_running;
        m_call.reset();
        deleteLater();
    }

    TrafficGenerator &m_generator;
    std::unique_ptr<HttpCall> m_call;
    bool m_left = false;
};

namespace {

std::string chatBody(DemoRandom &random, const DemoClient &client, const std::string &model, bool stream)
{
    json::array messages;
    messages.push_back({{"role", "system"}, {"content", demoSystemPrompt(client.project)}});
    const int turns = random.chance(0.3) ? 1 + random.below(3) : 0;
    for (int i = 0; i < turns; ++i) {
        messages.push_back({{"role", "user"}, {"content", demoQuestion(random, client.project)}});
        std::string answer;
        for (const std::string &piece : demoAnswer(random, 40))
            answer += piece;
        messages.push_back({{"role", "assistant"}, {"content", answer}});
    }
    messages.push_back({{"role", "user"}, {"content", demoQuestion(random, client.project)}});
    json::object body{{"model", model}, {"messages", std::move(messages)}, {"temperature", 0.3}};
    if (stream) {
        body["stream"] = true;
        body["stream_options"] = {{"include_usage", true}};
    }
    return json::serialize(body);
}

std::string embeddingBody(DemoRandom &random, const DemoClient &client, const std::string &model)
{
    json::array input;
    for (int i = 1 + random.below(4); i > 0; --i)
        input.emplace_back(demoQuestion(random, client.project));
    return json::serialize(json::object{{"model", model}, {"input", std::move(input)}, {"encoding_format", "base64"}});
}

} // namespace

TrafficGenerator::TrafficGenerator(std::vector<DemoClient> clients, uint32_t seed, QObject *parent)
    : QObject(parent), m_clients(std::move(clients)), m_random(seed)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &TrafficGenerator::arrive);
}

// Calls are children: they must go before the pool that they use.
TrafficGenerator::~TrafficGenerator()
{
    for (QObject *call : QObjectList(children()))
        delete call;
}

void TrafficGenerator::start(const std::string &address, uint16_t port)
{
    m_origin = HttpOrigin{.tls = false, .host = address, .port = port, .proxy = "none", .caFile = {}};
    if (m_startedNs == 0)
        m_startedNs = SystemClock().monotonicNs();
    planNext();
}

void TrafficGenerator::stop()
{
    m_timer.stop();
}

double TrafficGenerator::ratePerSecond() const
{
    const double minutes = double(SystemClock().monotonicNs() - m_startedNs) / 60e9;
    return 0.9 + 0.4 * std::sin(2 * std::numbers::pi * minutes / 11.0);
}

void TrafficGenerator::planNext()
{
    if (m_burstLeft == 0 && m_random.chance(0.015))
        m_burstLeft = 4 + m_random.below(5);
    double seconds = m_random.exponential(1.0 / ratePerSecond());
    if (m_burstLeft > 0) {
        --m_burstLeft;
        seconds = m_random.between(0.05, 0.2);
    }
    m_timer.start(std::clamp(int(seconds * 1000), 10, 8000));
}

void TrafficGenerator::arrive()
{
    if (m_running < maxRunning)
        sendOne();
    planNext();
}

const DemoClient &TrafficGenerator::pickClient()
{
    double sum = 0;
    for (const DemoClient &client : m_clients)
        sum += client.weight;
    double at = m_random.uniform() * sum;
    for (const DemoClient &client : m_clients) {
        at -= client.weight;
        if (at < 0)
            return client;
    }
    return m_clients.back();
}

void TrafficGenerator::sendOne()
{
    if (m_clients.empty())
        return;
    const DemoClient &client = pickClient();
    // Squared: the first models of the list are asked for most.
    const double spot = m_random.uniform();
    const std::string &model = client.models[size_t(spot * spot * double(client.models.size()))];

    HttpClientRequest request;
    request.origin = m_origin;
    request.headers.add("authorization", "Bearer " + client.key);
    request.headers.add("content-type", "application/json");
    request.headers.add("user-agent", "signalbox-demo/" + client.id);
    int hangUpAfterMs = 0;
    if (m_random.chance(0.02)) {
        request.method = "GET";
        request.target = "/v1/models";
    } else if (model.find("embed") != std::string::npos) {
        request.target = "/v1/embeddings";
        request.body = embeddingBody(m_random, client, model);
    } else {
        const bool stream = m_random.chance(client.project == "pipelines" ? 0.3 : 0.85);
        request.target = "/v1/chat/completions";
        request.body = chatBody(m_random, client, model, stream);
        if (stream && m_random.chance(0.015)) // somebody pressed Escape
            hangUpAfterMs = 600 + m_random.below(900);
    }
    new TrafficCall(*this, std::move(request), hangUpAfterMs);
}

} // namespace signalbox
