// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/data/gateway_control.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <memory>

class QAction;
class QMenu;
class QSystemTrayIcon;

namespace signalbox {

// The icon in the tray: state by shape and word, and the few things that need no window. The tray may come later than
// the program at login, so it is looked for again for half a minute. Lives on the GUI thread.
class Tray final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Tray)

public:
    explicit Tray(GatewayControl &control, QObject *parent = nullptr);
    ~Tray() override;

    void setWanted(bool wanted);
    bool isShown() const; // there is a tray and the icon is in it

Q_SIGNALS:
    void openRequested();
    void quitRequested();

private:
    void look();
    void make();
    void update();

    GatewayControl &m_control;
    std::unique_ptr<QMenu> m_menu;
    std::unique_ptr<QSystemTrayIcon> m_icon;
    QAction *m_state = nullptr;
    QAction *m_switch = nullptr;
    QAction *m_copy = nullptr;
    QTimer m_again;
    QElapsedTimer m_since;
    int m_shownSignal = -1;
    bool m_wanted = false;
};

} // namespace signalbox
