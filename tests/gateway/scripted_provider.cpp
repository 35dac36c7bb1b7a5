// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gateway/scripted_provider.h"

using namespace signalbox;

struct ScriptedProvider::Handler final : HttpRequestHandler {
    Handler(ScriptedProvider &p, HttpExchange &e, std::shared_ptr<Seen> s)
        : provider(p), exchange(e), seen(std::move(s))
    {
    }
    void requestBody(std::string_view bytes) override { seen->body.append(bytes); }
    void requestEnd() override
    {
        seen->ended = true;
        provider.m_answer(exchange, *seen);
    }
    void clientGone() override { seen->gone = true; }
    void clientWritable() override {}

    ScriptedProvider &provider;
    HttpExchange &exchange;
    std::shared_ptr<Seen> seen;
};

ScriptedProvider::ScriptedProvider(Answer answer) : m_answer(std::move(answer))
{
    m_server.setOnRequest([this](HttpExchange &exchange) {
        auto seen = std::make_shared<Seen>();
        seen->target = exchange.head().target;
        seen->headers = exchange.head().headers;
        m_seen.push_back(seen);
        m_handlers.push_back(std::make_unique<Handler>(*this, exchange, seen));
        exchange.setHandler(m_handlers.back().get());
    });
    if (const auto listening = m_server.listen({}); !listening)
        qFatal("%s", listening.error().message.c_str());
}

ScriptedProvider::~ScriptedProvider() = default;

std::string ScriptedProvider::baseUrl() const
{
    return "http://127.0.0.1:" + std::to_string(m_server.port()) + "/v1";
}
