// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/catalogue/catalogue_updater.h"
#include "core/ledger/ledger_reader.h"

#include <QtCore/QObject>
#include <QtCore/QThread>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace signalbox {

// What jobs at the desk work with; lives on the desk's thread.
class DeskTools
{
public:
    explicit DeskTools(QString databasePath);
    ~DeskTools();

    Result<LedgerReader *> ledger(); // opened when first asked for
    CatalogueUpdater &catalogue() { return m_catalogue; }
    QString dataFolder() const;

private:
    QString m_databasePath;
    std::unique_ptr<LedgerReader> m_ledger;
    CatalogueUpdater m_catalogue;
};

struct DeskAnswer {
    std::string type = "application/json";
    std::string body;
};

// Does for the gateway what takes longer than a request may: questions to the ledger, catalogues, files. One thread,
// one job after the other; started by the first. Lives on the gateway thread, owned by the Gateway; deleting it waits
// for the job that runs and drops the others.
class AdminDesk final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdminDesk)

public:
    using Job = std::function<Result<DeskAnswer>(DeskTools &)>;
    using Done = std::function<void(Result<DeskAnswer>)>;

    explicit AdminDesk(QString databasePath);
    ~AdminDesk() override;

    // `job` runs on the desk's thread, `done` comes on this object's. Error desk_busy (503) comes at once where 64 jobs
    // wait already.
    void ask(Job job, Done done);

private:
    static constexpr int mostWaiting = 64;

    QThread m_thread;
    QObject *m_worker = nullptr; // lives on the thread
    std::shared_ptr<DeskTools> m_tools;
    std::atomic<bool> m_stopping{false};
    int m_waiting = 0;
    QString m_databasePath;
};

} // namespace signalbox
