// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/report_text.h"

#include "core/base/redact.h"
#include "core/base/version.h"
#include "core/config/config_reader.h"
#include "core/redaction/body_redactor.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QSaveFile>
#include <QtCore/QSysInfo>

namespace signalbox {

namespace {

constexpr qint64 logTail = 256 * 1024;

std::string withoutUser(const std::string &proxy)
{
    const size_t at = proxy.rfind('@');
    const size_t scheme = proxy.find("://");
    return at == std::string::npos || scheme == std::string::npos ? proxy
                                                                  : proxy.substr(0, scheme + 3) + proxy.substr(at + 1);
}

// The config as its file would have it, with what may identify or open something taken out.
std::string quietConfig(Config config)
{
    const std::string hidden = "hidden";
    for (ClientConfig &client : config.clients) {
        client.keySha256 = std::string(64, '0');
        if (!client.previousKeySha256.empty())
            client.previousKeySha256 = std::string(63, '0') + '1';
    }
    for (ProviderConfig &provider : config.providers) {
        for (auto &[name, value] : provider.headers)
            value = hidden;
        provider.proxy = withoutUser(provider.proxy);
    }
    config.proxy = withoutUser(config.proxy);
    for (WebhookConfig &hook : config.alerts.webhooks)
        hook.url = hook.url.starts_with("http") ? "https://" + hidden : hook.url;
    return writeConfig(config);
}

std::string newestLog(const QString &folder)
{
    const QFileInfoList files = QDir(folder).entryInfoList({QStringLiteral("*.log*")}, QDir::Files, QDir::Time);
    if (files.isEmpty())
        return "no log file\n";
    QFile file(files.first().filePath());
    if (!file.open(QIODevice::ReadOnly))
        return file.fileName().toStdString() + ": " + file.errorString().toStdString() + '\n';
    const bool cut = file.size() > logTail && file.seek(file.size() - logTail);
    std::string text = file.readAll().toStdString();
    if (cut)
        text.erase(0, std::min(text.size(), text.find('\n') + 1)); // the first line is not whole
    return file.fileName().toStdString() + (cut ? " (its end)\n" : "\n") + text;
}

} // namespace

std::string reportText(const Config &config, const QString &logFolder, const QString &dataFolder)
{
    std::string text = "Signalbox " + std::string(versionText) + "\nQt " + qVersion() + ", " +
                       QSysInfo::prettyProductName().toStdString() + ", " +
                       QSysInfo::currentCpuArchitecture().toStdString() + ", kernel " +
                       QSysInfo::kernelVersion().toStdString() + "\nwritten " +
                       QDateTime::currentDateTimeUtc().toString(Qt::ISODate).toStdString() + "\n\nData folder\n";
    for (const QFileInfo &file : QDir(dataFolder).entryInfoList(QDir::Files, QDir::Name))
        text += "  " + file.fileName().toStdString() + ' ' + std::to_string(file.size()) + '\n';
    text += "\nConfig\n" + quietConfig(config) + "\nLog: " + newestLog(logFolder);
    RedactionConfig redact = config.store.redact;
    redact.keys = redact.tokens = redact.privateKeys = redact.emails = redact.cards = redact.ibans = true;
    return redactSecrets(BodyRedactor(redact, {}).mask(text, false).bytes);
}

Result<QString> writeReport(const QString &path, const Config &config, const QString &logFolder,
                            const QString &dataFolder)
{
    const QByteArray text = QByteArray::fromStdString(reportText(config, logFolder, dataFolder));
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(text) != text.size() || !file.commit())
        return Error{"report", QString(path % QStringLiteral(": ") % file.errorString()).toStdString()};
    return path;
}

} // namespace signalbox
