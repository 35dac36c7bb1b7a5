// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/net/http_client.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>

#include <functional>
#include <memory>
#include <string>

namespace signalbox {

// Sends one made-up alert to a webhook, once, and tells what it answered. Deletes itself after that. Lives on the
// thread that made it, which has an event loop.
class WebhookTest final : public QObject, private HttpCallHandler
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WebhookTest)

public:
    // "HTTP 204 after 31 ms". Errors: webhook_address, webhook_refused with the status and the beginning of the answer,
    // webhook_unreachable.
    using Done = std::function<void(Result<std::string>)>;

    WebhookTest(const std::string &address, const std::string &secret, const ProxyRules &proxies, Done done,
                QObject *parent);
    ~WebhookTest() override;

private:
    void responseHead(const HttpResponseHead &head) override { m_status = head.status; }
    void responseBody(std::string_view bytes) override;
    void responseEnd() override;
    void callFailed(TransportFailure failure, const std::string &message) override;
    void finish(Result<std::string> result);

    Done m_done;
    HttpClientPool m_pool;
    std::unique_ptr<HttpCall> m_call;
    QElapsedTimer m_time;
    int m_status = 0;
    std::string m_answer; // its beginning
};

} // namespace signalbox
