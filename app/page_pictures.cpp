// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_pictures.h"

#include "ui/main_window/main_window.h"

#include <QtCore/QDir>
#include <QtGui/QPixmap>

#include <utility>

namespace signalbox {

namespace {
constexpr std::chrono::seconds traffic{6};       // until the demo has something to show
constexpr std::chrono::milliseconds drawn{1500}; // a page asks the ledger first, off this thread
} // namespace

PagePictures::PagePictures(MainWindow &window, QString folder, QObject *parent)
    : QObject(parent), m_window(window), m_folder(std::move(folder))
{
    for (const QString &page : window.pageIds())
        m_left.append({page, page, {}});
    m_settle.setSingleShot(true);
    connect(&m_settle, &QTimer::timeout, this, [this] { m_name.isEmpty() ? next() : take(); });
}

void PagePictures::addShot(const QString &page, const QString &name, std::function<void()> show)
{
    m_left.append({page, name, std::move(show)});
}

void PagePictures::start()
{
    if (!QDir().mkpath(m_folder)) {
        Q_EMIT finished(tr("Cannot make the folder %1.").arg(m_folder));
        return;
    }
    m_settle.start(traffic);
}

void PagePictures::next()
{
    if (m_left.isEmpty()) {
        Q_EMIT finished({});
        return;
    }
    const Shot shot = m_left.takeFirst();
    m_name = shot.name;
    m_window.showPage(shot.page);
    if (shot.show)
        shot.show();
    m_settle.start(drawn);
}

void PagePictures::take()
{
    const QString file = m_folder + QLatin1Char('/') + m_name + QStringLiteral(".png");
    if (!m_window.grab().save(file)) {
        Q_EMIT finished(tr("Cannot write %1.").arg(file));
        return;
    }
    next();
}

} // namespace signalbox
