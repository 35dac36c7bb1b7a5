// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/gateway_card.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QCoreApplication>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

Signal signalOf(GatewayState state)
{
    switch (state) {
    case GatewayState::Running:
        return Signal::Clear;
    case GatewayState::Starting:
        return Signal::Running;
    case GatewayState::Draining:
        return Signal::Caution;
    case GatewayState::Failed:
        return Signal::Stop;
    case GatewayState::Stopped:
        break;
    }
    return Signal::Off;
}

} // namespace

QString gatewayStateText(GatewayState state)
{
    switch (state) {
    case GatewayState::Running:
        return GatewayCard::tr("Running");
    case GatewayState::Starting:
        return GatewayCard::tr("Starting");
    case GatewayState::Draining:
        return GatewayCard::tr("Stopping");
    case GatewayState::Failed:
        return GatewayCard::tr("Not running");
    case GatewayState::Stopped:
        break;
    }
    return GatewayCard::tr("Stopped");
}

GatewayCard::GatewayCard(QWidget *parent)
    : QFrame(parent),
      m_mark(new SignalMark),
      m_stateLabel(makeLabel({}, TextStyle::BodyStrong, Token::Text)),
      m_urlLabel(makeLabel({}, TextStyle::Code, Token::Text2)),
      m_switch(makeIconButton(u"play"_s, tr("Start the gateway"))),
      m_copy(makeIconButton(u"copy"_s, tr("Copy the endpoint")))
{
    setProperty("card", true);
    m_switch->setObjectName(u"gatewaySwitch"_s);
    m_copy->setObjectName(u"copyEndpoint"_s);
    makeSelectable(m_urlLabel);
    m_urlLabel->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    connect(m_switch, &QToolButton::clicked, this, &GatewayCard::switchRequested);
    connect(m_copy, &QToolButton::clicked, this, &GatewayCard::copyRequested);
    auto *grid = new QGridLayout(this);
    grid->setHorizontalSpacing(7);
    grid->setVerticalSpacing(0);
    setCompact(false);
    setState(GatewayState::Stopped);
}

void GatewayCard::setCompact(bool compact)
{
    auto *grid = static_cast<QGridLayout *>(layout());
    for (QWidget *widget :
         {static_cast<QWidget *>(m_mark), static_cast<QWidget *>(m_stateLabel), static_cast<QWidget *>(m_urlLabel),
          static_cast<QWidget *>(m_switch), static_cast<QWidget *>(m_copy)})
        grid->removeWidget(widget);
    m_stateLabel->setVisible(!compact);
    m_urlLabel->setVisible(!compact);
    if (compact) {
        grid->setContentsMargins(2, 8, 2, 4);
        grid->setColumnStretch(1, 0);
        grid->addWidget(m_mark, 0, 0, Qt::AlignHCenter);
        grid->addWidget(m_switch, 1, 0, Qt::AlignHCenter);
        grid->addWidget(m_copy, 2, 0, Qt::AlignHCenter);
    } else {
        if (isRightToLeft())
            grid->setContentsMargins(4, 5, 10, 5);
        else
            grid->setContentsMargins(10, 5, 4, 5);
        grid->setColumnStretch(1, 1);
        grid->addWidget(m_mark, 0, 0);
        grid->addWidget(m_stateLabel, 0, 1);
        grid->addWidget(m_switch, 0, 2);
        grid->addWidget(m_urlLabel, 1, 0, 1, 2);
        grid->addWidget(m_copy, 1, 2);
    }
}

void GatewayCard::setState(GatewayState state)
{
    m_state = state;
    const bool canStop = state == GatewayState::Running || state == GatewayState::Starting;
    const QString name = canStop ? tr("Stop the gateway") : tr("Start the gateway");
    m_switch->setIcon(themeIcon(canStop ? u"stop"_s : u"play"_s));
    m_switch->setEnabled(state != GatewayState::Draining);
    m_switch->setToolTip(name);
    m_switch->setAccessibleName(name);
    m_mark->setSignal(signalOf(state));
    m_stateLabel->setText(gatewayStateText(state));
    describe();
}

void GatewayCard::setUrl(const QString &url)
{
    m_url = url;
    m_urlLabel->setText(QString(url).remove(u"http://"_s));
    m_copy->setEnabled(!url.isEmpty());
    describe();
}

void GatewayCard::describe()
{
    const QString text =
        m_url.isEmpty() ? gatewayStateText(m_state) : tr("%1 on %2").arg(gatewayStateText(m_state), m_url);
    setToolTip(text);
    m_mark->setToolTip(text);
    setAccessibleName(text);
}

} // namespace signalbox
