// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/backend.h"

#include "app/audit_trail.h"
#include "app/demo/demo_history.h"
#include "app/demo/demo_keepsakes.h"
#include "app/demo/demo_weights.h"
#include "app/demo/demo_world.h"
#include "core/base/clock.h"
#include "core/config/config_reader.h"
#include "core/ledger/auto_backup.h"
#include "core/playground/test_case_files.h"

#include <QtCore/QFileInfo>
#include <QtCore/QUrl>

namespace signalbox {

namespace {

constexpr uint32_t demoSeed = 20260101;

} // namespace

Backend::Backend(Options options, bool logToStderr, QObject *parent)
    : QObject(parent), m_options(std::move(options)), m_logToStderr(logToStderr), m_dataFolder(m_options.dataFolder)
{
}

Backend::~Backend()
{
    m_demo.reset();
    m_backups.reset();
    m_catalogueWatch.reset();
    m_audit.reset();
    m_host.reset();
    m_ledger.reset();
}

Result<void> Backend::open()
{
    m_config = std::make_unique<ConfigStore>(m_options.configFile);
    if (m_options.demo) {
        m_demoFolder = std::make_unique<QTemporaryDir>();
        m_dataFolder = m_demoFolder->path();
        const TestCaseFiles cases(m_dataFolder);
        for (const TestCase &one : makeDemoCases()) {
            if (const auto saved = cases.save(one); !saved)
                return saved.error();
        }
        m_config->useInMemory({});
    } else {
        m_firstRun = !QFileInfo::exists(m_options.configFile);
        if (const auto loaded = m_config->load(); !loaded)
            return loaded.error();
        m_config->watch();
    }
    const StoreConfig &store = m_config->current()->store;
    auto ledger = Ledger::open({m_dataFolder, store.keepDays, store.maxMiB});
    if (!ledger)
        return ledger.error();
    m_ledger = std::move(*ledger);
    m_host = std::make_unique<GatewayHost>(*m_ledger, m_secrets,
                                           GatewayHost::Options{m_logToStderr, m_dataFolder + QStringLiteral("/logs")});
    m_catalogue = CatalogueFiles(m_dataFolder).load();
    m_host->useCatalogue(m_catalogue.catalogue, m_catalogue.problem);
    m_audit = std::make_unique<AuditTrail>(*m_config, *m_host, *m_ledger, m_logToStderr ? "daemon" : "console");
    if (m_options.listen)
        m_host->overrideListen(m_options.listen->address, m_options.listen->port);
    watchCatalogue();
    if (!m_options.demo)
        makeBackups();
    connect(m_config.get(), &ConfigStore::changed, this, [this](const ConfigPtr &config, const QString &why) {
        m_ledger->setRetention(config->store.keepDays, config->store.maxMiB);
        m_ledger->noteConfigVersion(writeConfig(*config), why.toStdString());
        m_host->applyConfig(config);
        if (m_backups)
            m_backups->configure(config->backup.every, config->backup.keep);
    });
    connect(m_host.get(), &GatewayHost::stopped, this, [this] {
        if (m_shuttingDown)
            Q_EMIT finished();
    });
    return {};
}

void Backend::makeBackups()
{
    m_backups = std::make_unique<AutoBackup>(BackupSources{m_dataFolder, m_config->path()});
    connect(m_backups.get(), &AutoBackup::made, this, [this](const QString &folder, int dropped) {
        m_audit->note("history", dropped > 0
                                     ? tr("backup made in %1, %n older one(s) dropped", nullptr, dropped).arg(folder)
                                     : tr("backup made in %1").arg(folder));
    });
    connect(m_backups.get(), &AutoBackup::failed, this, [this](const QString &message) {
        m_audit->note("history", tr("the automatic backup failed: %1").arg(message));
        qWarning("automatic backup: %s", qPrintable(message));
    });
    const BackupConfig &backup = m_config->current()->backup;
    m_backups->configure(backup.every, backup.keep);
}

void Backend::watchCatalogue()
{
    m_catalogueWatch = std::make_unique<CatalogueWatch>(m_dataFolder);
    m_catalogueWatch->setCurrent(m_catalogue.catalogue);
    connect(m_host.get(), &GatewayHost::catalogueUsed, m_catalogueWatch.get(),
            [this](std::shared_ptr<const Catalogue> used) { m_catalogueWatch->setCurrent(std::move(used)); });
    connect(m_catalogueWatch.get(), &CatalogueWatch::changed, this, [this](const CatalogueFiles::Loaded &loaded) {
        m_host->useCatalogue(loaded.catalogue, loaded.problem);
        Q_EMIT catalogueNoticed(loaded);
    });
}

void Backend::setListen(const ListenOverride &listen)
{
    m_options.listen = listen;
    m_host->overrideListen(listen.address, listen.port);
}

void Backend::start()
{
    if (m_options.demo && !m_demo)
        return startDemo();
    // So that the first change of this run has something to go back to; an equal one is not kept twice.
    m_ledger->noteConfigVersion(writeConfig(*m_config->current()), tr("at the start").toStdString());
    m_host->start(m_config->current());
}

void Backend::startDemo()
{
    const ListenOverride listen = m_options.listen.value_or(ListenOverride{"127.0.0.1", 8484});
    m_demo = std::make_unique<DemoWorld>(DemoWorld::Options{listen.address, listen.port, demoSeed});
    connect(m_demo.get(), &DemoWorld::failed, this, &Backend::demoFailed);
    connect(m_demo.get(), &DemoWorld::ready, this, [this](const DemoSetup &setup) {
        m_demoKey = setup.userKey;
        const std::vector<RequestRecord> history = makeDemoHistory(setup, SystemClock().wallMs(), demoSeed);
        for (const PriceNote &note : demoPriceNotes(setup, history))
            m_ledger->notePrice(note);
        for (const RequestRecord &row : history)
            m_ledger->record(row);
        const int64_t now = SystemClock().wallMs();
        m_host->weights().recall(makeDemoWeights(setup.config, now, demoSeed), now);
        m_ledger->noteAudit(makeDemoAudit(now));
        m_audit->setBefore(setup.config);
        m_config->useInMemory(setup.config);
        Q_EMIT demoReady();
        m_host->start(m_config->current());
    });
    connect(m_host.get(), &GatewayHost::started, m_demo.get(), [this](const QString &url) {
        const QUrl where(url);
        m_demo->startTraffic(where.host().toStdString(), static_cast<uint16_t>(where.port()));
    });
    m_demo->start();
}

void Backend::shutDown()
{
    const bool again = std::exchange(m_shuttingDown, true);
    if (m_demo)
        m_demo->stopTraffic();
    if (m_host->state() == GatewayState::Stopped || m_host->state() == GatewayState::Failed) {
        QMetaObject::invokeMethod(this, &Backend::finished, Qt::QueuedConnection);
        return;
    }
    m_host->stop(!again);
}

} // namespace signalbox
