// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/http_client.h"

#include <QtCore/QUrl>

namespace signalbox {

namespace {

Error invalid(std::string message)
{
    return {"url_invalid", std::move(message), 0};
}

} // namespace

Result<ParsedUrl> parseBaseUrl(std::string_view url)
{
    const QUrl parsed = QUrl::fromEncoded(QByteArray(url.data(), static_cast<qsizetype>(url.size())), QUrl::StrictMode);
    if (!parsed.isValid())
        return invalid("not a URL");
    const QString scheme = parsed.scheme();
    if (scheme != QLatin1String("http") && scheme != QLatin1String("https"))
        return invalid("must begin with http:// or https://");
    if (!parsed.userInfo().isEmpty() || parsed.authority().contains(QLatin1Char('@')))
        return invalid("must not hold a user name or password");
    if (parsed.hasQuery())
        return invalid("must not hold a query");
    if (parsed.hasFragment())
        return invalid("must not hold a fragment");

    ParsedUrl result;
    result.origin.tls = scheme == QLatin1String("https");
    std::string host = parsed.host(QUrl::FullyEncoded).toLower().toStdString();
    if (host.size() > 1 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host.empty())
        return invalid("has no host");
    result.origin.host = std::move(host);
    const int port = parsed.port(result.origin.tls ? 443 : 80);
    if (port == 0)
        return invalid("port 0 cannot be connected to");
    result.origin.port = static_cast<uint16_t>(port);
    result.path = parsed.path(QUrl::FullyEncoded).toStdString();
    while (!result.path.empty() && result.path.back() == '/')
        result.path.pop_back();
    return result;
}

} // namespace signalbox
