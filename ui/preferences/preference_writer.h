// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QVariant>

#include <memory>

namespace signalbox {

// Writes what it is told to the application's QSettings, in order, one job at a time on the global thread pool, which
// QCoreApplication waits for at its end. What comes while the disk is busy is written together. Any thread.
class PreferenceWriter final
{
    Q_DISABLE_COPY_MOVE(PreferenceWriter)

public:
    PreferenceWriter();
    ~PreferenceWriter();

    void set(const QString &key, const QVariant &value);
    void remove(const QString &key);
    void clear();

private:
    struct Change;
    struct Queue;
    void add(Change change);

    std::shared_ptr<Queue> m_queue; // shared with a job that may outlive this object
};

} // namespace signalbox
