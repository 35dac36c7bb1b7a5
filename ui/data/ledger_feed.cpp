// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/data/ledger_feed.h"

namespace signalbox {

LedgerFeed::LedgerFeed(QString databasePath, QObject *parent)
    : QObject(parent), m_databasePath(std::move(databasePath)), m_worker(new QObject)
{
    m_thread.setObjectName(QStringLiteral("ledger-feed"));
    m_worker->moveToThread(&m_thread);
    connect(&m_thread, &QThread::finished, m_worker, &QObject::deleteLater);
    m_thread.start();
}

LedgerFeed::~LedgerFeed()
{
    m_thread.quit();
    m_thread.wait();
}

void LedgerFeed::post(std::function<void(Result<LedgerReader *>)> job)
{
    QMetaObject::invokeMethod(
        m_worker,
        [this, job = std::move(job)] {
            if (!m_reader) {
                auto opened = LedgerReader::open(m_databasePath);
                if (!opened) {
                    job(opened.error());
                    return;
                }
                m_reader = std::move(*opened);
            }
            job(m_reader.get());
        },
        Qt::QueuedConnection);
}

} // namespace signalbox
