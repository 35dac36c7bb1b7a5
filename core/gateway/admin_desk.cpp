// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/admin_desk.h"

#include <QtCore/QFileInfo>

namespace signalbox {

DeskTools::DeskTools(QString databasePath)
    : m_databasePath(std::move(databasePath)), m_catalogue(QFileInfo(m_databasePath).absolutePath())
{
}

DeskTools::~DeskTools() = default;

QString DeskTools::dataFolder() const
{
    return QFileInfo(m_databasePath).absolutePath();
}

Result<LedgerReader *> DeskTools::ledger()
{
    if (!m_ledger) {
        auto opened = LedgerReader::open(m_databasePath);
        if (!opened)
            return Error{opened.error().code, opened.error().message, 503};
        m_ledger = std::move(*opened);
    }
    return m_ledger.get();
}

AdminDesk::AdminDesk(QString databasePath) : m_databasePath(std::move(databasePath))
{
    m_thread.setObjectName(QStringLiteral("desk"));
}

AdminDesk::~AdminDesk()
{
    m_stopping = true;
    m_thread.quit();
    m_thread.wait();
    delete m_worker;
}

void AdminDesk::ask(Job job, Done done)
{
    if (m_waiting >= mostWaiting)
        return done(Error{"desk_busy", "Too many questions wait for an answer: ask again in a moment.", 503});
    if (!m_worker) {
        m_tools = std::make_shared<DeskTools>(m_databasePath);
        m_worker = new QObject;
        m_worker->moveToThread(&m_thread);
        m_thread.start(QThread::LowPriority);
    }
    ++m_waiting;
    QMetaObject::invokeMethod(
        m_worker,
        [this, tools = m_tools, job = std::move(job), done = std::move(done)] {
            if (m_stopping)
                return;
            auto answer = std::make_shared<Result<DeskAnswer>>(job(*tools));
            QMetaObject::invokeMethod(
                this,
                [this, answer, done] {
                    --m_waiting;
                    done(std::move(*answer));
                },
                Qt::QueuedConnection);
        },
        Qt::QueuedConnection);
}

} // namespace signalbox
