// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/options.h"
#include "core/base/result.h"
#include "core/catalogue/catalogue_watch.h"
#include "core/config/config_store.h"
#include "core/gateway/gateway_host.h"
#include "core/ledger/ledger.h"
#include "core/secrets/secret_store.h"

#include <QtCore/QObject>
#include <QtCore/QTemporaryDir>

#include <memory>
#include <string>

namespace signalbox {

class AuditTrail;
class AutoBackup;
class DemoWorld;

// Everything below the window, wired: config, ledger, secrets, gateway, and the demo world when asked for. Lives on the
// main thread; both programs own one.
class Backend final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Backend)

public:
    Backend(Options options, bool logToStderr, QObject *parent = nullptr);
    ~Backend() override;

    // Reads the config and opens the ledger. Error config_invalid: `FILE: /pointer: what`; others from Ledger::open().
    Result<void> open();
    void start();                                 // asynchronous; host() tells
    void setListen(const ListenOverride &listen); // for this run: another port after the first was taken
    void shutDown(); // drains, then finished(); a second call does not wait for what is in flight

    ConfigStore &config() { return *m_config; }
    Ledger &ledger() { return *m_ledger; }
    AuditTrail &audit() { return *m_audit; }
    SecretStore &secrets() { return m_secrets; }
    GatewayHost &host() { return *m_host; }
    const CatalogueFiles::Loaded &catalogue() const { return m_catalogue; } // as open() found it
    bool isFirstRun() const { return m_firstRun; }                          // there was no config file
    bool isDemo() const { return m_options.demo; }
    const std::string &demoKey() const { return m_demoKey; } // of the demo's client "you"
    QString dataFolder() const { return m_dataFolder; }

Q_SIGNALS:
    // Somebody else put another catalogue into the data folder; the gateway has it already.
    void catalogueNoticed(const signalbox::CatalogueFiles::Loaded &loaded);
    void demoReady();
    void demoFailed(const QString &message);
    void finished();

private:
    void startDemo();
    void watchCatalogue();
    void makeBackups();

    Options m_options;
    bool m_logToStderr;
    bool m_firstRun = false;
    bool m_shuttingDown = false;
    QString m_dataFolder;
    std::string m_demoKey;
    std::unique_ptr<QTemporaryDir> m_demoFolder;
    std::unique_ptr<ConfigStore> m_config;
    std::unique_ptr<Ledger> m_ledger;
    SecretStore m_secrets;
    CatalogueFiles::Loaded m_catalogue;
    std::unique_ptr<GatewayHost> m_host;
    std::unique_ptr<AuditTrail> m_audit;
    std::unique_ptr<CatalogueWatch> m_catalogueWatch;
    std::unique_ptr<AutoBackup> m_backups; // none in the demo
    std::unique_ptr<DemoWorld> m_demo;
};

} // namespace signalbox
