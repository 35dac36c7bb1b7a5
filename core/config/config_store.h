// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/config.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QThreadPool>

#include <optional>

class QFileSystemWatcher;
class QTimer;

namespace signalbox {

// The one owner of gateway.json: reads it, watches it, applies edits, saves atomically (QSaveFile, mode 0600).
// Lives on the main thread of the program (GUI thread in the desktop app). File work is small (one file under
// 1 MiB) and done off that thread by save(); load() at start is synchronous.
class ConfigStore final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConfigStore)

public:
    explicit ConfigStore(QString path, QObject *parent = nullptr);
    ~ConfigStore() override;

    // Reads the file. A missing file gives the defaults (and nothing is written). Errors carry `FILE: POINTER: what`.
    Result<void> load();

    ConfigPtr current() const { return m_current; } // never null
    QString path() const { return m_path; }
    enum class Origin { Program, File }; // who made the last change
    Origin origin() const { return m_origin; }

    // Replaces the running config and saves it. Refused (and nothing changes) when writeConfig() of it does not read
    // back, or when the file changed on disk since it was last read: code "config_conflict".
    // `why` is shown in the history, for example "provider box added".
    Result<void> apply(Config next, const QString &why);

    // Uses a config that is not a file (--demo): apply() then keeps it in memory only.
    void useInMemory(Config config);

    // Starts to watch the file. A bad edit is refused with rejected(); the running config stays.
    void watch();

Q_SIGNALS:
    void changed(signalbox::ConfigPtr config, const QString &why);
    void rejected(const QString &message); // `FILE: /pointer: what`
    void saved();                          // what apply() took is in the file
    void saveFailed(const QString &message);

private:
    void reload();
    void rewatch();
    void save(const std::string &json);
    void saveEnded(const QByteArray &bytes, const QString &problem);

    QString m_path;
    ConfigPtr m_current;
    std::optional<QByteArray> m_bytesOnDisk;  // as last read or written by us; none: there was no file
    std::optional<QByteArray> m_bytesRefused; // the last bad edit, so that it is told only once
    int m_savesRunning = 0;
    bool m_inMemory = false;
    Origin m_origin = Origin::Program;
    QFileSystemWatcher *m_watcher = nullptr;
    QTimer *m_settle = nullptr;
    QThreadPool m_saver; // one thread: saves keep their order; its destructor waits for the last one
};

} // namespace signalbox
