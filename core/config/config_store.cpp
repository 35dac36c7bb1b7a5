// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_store.h"

#include "core/config/config_reader.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QFileSystemWatcher>
#include <QtCore/QPointer>
#include <QtCore/QSaveFile>
#include <QtCore/QTimer>

namespace signalbox {

namespace {

constexpr int settleMs = 150; // editors write in several steps
constexpr qint64 largestFile = 1024 * 1024;

Result<std::optional<QByteArray>> readFile(const QString &path)
{
    QFile file(path);
    if (!file.exists())
        return std::optional<QByteArray>();
    if (!file.open(QIODevice::ReadOnly))
        return Error{"config_unreadable", path.toStdString() + ": " + file.errorString().toStdString()};
    if (file.size() > largestFile)
        return Error{"config_invalid", path.toStdString() + ": is larger than 1 MiB"};
    return std::optional<QByteArray>(file.readAll());
}

Result<Config> parse(const QString &path, const QByteArray &bytes)
{
    auto config = readConfig({bytes.constData(), static_cast<size_t>(bytes.size())});
    if (!config)
        return Error{config.error().code, path.toStdString() + ": " + config.error().message};
    return config;
}

// On the saver's thread. Returns what went wrong, for a person; empty when saved.
QString writeFile(const QString &path, const QByteArray &bytes)
{
    // A link is followed, as otherwise the rename would put a plain file in its place.
    const QFileInfo info(path);
    const QString target = info.isSymLink() ? info.symLinkTarget() : path;
    if (!QDir().mkpath(QFileInfo(target).absolutePath()))
        return QObject::tr("cannot make the folder %1").arg(QFileInfo(target).absolutePath());
    QSaveFile file(target);
    if (!file.open(QIODevice::WriteOnly) || !file.setPermissions(QFileDevice::ReadOwner | QFileDevice::WriteOwner) ||
        file.write(bytes) != bytes.size() || !file.commit())
        return path % QStringLiteral(": ") % file.errorString();
    return {};
}

} // namespace

ConfigStore::ConfigStore(QString path, QObject *parent)
    : QObject(parent), m_path(std::move(path)), m_current(std::make_shared<const Config>())
{
    m_saver.setMaxThreadCount(1);
}

ConfigStore::~ConfigStore() = default;

Result<void> ConfigStore::load()
{
    const auto bytes = readFile(m_path);
    if (!bytes)
        return bytes.error();
    Config config;
    if (*bytes) {
        auto parsed = parse(m_path, **bytes);
        if (!parsed)
            return parsed.error();
        config = std::move(*parsed);
    }
    m_bytesOnDisk = *bytes;
    m_bytesRefused.reset();
    m_current = std::make_shared<const Config>(std::move(config));
    return {};
}

Result<void> ConfigStore::apply(Config next, const QString &why)
{
    const std::string json = writeConfig(next);
    auto readBack = readConfig(json);
    if (!readBack)
        return readBack.error();
    if (!m_inMemory) {
        // While one of our own saves is on its way, the file may hold the old or the new bytes.
        if (m_savesRunning == 0) {
            const auto bytes = readFile(m_path);
            if (!bytes)
                return bytes.error();
            if (*bytes != m_bytesOnDisk)
                return Error{"config_conflict",
                             m_path.toStdString() + " was changed on disk meanwhile; look at it, then try again"};
        }
        next = std::move(*readBack);
    }
    m_current = std::make_shared<const Config>(std::move(next));
    m_origin = Origin::Program;
    if (!m_inMemory)
        save(json);
    Q_EMIT changed(m_current, why);
    return {};
}

void ConfigStore::useInMemory(Config config)
{
    m_inMemory = true;
    m_current = std::make_shared<const Config>(std::move(config));
    Q_EMIT changed(m_current, tr("the configuration of this run, which is not kept"));
}

void ConfigStore::save(const std::string &json)
{
    ++m_savesRunning;
    const QByteArray bytes = QByteArray::fromStdString(json);
    // The pool is a member, so the job ends before this object does; the answer is dropped with its receiver.
    m_saver.start([this, path = m_path, bytes] {
        const QString problem = writeFile(path, bytes);
        QMetaObject::invokeMethod(
            this, [this, bytes, problem] { saveEnded(bytes, problem); }, Qt::QueuedConnection);
    });
}

void ConfigStore::saveEnded(const QByteArray &bytes, const QString &problem)
{
    --m_savesRunning;
    if (problem.isEmpty()) {
        m_bytesOnDisk = bytes;
        m_bytesRefused.reset();
    }
    if (m_watcher) {
        rewatch();
        m_settle->start();
    }
    if (!problem.isEmpty())
        Q_EMIT saveFailed(problem);
    else
        Q_EMIT saved();
}

void ConfigStore::watch()
{
    if (m_watcher || m_inMemory)
        return;
    QDir().mkpath(QFileInfo(m_path).absolutePath());
    m_settle = new QTimer(this);
    m_settle->setSingleShot(true);
    m_settle->setInterval(settleMs);
    m_watcher = new QFileSystemWatcher(this);
    connect(m_settle, &QTimer::timeout, this, &ConfigStore::reload);
    const auto touched = [this] {
        rewatch();
        m_settle->start();
    };
    connect(m_watcher, &QFileSystemWatcher::fileChanged, this, touched);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, this, touched);
    rewatch();
    m_settle->start(); // catches an edit between load() and now
}

void ConfigStore::rewatch()
{
    // The watcher forgets a file that was replaced. The folder tells when it comes back.
    const QString folder = QFileInfo(m_path).absolutePath();
    if (!m_watcher->directories().contains(folder))
        m_watcher->addPath(folder);
    if (!m_watcher->files().contains(m_path) && QFileInfo::exists(m_path))
        m_watcher->addPath(m_path);
}

void ConfigStore::reload()
{
    if (m_savesRunning > 0)
        return; // saveEnded() starts the timer again
    const auto bytes = readFile(m_path);
    if (!bytes) {
        Q_EMIT rejected(QString::fromStdString(bytes.error().message));
        return;
    }
    // A file that is gone is no edit: the running config stays, and the next save makes the file again.
    if (!*bytes) {
        m_bytesOnDisk.reset();
        return;
    }
    if (*bytes == m_bytesOnDisk || *bytes == m_bytesRefused)
        return;
    auto config = parse(m_path, **bytes);
    if (!config) {
        m_bytesRefused = *bytes;
        Q_EMIT rejected(QString::fromStdString(config.error().message));
        return;
    }
    m_bytesOnDisk = *bytes;
    m_bytesRefused.reset();
    if (*config == *m_current)
        return;
    m_current = std::make_shared<const Config>(std::move(*config));
    m_origin = Origin::File;
    Q_EMIT changed(m_current, tr("file edited"));
}

} // namespace signalbox
