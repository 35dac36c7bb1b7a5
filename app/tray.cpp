// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tray.h"

#include "ui/main_window/gateway_card.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtWidgets/QMenu>
#include <QtWidgets/QSystemTrayIcon>

namespace signalbox {

namespace {

constexpr std::chrono::seconds lookAgain{2};
constexpr qint64 patienceMs = 30'000;

Signal signalOf(GatewayState state, const GatewaySnapshot &snapshot)
{
    switch (state) {
    case GatewayState::Running:
        return snapshot.problem.empty() && snapshot.ledger.writable ? Signal::Clear : Signal::Caution;
    case GatewayState::Failed:
        return Signal::Stop;
    case GatewayState::Starting:
    case GatewayState::Draining:
        return Signal::Caution;
    case GatewayState::Stopped:
        break;
    }
    return Signal::Off;
}

QIcon markedIcon(Signal signal)
{
    QIcon icon;
    for (const int side : {16, 22, 32, 64}) {
        QPixmap picture = applicationIcon().pixmap(side, side);
        picture.setDevicePixelRatio(1);
        QPainter painter(&picture);
        const double mark = side * 0.5;
        SignalMark::paint(painter, QRectF(side - mark, side - mark, mark, mark), signal, theme().color(Token::Ground));
        painter.end();
        icon.addPixmap(picture);
    }
    return icon;
}

} // namespace

Tray::Tray(GatewayControl &control, QObject *parent) : QObject(parent), m_control(control)
{
    m_again.setInterval(lookAgain);
    connect(&m_again, &QTimer::timeout, this, &Tray::look);
    connect(&m_control, &GatewayControl::stateChanged, this, &Tray::update);
    connect(&m_control, &GatewayControl::snapshotChanged, this, &Tray::update);
}

Tray::~Tray() = default;

void Tray::setWanted(bool wanted)
{
    m_wanted = wanted;
    if (!wanted) {
        m_again.stop();
        m_icon.reset();
        m_menu.reset();
        return;
    }
    m_since.start();
    look();
}

bool Tray::isShown() const
{
    return m_icon && QSystemTrayIcon::isSystemTrayAvailable();
}

void Tray::look()
{
    if (QSystemTrayIcon::isSystemTrayAvailable()) {
        m_again.stop();
        if (m_wanted && !m_icon)
            make();
    } else if (m_since.elapsed() < patienceMs) {
        m_again.start();
    } else {
        m_again.stop();
    }
}

void Tray::make()
{
    m_menu = std::make_unique<QMenu>();
    m_state = m_menu->addAction(QString());
    m_state->setEnabled(false);
    m_menu->addSeparator();
    connect(m_menu->addAction(tr("&Open Signalbox")), &QAction::triggered, this, &Tray::openRequested);
    m_switch = m_menu->addAction(QString());
    m_copy = m_menu->addAction(tr("&Copy the endpoint"));
    m_menu->addSeparator();
    connect(m_menu->addAction(tr("&Quit")), &QAction::triggered, this, &Tray::quitRequested);
    connect(m_switch, &QAction::triggered, this, [this] {
        const GatewayState state = m_control.state();
        if (state == GatewayState::Running || state == GatewayState::Starting)
            m_control.stop();
        else if (state != GatewayState::Draining)
            m_control.start();
    });
    connect(m_copy, &QAction::triggered, this,
            [this] { QGuiApplication::clipboard()->setText(QString::fromStdString(m_control.snapshot()->url)); });
    m_icon = std::make_unique<QSystemTrayIcon>();
    m_icon->setContextMenu(m_menu.get());
    connect(m_icon.get(), &QSystemTrayIcon::activated, this, [this](QSystemTrayIcon::ActivationReason reason) {
        if (reason == QSystemTrayIcon::Trigger || reason == QSystemTrayIcon::DoubleClick)
            Q_EMIT openRequested();
    });
    m_shownSignal = -1;
    update();
    m_icon->show();
}

void Tray::update()
{
    if (!m_icon)
        return;
    const GatewayState state = m_control.state();
    const SnapshotPtr snapshot = m_control.snapshot();
    const Signal signal = signalOf(state, *snapshot);
    if (std::exchange(m_shownSignal, int(signal)) != int(signal))
        m_icon->setIcon(markedIcon(signal));
    QString words = gatewayStateText(state);
    if (state == GatewayState::Running)
        words = tr("%1, %2 requests/min, %3 since start")
                    .arg(words, numberLocale().toString(snapshot->requestsPerMinute, 'f', 1),
                         formatMoney(snapshot->spendSinceStartNanoUsd, Places::Tile));
    m_state->setText(words);
    m_icon->setToolTip(tr("Signalbox: %1").arg(words));
    const bool canStop = state == GatewayState::Running || state == GatewayState::Starting;
    m_switch->setText(canStop ? tr("&Stop the gateway") : tr("&Start the gateway"));
    m_switch->setEnabled(state != GatewayState::Draining);
    m_copy->setEnabled(!snapshot->url.empty());
}

} // namespace signalbox
