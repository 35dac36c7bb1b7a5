// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <QtCore/QByteArray>
#include <QtCore/QHash>
#include <QtCore/QList>
#include <QtNetwork/QSslCertificate>
#include <QtNetwork/QSslConfiguration>
#include <QtNetwork/QSslError>

#include <string>

namespace signalbox {

// TLS settings for upstreams: TLS 1.2 or newer, peer always verified, ALPN http/1.1, tickets on. The certificates of an
// extra file are read once, until forget(). Owned by the pool, on its thread.
class ClientTls
{
public:
    // Errors: ca_file (missing, or without a certificate).
    Result<QSslConfiguration> configuration(const std::string &caFile, const QByteArray &ticket);
    void forget() { m_configurations.clear(); }

private:
    QHash<QString, QSslConfiguration> m_configurations;
};

// Says which check failed: not trusted, wrong name, expired.
std::string tlsErrorText(const QList<QSslError> &errors, const std::string &host, const QString &fallback);

} // namespace signalbox
