// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/webhook_test.h"

#include "core/alerts/webhook_sender.h"
#include "core/base/redact.h"

#include <QtCore/QDateTime>

namespace signalbox {

namespace {
constexpr std::chrono::milliseconds patience{10'000};
constexpr size_t shownOfAnswer = 200;
} // namespace

WebhookTest::WebhookTest(const std::string &address, const std::string &secret, const ProxyRules &proxies, Done done,
                         QObject *parent)
    : QObject(parent), m_done(std::move(done))
{
    Alert alert;
    alert.id = "test";
    alert.kind = AlertKind::Provider;
    alert.level = AlertLevel::Info;
    alert.key = "test";
    alert.text = "A test from Signalbox: this webhook works.";
    alert.firstAtMs = alert.lastAtMs = QDateTime::currentMSecsSinceEpoch();
    auto request = webhookRequest(address, secret, {alert}, patience);
    m_pool.setProxyRules(proxies);
    m_time.start();
    if (request)
        m_call = m_pool.start(std::move(*request), *this);
    else
        finish(request.error());
}

WebhookTest::~WebhookTest() = default;

void WebhookTest::responseBody(std::string_view bytes)
{
    m_answer.append(bytes.substr(0, shownOfAnswer - std::min(shownOfAnswer, m_answer.size())));
}

void WebhookTest::responseEnd()
{
    const std::string status = "HTTP " + std::to_string(m_status);
    if (m_status >= 200 && m_status < 300)
        return finish(status + " after " + std::to_string(m_time.elapsed()) + " ms");
    finish(Error{"webhook_refused", m_answer.empty() ? status : status + ": " + redactSecrets(m_answer)});
}

void WebhookTest::callFailed(TransportFailure failure, const std::string &)
{
    // The transport's own words may hold the address.
    finish(Error{"webhook_unreachable", std::string(transportFailureName(failure))});
}

void WebhookTest::finish(Result<std::string> result)
{
    if (Done done = std::exchange(m_done, {}))
        done(std::move(result));
    deleteLater();
}

} // namespace signalbox
