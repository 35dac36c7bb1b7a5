// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/catalogue_files.h"

#include <QtCore/QObject>
#include <QtCore/QThreadPool>
#include <QtCore/QTimer>

class QFileSystemWatcher;

namespace signalbox {

// Notices a catalogue or scores that somebody else put into the data folder (`signalboxd --update-catalogue` beside a
// running gateway). Lives on the main thread; files are read on a thread of its own, and only when their size, date or
// place on the disk changed.
class CatalogueWatch final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CatalogueWatch)

public:
    explicit CatalogueWatch(QString folder, QObject *parent = nullptr);
    ~CatalogueWatch() override;

    // What is in force now, so that the own change is not told as somebody's.
    void setCurrent(std::shared_ptr<const Catalogue> catalogue) { m_current = std::move(catalogue); }

Q_SIGNALS:
    void changed(const signalbox::CatalogueFiles::Loaded &loaded); // differs from what is in force, or has a problem

private:
    QString stamp() const;
    void look();
    void take(const CatalogueFiles::Loaded &loaded, bool same);

    QString m_folder;
    QFileSystemWatcher *m_watcher;
    QTimer m_settle;
    QString m_stamp;
    std::shared_ptr<const Catalogue> m_current;
    QThreadPool m_worker; // one thread; its destructor waits for the last look
};

} // namespace signalbox
