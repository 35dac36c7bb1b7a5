// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/alerts/alert.h"
#include "core/net/http_client.h"

#include <QtCore/QObject>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

struct WebhookPace {
    std::chrono::milliseconds timeout{10'000};
    std::chrono::milliseconds firstWait{1'000}; // grows by four each time
    int tries = 6;
};

// Sends alerts to the webhooks of the config: POST {"version":1,"sent_at":…,"alerts":[…]}. Alerts that come within a
// hook's minInterval go together. With a secret, `x-signalbox-signature: t=SECONDS,v1=HEX` signs "SECONDS.BODY" by
// HMAC-SHA256. Network errors, 408, 429 and 5xx are tried again with growing waits; what is beyond the last try, and
// what another answer refuses, is dropped with a line in the log. Never blocks; at most 200 alerts wait for a hook.
// Lives on the gateway thread.
class WebhookSender final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WebhookSender)

public:
    using Secret = std::function<const std::string *(const std::string &reference)>; // null: not at hand
    using Note = std::function<void(const char *level, const std::string &message)>; // never holds an address or secret

    WebhookSender(HttpClientPool &pool, Note note, WebhookPace pace = {});
    ~WebhookSender() override;

    void configure(const std::vector<WebhookConfig> &hooks, const Secret &secret);
    void send(const Alert &alert);
    size_t waiting() const; // over all hooks, those on their way included

private:
    class Hook;

    HttpClientPool &m_pool;
    Note m_note;
    WebhookPace m_pace;
    std::vector<std::unique_ptr<Hook>> m_hooks;
};

// The POST that tells of these alerts. Error webhook_address: the address cannot be used; it is not repeated.
Result<HttpClientRequest> webhookRequest(const std::string &address, const std::string &secret,
                                         const std::vector<Alert> &alerts, std::chrono::milliseconds timeout);

// As in the header's v1.
std::string webhookSignature(std::string_view secret, int64_t seconds, std::string_view body);

} // namespace signalbox
