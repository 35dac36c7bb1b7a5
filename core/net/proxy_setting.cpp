// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/proxy_setting.h"

#include "core/net/http_client.h"

#include <QtCore/QDeadlineTimer>
#include <QtCore/QMutex>
#include <QtCore/QPointer>
#include <QtCore/QThreadPool>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

#include <charconv>

namespace signalbox {

namespace {

constexpr qint64 keepMs = 300'000;

Error invalid(std::string message)
{
    return {"proxy_invalid", std::move(message), 0};
}

QString toQString(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return text;
}

bool noProxyEntryCovers(std::string_view entry, const QString &host, const QHostAddress &address, uint16_t port)
{
    entry = trimmed(entry);
    if (entry.empty())
        return false;
    if (entry == "*")
        return true;
    if (!address.isNull() && entry.find('/') != std::string_view::npos) {
        const auto subnet = QHostAddress::parseSubnet(toQString(entry));
        return subnet.second >= 0 && address.isInSubnet(subnet);
    }
    const size_t colon = entry.rfind(':');
    const bool hasPort = colon != std::string_view::npos && (entry.find(':') == colon || entry[colon - 1] == ']');
    if (hasPort) {
        uint16_t entryPort = 0;
        const std::string_view digits = entry.substr(colon + 1);
        std::from_chars(digits.data(), digits.data() + digits.size(), entryPort);
        if (entryPort != port)
            return false;
        entry = entry.substr(0, colon);
    }
    if (entry.size() > 2 && entry.front() == '[' && entry.back() == ']')
        entry = entry.substr(1, entry.size() - 2);
    if (!address.isNull())
        return QHostAddress(toQString(entry)) == address;
    if (entry.starts_with("*"))
        entry.remove_prefix(1);
    if (entry.starts_with("."))
        entry.remove_prefix(1);
    if (entry.empty())
        return false;
    const QString name = toQString(entry);
    return host.compare(name, Qt::CaseInsensitive) == 0 ||
           host.endsWith(QString(QLatin1Char('.') + name), Qt::CaseInsensitive);
}

QNetworkProxy firstUsable(const QList<QNetworkProxy> &proxies)
{
    for (const QNetworkProxy &proxy : proxies) {
        if (proxy.type() == QNetworkProxy::NoProxy || proxy.type() == QNetworkProxy::Socks5Proxy ||
            proxy.type() == QNetworkProxy::HttpProxy)
            return proxy;
    }
    return QNetworkProxy(QNetworkProxy::NoProxy);
}

} // namespace

Result<ProxySetting> parseProxySetting(std::string_view text)
{
    if (text.empty() || text == "system")
        return ProxySetting{};
    if (text == "none")
        return ProxySetting{ProxySetting::Kind::None, QNetworkProxy(QNetworkProxy::NoProxy)};
    const QUrl url = QUrl::fromEncoded(QByteArray(text.data(), static_cast<qsizetype>(text.size())), QUrl::StrictMode);
    const QString scheme = url.scheme();
    const bool socks = scheme == QLatin1String("socks5") || scheme == QLatin1String("socks5h");
    if (!url.isValid() || (!socks && scheme != QLatin1String("http")))
        return invalid("a proxy is \"system\", \"none\", http://host:port or socks5://host:port");
    if (url.host().isEmpty())
        return invalid("the proxy has no host");
    if (url.hasQuery() || url.hasFragment() || (!url.path().isEmpty() && url.path() != QLatin1String("/")))
        return invalid("a proxy address has no path, query or fragment");
    ProxySetting setting;
    setting.kind = ProxySetting::Kind::Fixed;
    setting.proxy = QNetworkProxy(socks ? QNetworkProxy::Socks5Proxy : QNetworkProxy::HttpProxy, url.host(),
                                  static_cast<quint16>(url.port(socks ? 1080 : 8080)), url.userName(QUrl::FullyDecoded),
                                  url.password(QUrl::FullyDecoded));
    return setting;
}

bool isLoopbackHost(std::string_view host)
{
    if (headerNameEquals(host, "localhost"))
        return true;
    constexpr std::string_view suffix = ".localhost";
    if (host.size() > suffix.size() && headerNameEquals(host.substr(host.size() - suffix.size()), suffix))
        return true;
    return QHostAddress(toQString(host)).isLoopback();
}

bool noProxyCovers(std::string_view noProxy, std::string_view host, uint16_t port)
{
    const QString name = toQString(host);
    const QHostAddress address(name);
    while (!noProxy.empty()) {
        const size_t comma = noProxy.find(',');
        if (noProxyEntryCovers(noProxy.substr(0, comma), name, address, port))
            return true;
        noProxy.remove_prefix(comma == std::string_view::npos ? noProxy.size() : comma + 1);
    }
    return false;
}

struct SystemProxyLookup::Mailbox {
    QMutex mutex;
    SystemProxyLookup *receiver = nullptr; // null once it is gone
};

SystemProxyLookup::SystemProxyLookup(QObject *parent) : QObject(parent), m_mailbox(std::make_shared<Mailbox>())
{
    m_mailbox->receiver = this;
}

SystemProxyLookup::~SystemProxyLookup()
{
    const QMutexLocker lock(&m_mailbox->mutex);
    m_mailbox->receiver = nullptr;
}

void SystemProxyLookup::find(const HttpOrigin &origin, QObject *context, Answer answer)
{
    QByteArray noProxy = qgetenv("no_proxy");
    if (noProxy.isEmpty())
        noProxy = qgetenv("NO_PROXY");
    if (isLoopbackHost(origin.host) ||
        noProxyCovers({noProxy.constData(), static_cast<size_t>(noProxy.size())}, origin.host, origin.port)) {
        answer(QNetworkProxy(QNetworkProxy::NoProxy));
        return;
    }
    QUrl url;
    url.setScheme(origin.tls ? QStringLiteral("https") : QStringLiteral("http"));
    url.setHost(toQString(origin.host));
    url.setPort(origin.port);
    const QString key = url.toString();
    const auto known = m_known.constFind(key);
    if (known != m_known.constEnd() && known->expiresMs > QDeadlineTimer::current().deadline()) {
        const QNetworkProxy proxy = known->proxy;
        answer(proxy);
        return;
    }
    QList<Waiting> &waiting = m_waiting[key];
    waiting.append({context, std::move(answer)});
    if (waiting.size() > 1)
        return;
    QThreadPool::globalInstance()->start([mailbox = m_mailbox, url, key] {
        const QNetworkProxy proxy = firstUsable(
            QNetworkProxyFactory::systemProxyForQuery(QNetworkProxyQuery(url, QNetworkProxyQuery::UrlRequest)));
        const QMutexLocker lock(&mailbox->mutex);
        if (SystemProxyLookup *receiver = mailbox->receiver) {
            QMetaObject::invokeMethod(
                receiver, [receiver, key, proxy] { receiver->answered(key, proxy); }, Qt::QueuedConnection);
        }
    });
}

void SystemProxyLookup::forget()
{
    m_known.clear();
}

void SystemProxyLookup::answered(const QString &key, const QNetworkProxy &proxy)
{
    m_known.insert(key, {proxy, QDeadlineTimer::current().deadline() + keepMs});
    const QList<Waiting> waiting = m_waiting.take(key);
    for (const Waiting &one : waiting) {
        if (one.context)
            one.answer(proxy);
    }
}

} // namespace signalbox
