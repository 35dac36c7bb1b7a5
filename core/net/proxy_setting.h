// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtNetwork/QNetworkProxy>

#include <functional>
#include <memory>
#include <string_view>

namespace signalbox {

struct HttpOrigin;

struct ProxySetting {
    enum class Kind { System, None, Fixed };
    Kind kind = Kind::System;
    QNetworkProxy proxy; // of Fixed
};

// "system" (also empty), "none", http://[user:pass@]host[:port], socks5://[user:pass@]host[:port].
// Error: proxy_invalid; its message never repeats the text, which may hold a password.
Result<ProxySetting> parseProxySetting(std::string_view text);

bool isLoopbackHost(std::string_view host);

// The rules of the environment variable no_proxy: names with their subdomains, addresses, subnets, `*`, optional port.
bool noProxyCovers(std::string_view noProxy, std::string_view host, uint16_t port);

// The system's proxy for an origin. The system may run a proxy script for it, which can take seconds, so it is asked
// on a worker thread and the answer kept for a while. Lives on the pool's thread.
class SystemProxyLookup final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SystemProxyLookup)

public:
    using Answer = std::function<void(const QNetworkProxy &proxy)>;

    explicit SystemProxyLookup(QObject *parent = nullptr);
    ~SystemProxyLookup() override;

    // Answers once, at once or later, but not when `context` is gone.
    void find(const HttpOrigin &origin, QObject *context, Answer answer);
    void forget();

private:
    struct Mailbox;
    struct Known {
        QNetworkProxy proxy;
        qint64 expiresMs = 0;
    };
    struct Waiting {
        QPointer<QObject> context;
        Answer answer;
    };

    void answered(const QString &key, const QNetworkProxy &proxy);

    std::shared_ptr<Mailbox> m_mailbox;
    QHash<QString, Known> m_known;
    QHash<QString, QList<Waiting>> m_waiting;
};

} // namespace signalbox
