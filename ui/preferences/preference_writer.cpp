// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/preferences/preference_writer.h"

#include <QtCore/QDebug>
#include <QtCore/QMutex>
#include <QtCore/QSettings>
#include <QtCore/QThreadPool>

#include <utility>
#include <vector>

namespace signalbox {

struct PreferenceWriter::Change {
    enum class Kind { Set, Remove, Clear };
    Kind kind = Kind::Set;
    QString key{};
    QVariant value{};

    void applyTo(QSettings &file) const
    {
        if (kind == Kind::Set)
            file.setValue(key, value);
        else if (kind == Kind::Remove)
            file.remove(key);
        else
            file.clear();
    }
};

struct PreferenceWriter::Queue {
    QMutex mutex;
    std::vector<Change> waiting;
    bool running = false;

    void run()
    {
        QSettings file;
        for (;;) {
            std::vector<Change> changes;
            {
                const QMutexLocker lock(&mutex);
                running = !waiting.empty();
                if (!running)
                    return;
                changes.swap(waiting);
            }
            for (const Change &change : changes)
                change.applyTo(file);
            file.sync();
            if (file.status() != QSettings::NoError)
                qWarning("The window's preferences cannot be written to %s", qPrintable(file.fileName()));
        }
    }
};

PreferenceWriter::PreferenceWriter() : m_queue(std::make_shared<Queue>()) {}
PreferenceWriter::~PreferenceWriter() = default;

void PreferenceWriter::set(const QString &key, const QVariant &value)
{
    add({Change::Kind::Set, key, value});
}

void PreferenceWriter::remove(const QString &key)
{
    add({Change::Kind::Remove, key});
}

void PreferenceWriter::clear()
{
    add({Change::Kind::Clear});
}

void PreferenceWriter::add(Change change)
{
    const QMutexLocker lock(&m_queue->mutex);
    m_queue->waiting.push_back(std::move(change));
    if (std::exchange(m_queue->running, true))
        return;
    QThreadPool::globalInstance()->start([queue = m_queue] { queue->run(); });
}

} // namespace signalbox
