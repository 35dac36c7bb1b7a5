// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/export.h"

#include <QtCore/QObject>
#include <QtCore/QThread>

#include <atomic>
#include <memory>

namespace signalbox {

// Writes requests to a file on a thread of its own, over a connection of its own: nothing else waits. One at a time;
// the file is there only when it is whole. GUI thread.
class RequestExport final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestExport)

public:
    using QObject::QObject;
    ~RequestExport() override; // cancels

    bool isRunning() const { return m_thread != nullptr; }
    void start(const QString &databasePath, const RequestFilter &filter, ExportFormat format, const QString &file);
    void cancel() { m_cancelled = true; }

    // The very requests with these ids.
    static RequestFilter ofIds(const QStringList &ids);

Q_SIGNALS:
    void finished(qint64 rows, const QString &file);
    void failed(const QString &message);

private:
    void ended(const Result<int64_t> &rows, const QString &file);

    std::unique_ptr<QThread> m_thread;
    std::atomic<bool> m_cancelled{false};
};

} // namespace signalbox
