// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/ledger/ledger_reader.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QThread>

#include <functional>
#include <memory>

namespace signalbox {

// Asks the ledger off the GUI thread. Lives on the GUI thread; owns one worker thread with one LedgerReader, so
// questions are answered in order. An answer whose context object has died is dropped. When the database cannot be
// opened, `work` is not called and `done` gets the error.
class LedgerFeed final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(LedgerFeed)

public:
    explicit LedgerFeed(QString databasePath, QObject *parent = nullptr);
    ~LedgerFeed() override;
    const QString &databasePath() const { return m_databasePath; }

    template<class T>
    void ask(QObject *context, std::function<Result<T>(LedgerReader &)> work, std::function<void(Result<T>)> done)
    {
        QPointer<QObject> alive(context);
        post([this, alive, work = std::move(work), done = std::move(done)](Result<LedgerReader *> reader) {
            auto answer = std::make_shared<Result<T>>(reader ? work(**reader) : Result<T>(reader.error()));
            // The feed joins its thread before it dies, so `this` is valid here.
            QMetaObject::invokeMethod(
                this,
                [alive, answer, done] {
                    if (alive)
                        done(std::move(*answer));
                },
                Qt::QueuedConnection);
        });
    }

private:
    void post(std::function<void(Result<LedgerReader *>)> job);

    QString m_databasePath;
    QThread m_thread;
    QObject *m_worker = nullptr;            // lives on m_thread; jobs are posted to it
    std::unique_ptr<LedgerReader> m_reader; // made and used on m_thread only
};

} // namespace signalbox
