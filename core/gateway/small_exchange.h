// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/gateway/gateway.h"

#include <functional>
#include <memory>
#include <string>

namespace signalbox {

// A request that the gateway answers itself: waits for its body, then calls `whenComplete` once. Owned by the Gateway.
class Gateway::SmallExchange final : public HttpRequestHandler
{
public:
    using WhenComplete = std::function<void(SmallExchange &)>;
    SmallExchange(Gateway &gateway, HttpExchange &exchange, WhenComplete whenComplete)
        : http(&exchange), m_gateway(gateway), m_whenComplete(std::move(whenComplete))
    {
    }

    void requestBody(std::string_view bytes) override { body.append(bytes); }
    void requestEnd() override
    {
        if (m_whenComplete)
            std::exchange(m_whenComplete, nullptr)(*this);
    }
    void clientGone() override
    {
        http = nullptr;
        m_gateway.finishSmall(this);
    }
    void clientWritable() override {}

    // Replies and ends this exchange.
    void reply(int status, std::string_view text, const char *type = "application/json")
    {
        HttpExchange *target = std::exchange(http, nullptr);
        if (target)
            m_gateway.replyText(*target, status, type, text);
        m_gateway.finishSmall(this);
    }

    HttpExchange *http;
    std::string body;
    std::shared_ptr<int> alive = std::make_shared<int>(); // for answers that come late

private:
    Gateway &m_gateway;
    WhenComplete m_whenComplete;
};

} // namespace signalbox
