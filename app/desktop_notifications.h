// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>

class QSystemTrayIcon;

namespace signalbox {

// Notifications of the desktop: through org.freedesktop.Notifications where a session bus is, else from the system
// tray; where there is neither, nothing. Never waits for an answer. Lives on the GUI thread.
class DesktopNotifications final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DesktopNotifications)

public:
    explicit DesktopNotifications(QObject *parent = nullptr);
    ~DesktopNotifications() override;

    void show(const QString &title, const QString &text, bool critical);

Q_SIGNALS:
    void activated(); // somebody clicked one

private Q_SLOTS:
    void actionInvoked(uint id, const QString &action);

private:
    void showInTray(const QString &title, const QString &text, bool critical);

    QSystemTrayIcon *m_tray = nullptr;
    bool m_listening = false;
};

} // namespace signalbox
