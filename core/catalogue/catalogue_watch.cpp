// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/catalogue/catalogue_watch.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QFileSystemWatcher>

namespace signalbox {

namespace {

constexpr std::chrono::milliseconds settleTime{200}; // two files are replaced one after the other

bool sameScores(const Catalogue &one, const Catalogue &other)
{
    return &one.quality() == &other.quality() || one.quality().figures() == other.quality().figures();
}

} // namespace

CatalogueWatch::CatalogueWatch(QString folder, QObject *parent)
    : QObject(parent), m_folder(std::move(folder)), m_watcher(new QFileSystemWatcher(this))
{
    m_worker.setMaxThreadCount(1);
    m_settle.setSingleShot(true);
    m_settle.setInterval(settleTime);
    m_stamp = stamp();
    // Files are replaced by a rename, which only their folder tells of reliably.
    m_watcher->addPath(m_folder);
    connect(m_watcher, &QFileSystemWatcher::directoryChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(&m_settle, &QTimer::timeout, this, &CatalogueWatch::look);
}

CatalogueWatch::~CatalogueWatch() = default;

QString CatalogueWatch::stamp() const
{
    QString stamp;
    for (const QString &name : {QStringLiteral("catalogue.json"), QStringLiteral("quality.csv")}) {
        const QFileInfo info(QDir(m_folder), name);
        if (info.exists())
            stamp += name % QLatin1Char(' ') % QString::number(info.size()) % QLatin1Char(' ') %
                     QString::number(info.lastModified().toMSecsSinceEpoch()) % QLatin1Char('\n');
    }
    return stamp;
}

void CatalogueWatch::look()
{
    QString now = stamp();
    if (now == m_stamp)
        return;
    m_stamp = std::move(now);
    m_worker.start([this, folder = m_folder, current = m_current] {
        const auto loaded = std::make_shared<CatalogueFiles::Loaded>(CatalogueFiles(folder).load());
        bool same = current && loaded->problem.empty() && current->asOf() == loaded->catalogue->asOf() &&
                    sameScores(*current, *loaded->catalogue);
        if (same) {
            const CatalogueDiff diff = compareCatalogues(*current, *loaded->catalogue);
            same = diff.changes.empty();
        }
        QMetaObject::invokeMethod(
            this, [this, loaded, same] { take(*loaded, same); }, Qt::QueuedConnection);
    });
}

void CatalogueWatch::take(const CatalogueFiles::Loaded &loaded, bool same)
{
    if (same)
        return;
    m_current = loaded.catalogue;
    Q_EMIT changed(loaded);
}

} // namespace signalbox
