// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/alert_notifier.h"
#include "app/backend.h"
#include "app/desktop_notifications.h"
#include "app/tray.h"
#include "ui/data/host_actions.h"
#include "ui/data/host_calls.h"
#include "ui/data/host_catalogue.h"
#include "ui/data/host_control.h"
#include "ui/data/host_maintenance.h"
#include "ui/data/ledger_feed.h"
#include "ui/inspector/request_replayer.h"
#include "ui/main_window/main_window.h"

#include <QtCore/QObject>

#include <memory>

namespace signalbox {

class AlertsPage;
class PagePictures;
class PlaygroundPage;
class ProvidersPage;
class SettingsPage;

// The desktop program's wiring: backend, window and pages, what happens at start, trouble and quit. Lives on the GUI
// thread, owned by main().
class Desktop final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Desktop)

public:
    Desktop(Backend &backend, const Options &options, QObject *parent = nullptr);
    ~Desktop() override;

    void start();
    void raise();
    void quit(); // drains; a second call does not wait

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void drained();
    void makePages();
    void makeSettings();
    void watchSettings();
    void collectShortcuts();
    PlaygroundPage *makePlayground();
    void takePictures();
    void addOverlayShots(PagePictures &pictures);
    void watchAlerts();
    void startFailed(const QString &code, const QString &message);
    void offerOtherPort(uint16_t taken, const QString &owner, uint16_t other);
    void useOtherPort(uint16_t port);

    Backend &m_backend;
    Options m_options;
    std::unique_ptr<LedgerFeed> m_feed;
    std::unique_ptr<HostControl> m_control;
    std::unique_ptr<HostActions> m_actions;
    std::unique_ptr<HostCalls> m_calls;
    std::unique_ptr<HostCatalogue> m_catalogue;
    std::unique_ptr<HostMaintenance> m_maintenance;
    std::unique_ptr<ConsoleSender> m_sender;
    std::unique_ptr<MainWindow> m_window;
    Tray m_tray;
    AlertsPage *m_alerts = nullptr;
    ProvidersPage *m_providers = nullptr;
    SettingsPage *m_settings = nullptr;
    DesktopNotifications m_notifications;
    AlertNotifier m_notifier;
};

} // namespace signalbox
