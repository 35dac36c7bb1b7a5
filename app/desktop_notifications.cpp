// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop_notifications.h"

#include <QtWidgets/QApplication>
#include <QtWidgets/QSystemTrayIcon>

#ifdef SIGNALBOX_DESKTOP_DBUS
#include <QtCore/QVariantMap>
#include <QtDBus/QDBusConnection>
#include <QtDBus/QDBusMessage>
#include <QtDBus/QDBusPendingCallWatcher>
#include <QtDBus/QDBusPendingReply>
#endif

namespace signalbox {

DesktopNotifications::DesktopNotifications(QObject *parent) : QObject(parent) {}

DesktopNotifications::~DesktopNotifications()
{
    delete m_tray;
}

void DesktopNotifications::show(const QString &title, const QString &text, bool critical)
{
#ifdef SIGNALBOX_DESKTOP_DBUS
    QDBusConnection bus = QDBusConnection::sessionBus();
    if (bus.isConnected()) {
        const QString service = QStringLiteral("org.freedesktop.Notifications");
        const QString path = QStringLiteral("/org/freedesktop/Notifications");
        if (!m_listening) // QtDBus takes a slot by its name only
            m_listening = bus.connect(service, path, service, QStringLiteral("ActionInvoked"), this,
                                      SLOT(actionInvoked(uint, QString)));
        QDBusMessage message = QDBusMessage::createMethodCall(service, path, service, QStringLiteral("Notify"));
        // The body may be read as markup by the server.
        message << QStringLiteral("Signalbox") << uint(0) << QStringLiteral("signalbox") << title
                << text.toHtmlEscaped() << QStringList{QStringLiteral("default"), tr("Show")}
                << QVariantMap{{QStringLiteral("urgency"), QVariant::fromValue(uchar(critical ? 2 : 1))},
                               {QStringLiteral("desktop-entry"), QStringLiteral("signalbox")}}
                << (critical ? 0 : -1);
        auto *call = new QDBusPendingCallWatcher(bus.asyncCall(message), this);
        connect(call, &QDBusPendingCallWatcher::finished, this, [this, title, text, critical](auto *done) {
            done->deleteLater();
            if (done->isError()) // a bus without a notification server
                showInTray(title, text, critical);
        });
        return;
    }
#endif
    showInTray(title, text, critical);
}

void DesktopNotifications::actionInvoked(uint, const QString &action)
{
    if (action == QStringLiteral("default"))
        Q_EMIT activated();
}

void DesktopNotifications::showInTray(const QString &title, const QString &text, bool critical)
{
    if (!QSystemTrayIcon::isSystemTrayAvailable())
        return;
    if (!m_tray) {
        m_tray = new QSystemTrayIcon(QApplication::windowIcon());
        m_tray->setToolTip(tr("Signalbox"));
        connect(m_tray, &QSystemTrayIcon::messageClicked, this, &DesktopNotifications::activated);
        connect(m_tray, &QSystemTrayIcon::activated, this, &DesktopNotifications::activated);
        m_tray->show();
    }
    m_tray->showMessage(title, text, critical ? QSystemTrayIcon::Critical : QSystemTrayIcon::Warning);
}

} // namespace signalbox
