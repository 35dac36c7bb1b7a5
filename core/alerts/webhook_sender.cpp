// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/alerts/webhook_sender.h"

#include "core/base/version.h"

#include <QtCore/QCryptographicHash>
#include <QtCore/QDateTime>
#include <QtCore/QElapsedTimer>
#include <QtCore/QMessageAuthenticationCode>
#include <QtCore/QTimer>
#include <QtCore/QUrl>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace signalbox {

namespace {

constexpr size_t mostWaiting = 200;

struct Place {
    HttpOrigin origin;
    std::string target;
};

bool placeOf(const std::string &address, Place &place)
{
    const QUrl url(QString::fromStdString(address), QUrl::StrictMode);
    place.origin.tls = url.scheme() == QStringLiteral("https");
    if (!url.isValid() || url.host().isEmpty() || (!place.origin.tls && url.scheme() != QStringLiteral("http")))
        return false;
    place.origin.host = url.host(QUrl::FullyEncoded).toStdString();
    place.origin.port = static_cast<uint16_t>(url.port(place.origin.tls ? 443 : 80));
    const std::string path = url.path(QUrl::FullyEncoded).toStdString();
    place.target = path.empty() ? "/" : path;
    if (url.hasQuery())
        place.target += '?' + url.query(QUrl::FullyEncoded).toStdString();
    return true;
}

HttpClientRequest makeRequest(const Place &place, const std::string &secret, const std::vector<Alert> &alerts,
                              std::chrono::milliseconds timeout)
{
    const int64_t seconds = QDateTime::currentSecsSinceEpoch();
    boost::json::array list;
    for (const Alert &alert : alerts)
        list.push_back(alertJson(alert));
    HttpClientRequest request;
    request.origin = place.origin;
    request.target = place.target;
    request.body = boost::json::serialize(
        boost::json::object{{"version", 1}, {"sent_at", seconds * 1000}, {"alerts", std::move(list)}});
    request.headers.add("content-type", "application/json");
    request.headers.add("user-agent", std::string("signalbox/") + versionText);
    if (!secret.empty())
        request.headers.add("x-signalbox-signature",
                            "t=" + std::to_string(seconds) + ",v1=" + webhookSignature(secret, seconds, request.body));
    request.deadlines = {timeout, timeout, timeout, timeout};
    return request;
}

} // namespace

std::string webhookSignature(std::string_view secret, int64_t seconds, std::string_view body)
{
    QMessageAuthenticationCode code(QCryptographicHash::Sha256,
                                    QByteArray(secret.data(), static_cast<qsizetype>(secret.size())));
    code.addData(QByteArray::number(qlonglong(seconds)) + '.');
    code.addData(body.data(), static_cast<qsizetype>(body.size()));
    return code.result().toHex().toStdString();
}

Result<HttpClientRequest> webhookRequest(const std::string &address, const std::string &secret,
                                         const std::vector<Alert> &alerts, std::chrono::milliseconds timeout)
{
    Place place;
    if (!placeOf(address, place))
        return Error{"webhook_address", "the address is no http or https one"};
    return makeRequest(place, secret, alerts, timeout);
}

class WebhookSender::Hook final : public HttpCallHandler
{
public:
    Hook(WebhookSender &owner, const WebhookConfig &settings, const std::string &address, std::string secret)
        : config(settings), url(address), m_owner(owner), m_secret(std::move(secret))
    {
        m_usable = placeOf(address, m_place);
        m_timer.setSingleShot(true);
        QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { begin(); });
    }
    ~Hook() = default;
    Q_DISABLE_COPY_MOVE(Hook)

    bool isAs(const WebhookConfig &settings, const std::string &address, const std::string &secret) const
    {
        return config == settings && url == address && m_secret == secret;
    }
    bool usable() const { return m_usable; }

    void add(const Alert &alert)
    {
        if (!config.kinds.empty() && !config.kinds.contains(alert.kind))
            return;
        m_waiting.push_back(alert);
        if (m_waiting.size() > mostWaiting)
            m_waiting.erase(m_waiting.begin());
        if (!m_call && !m_timer.isActive())
            m_timer.start(sinceBegin());
    }
    size_t waiting() const { return m_waiting.size() + m_sending.size(); }

    void responseHead(const HttpResponseHead &head) override { m_status = head.status; }
    void responseBody(std::string_view) override {}
    void responseEnd() override
    {
        const int status = m_status;
        m_call.reset();
        if (status >= 200 && status < 300)
            return delivered();
        const std::string answer = "HTTP " + std::to_string(status);
        status == 408 || status == 429 || status >= 500 ? failed(answer) : giveUp(answer);
    }
    void callFailed(TransportFailure failure, const std::string &) override
    {
        m_call.reset();
        failed(std::string(transportFailureName(failure)));
    }

    const WebhookConfig config;
    const std::string url;

private:
    std::chrono::milliseconds sinceBegin() const
    {
        if (!m_begun.isValid())
            return std::chrono::milliseconds(0);
        return std::max(std::chrono::milliseconds(0),
                        config.minInterval - std::chrono::milliseconds(m_begun.elapsed()));
    }

    void begin()
    {
        std::move(m_waiting.begin(), m_waiting.end(), std::back_inserter(m_sending));
        m_waiting.clear();
        if (m_sending.size() > mostWaiting)
            m_sending.erase(m_sending.begin(), m_sending.end() - mostWaiting);
        m_begun.start();
        HttpClientRequest request = makeRequest(m_place, m_secret, m_sending, m_owner.m_pace.timeout);
        m_status = 0;
        m_call = m_owner.m_pool.start(std::move(request), *this);
    }

    void delivered()
    {
        m_sending.clear();
        m_tries = 0;
        if (!m_waiting.empty())
            m_timer.start(sinceBegin());
    }

    void failed(const std::string &why)
    {
        if (++m_tries >= m_owner.m_pace.tries)
            return giveUp(why + ", after " + std::to_string(m_tries) + " tries");
        auto wait = m_owner.m_pace.firstWait;
        for (int i = 1; i < m_tries; ++i)
            wait *= 4;
        m_timer.start(std::max(wait, std::chrono::milliseconds(1)));
    }

    void giveUp(const std::string &why)
    {
        m_owner.m_note("error", "webhook '" + config.id + "' did not take " + std::to_string(m_sending.size()) +
                                    " alert(s): " + why);
        delivered();
    }

    WebhookSender &m_owner;
    std::string m_secret;
    Place m_place;
    bool m_usable = false;
    QTimer m_timer;
    QElapsedTimer m_begun;
    std::vector<Alert> m_waiting;
    std::vector<Alert> m_sending; // on its way, or waiting for the next try
    std::unique_ptr<HttpCall> m_call;
    int m_status = 0;
    int m_tries = 0;
};

WebhookSender::WebhookSender(HttpClientPool &pool, Note note, WebhookPace pace)
    : m_pool(pool), m_note(std::move(note)), m_pace(pace)
{
}

WebhookSender::~WebhookSender() = default;

// A hook that stays as it was keeps what waits for it.
void WebhookSender::configure(const std::vector<WebhookConfig> &hooks, const Secret &secret)
{
    std::vector<std::unique_ptr<Hook>> next;
    for (const WebhookConfig &config : hooks) {
        const bool plain = config.url.starts_with("http://") || config.url.starts_with("https://");
        const std::string *address = plain ? &config.url : secret(config.url);
        const std::string *key = config.secret.empty() ? nullptr : secret(config.secret);
        if (!address || (!config.secret.empty() && !key)) {
            m_note("error", "webhook '" + config.id + "' is not used: " + (address ? config.secret : config.url) +
                                " cannot be read");
            continue;
        }
        const std::string signature = key ? *key : std::string();
        const auto same = std::find_if(m_hooks.begin(), m_hooks.end(), [&](const std::unique_ptr<Hook> &hook) {
            return hook && hook->isAs(config, *address, signature);
        });
        if (same != m_hooks.end()) {
            next.push_back(std::move(*same));
            continue;
        }
        next.push_back(std::make_unique<Hook>(*this, config, *address, signature));
        if (!next.back()->usable()) {
            m_note("error",
                   "webhook '" + config.id + "' is not used: what " + config.url + " holds is no http address");
            next.pop_back();
        }
    }
    m_hooks = std::move(next);
}

void WebhookSender::send(const Alert &alert)
{
    for (const std::unique_ptr<Hook> &hook : m_hooks)
        hook->add(alert);
}

size_t WebhookSender::waiting() const
{
    size_t count = 0;
    for (const std::unique_ptr<Hook> &hook : m_hooks)
        count += hook->waiting();
    return count;
}

} // namespace signalbox
