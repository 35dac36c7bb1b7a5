// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_export.h"

#include "core/ledger/sqlite.h"

#include <QtCore/QSaveFile>

namespace signalbox {

namespace {

Result<int64_t> writeFile(const QString &databasePath, const RequestFilter &filter, ExportFormat format,
                          const QString &file, const std::atomic<bool> &cancelled)
{
    auto database = Database::open(databasePath, Database::Mode::ReadOnly);
    if (!database)
        return database.error();
    QSaveFile out(file);
    const auto unwritable = [&out] { return Error{"file_unwritable", out.errorString().toStdString()}; };
    if (!out.open(QIODevice::WriteOnly))
        return unwritable();
    const auto rows = exportRequests(*database, filter, format, [&](std::string_view piece) {
        return !cancelled && out.write(piece.data(), qint64(piece.size())) == qint64(piece.size());
    });
    if (!rows)
        return out.error() == QFileDevice::NoError ? rows.error() : unwritable();
    if (!out.commit())
        return unwritable();
    return rows;
}

} // namespace

RequestExport::~RequestExport()
{
    m_cancelled = true;
    if (m_thread)
        m_thread->wait();
}

RequestFilter RequestExport::ofIds(const QStringList &ids)
{
    RequestFilter filter;
    FilterTerm all;
    all.field = FilterTerm::Field::Id;
    for (qsizetype i = 0; i < ids.size(); ++i) {
        FilterTerm one;
        one.field = FilterTerm::Field::Id;
        one.glob = ids.at(i).toStdString();
        if (i == 0)
            all.glob = one.glob;
        else
            all.orElse.push_back(std::move(one));
    }
    filter.terms = {all};
    return filter;
}

void RequestExport::start(const QString &databasePath, const RequestFilter &filter, ExportFormat format,
                          const QString &file)
{
    if (m_thread)
        return;
    m_cancelled = false;
    m_thread.reset(QThread::create([this, databasePath, filter, format, file] {
        const Result<int64_t> rows = writeFile(databasePath, filter, format, file, m_cancelled);
        // This object waits for the thread before it goes.
        QMetaObject::invokeMethod(
            this, [this, rows, file] { ended(rows, file); }, Qt::QueuedConnection);
    }));
    m_thread->setObjectName(QStringLiteral("request-export"));
    m_thread->start();
}

void RequestExport::ended(const Result<int64_t> &rows, const QString &file)
{
    m_thread->wait();
    m_thread.reset();
    if (rows)
        Q_EMIT finished(*rows, file);
    else
        Q_EMIT failed(QString::fromStdString(rows.error().message));
}

} // namespace signalbox
