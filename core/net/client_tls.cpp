// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/net/client_tls.h"

#include <QtCore/QFile>
#include <QtCore/QStringList>
#include <QtNetwork/QSslSocket>

namespace signalbox {

namespace {

QString describe(const QSslError &error, const QString &host)
{
    switch (error.error()) {
    case QSslError::CertificateExpired:
        return QStringLiteral("the certificate expired on %1")
            .arg(error.certificate().expiryDate().toUTC().toString(Qt::ISODate));
    case QSslError::CertificateNotYetValid:
        return QStringLiteral("the certificate is not valid yet");
    case QSslError::HostNameMismatch:
        return QStringLiteral("the certificate's name does not match %1").arg(host);
    case QSslError::SelfSignedCertificate:
    case QSslError::SelfSignedCertificateInChain:
    case QSslError::UnableToGetIssuerCertificate:
    case QSslError::UnableToGetLocalIssuerCertificate:
    case QSslError::UnableToVerifyFirstCertificate:
    case QSslError::CertificateUntrusted:
    case QSslError::CertificateRejected:
    case QSslError::InvalidCaCertificate:
        return QStringLiteral("the certificate is not trusted (%1)").arg(error.errorString());
    default:
        return error.errorString();
    }
}

} // namespace

Result<QSslConfiguration> ClientTls::configuration(const std::string &caFile, const QByteArray &ticket)
{
    const QString path = QString::fromStdString(caFile);
    auto known = m_configurations.find(path);
    if (known == m_configurations.end()) {
        QSslConfiguration made = QSslConfiguration::defaultConfiguration();
        made.setProtocol(QSsl::TlsV1_2OrLater);
        made.setPeerVerifyMode(QSslSocket::VerifyPeer);
        made.setAllowedNextProtocols({QByteArrayLiteral("http/1.1")});
        made.setSslOption(QSsl::SslOptionDisableSessionTickets, false);
        made.setSslOption(QSsl::SslOptionDisableSessionSharing, false);
        made.setSslOption(QSsl::SslOptionDisableSessionPersistence, false);
        if (!caFile.empty()) {
            QFile file(path);
            if (!file.open(QIODevice::ReadOnly))
                return Error{"ca_file", "cannot read the CA file " + caFile + ": " + file.errorString().toStdString(),
                             0};
            const QList<QSslCertificate> extra = QSslCertificate::fromDevice(&file, QSsl::Pem);
            if (extra.isEmpty())
                return Error{"ca_file", "the CA file " + caFile + " holds no PEM certificate", 0};
            made.addCaCertificates(extra);
        }
        known = m_configurations.insert(path, made);
    }
    QSslConfiguration result = *known;
    if (!ticket.isEmpty())
        result.setSessionTicket(ticket);
    return result;
}

std::string tlsErrorText(const QList<QSslError> &errors, const std::string &host, const QString &fallback)
{
    QStringList texts;
    for (const QSslError &error : errors) {
        const QString text = describe(error, QString::fromStdString(host));
        if (!texts.contains(text))
            texts.append(text);
    }
    return (texts.isEmpty() ? fallback : texts.join(QStringLiteral("; "))).toStdString();
}

} // namespace signalbox
