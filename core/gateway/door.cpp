// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/door.h"

#include <QtNetwork/QHostAddress>

#include <algorithm>

namespace signalbox {

namespace {

std::string_view hostOf(std::string_view hostAndPort)
{
    if (!hostAndPort.empty() && hostAndPort.front() == '[')
        return hostAndPort.substr(1, hostAndPort.find(']') - 1);
    return hostAndPort.substr(0, hostAndPort.find(':'));
}

} // namespace

Door::Door(const ListenConfig &listen)
    : m_names(listen.hosts), m_anyLiteral(!QHostAddress(QString::fromStdString(listen.address)).isLoopback())
{
    m_names.emplace_back("localhost");
    m_names.push_back(listen.address);
}

bool Door::hostAllowed(std::string_view hostAndPort) const
{
    const std::string_view host = hostOf(hostAndPort);
    if (host.empty())
        return false;
    if (std::any_of(m_names.begin(), m_names.end(),
                    [&](const std::string &name) { return headerNameEquals(name, host); }))
        return true;
    const QHostAddress literal(QString::fromUtf8(host.data(), static_cast<qsizetype>(host.size())));
    return !literal.isNull() && (m_anyLiteral || literal.isLoopback());
}

Result<void> Door::check(const HttpRequestHead &head) const
{
    const std::string_view host = head.headers.get("host");
    if (!hostAllowed(host))
        return Error{"host_not_allowed",
                     "The Host '" + std::string(host) +
                         "' is not one of this gateway's. Use http://127.0.0.1, or list the name under listen.hosts.",
                     403};
    if (!head.headers.has("origin"))
        return {};
    const std::string_view origin = head.headers.get("origin");
    const size_t scheme = origin.find("://");
    const bool isWeb = origin.starts_with("http://") || origin.starts_with("https://");
    if (!isWeb || !hostAllowed(origin.substr(scheme + 3)))
        return Error{"origin_not_allowed",
                     "Requests from the web origin '" + std::string(origin) + "' are not allowed.", 403};
    return {};
}

} // namespace signalbox
