// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/proxy_rules.h"

#include "core/net/proxy_setting.h"

#include <QtCore/QUrl>

namespace signalbox {

std::string ProxyRules::proxyFor(std::string_view host, uint16_t port) const
{
    return isLoopbackHost(host) || noProxyCovers(noProxy, host, port) ? "none" : proxy;
}

std::string withProxyPassword(const std::string &proxy, const std::string &password)
{
    QUrl url(QString::fromStdString(proxy), QUrl::StrictMode);
    if (password.empty() || !url.isValid() || url.userName().isEmpty() || !url.password().isEmpty())
        return proxy;
    url.setPassword(QString::fromStdString(password), QUrl::DecodedMode);
    return url.toEncoded().toStdString();
}

ProxyLogin splitProxyLogin(const std::string &proxy)
{
    QUrl url(QString::fromStdString(proxy), QUrl::StrictMode);
    if (!url.isValid() || url.password().isEmpty())
        return {proxy, {}};
    ProxyLogin login{{}, url.password(QUrl::FullyDecoded).toStdString()};
    url.setPassword({});
    login.proxy = url.toEncoded().toStdString();
    return login;
}

} // namespace signalbox
