// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/status_bar.h"

#include "ui/main_window/gateway_card.h"
#include "ui/widgets/icon_engine.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/signal_mark.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

using namespace Qt::StringLiterals;

namespace signalbox {

StatusBar::StatusBar(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setSnapshot({}, GatewayState::Stopped);
}

QSize StatusBar::sizeHint() const
{
    return {400, qMax(26, QFontMetrics(theme().font(TextStyle::Small)).height() + 10)};
}

QString StatusBar::listeningText(const GatewaySnapshot &snapshot) const
{
    if (m_state == GatewayState::Running && !snapshot.url.empty())
        return tr("Listening on %1").arg(QString::fromStdString(snapshot.url).remove(u"http://"_s));
    return gatewayStateText(m_state);
}

void StatusBar::setSnapshot(const GatewaySnapshot &snapshot, GatewayState state)
{
    m_state = state;
    m_listening = listeningText(snapshot);
    const bool alive = state == GatewayState::Running || state == GatewayState::Draining;
    m_inFlight = alive ? tr("%1 in flight").arg(formatCount(snapshot.inFlight)) : QString();
    m_ledgerTrouble = !snapshot.ledger.writable;
    m_ledger = m_ledgerTrouble
                   ? tr("Ledger cannot write, rows waiting: %1").arg(formatCount(snapshot.ledger.pendingRows))
                   : tr("Ledger %1 requests · %2", nullptr, pluralCount(snapshot.ledger.rows))
                         .arg(formatCount(snapshot.ledger.rows), formatBytes(snapshot.ledger.fileBytes));
    m_overhead = alive && snapshot.overheadMsP50 > 0
                     ? tr("Gateway adds %1").arg(formatTime(snapshot.overheadMsP50, TimeStyle::Detail))
                     : QString();
    setAccessibleName(texts().join(u", "_s));
    update();
}

void StatusBar::setConfigApplied(const QDateTime &at)
{
    m_config = at.isValid() ? tr("Config applied %1").arg(formatClock(at.toMSecsSinceEpoch())) : QString();
    update();
}

QStringList StatusBar::texts() const
{
    QStringList all{m_listening, m_inFlight, m_ledger, m_overhead, m_config};
    all.removeAll(QString());
    return all;
}

void StatusBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setPen(QPen(theme().color(Token::Line), 0));
    painter.drawLine(0, 0, width(), 0);
    const QFont font = theme().font(TextStyle::Small);
    painter.setFont(font);
    const auto visual = [this](const QRect &box) { return QStyle::visualRect(layoutDirection(), rect(), box); };
    const auto word = [&](int left, const QString &text, Token token) {
        const int width = NumberText::width(font, text);
        painter.setPen(theme().color(token));
        NumberText::draw(painter, visual(QRect(left, 1, width, height() - 1)), Qt::AlignLeft | Qt::AlignVCenter, text);
        return left + width;
    };

    int right = width() - 16;
    for (const QString &text : {m_config, m_overhead}) {
        if (text.isEmpty())
            continue;
        right -= NumberText::width(font, text);
        word(right, text, Token::Text3);
        right -= 18;
    }
    const Signal signal = m_state == GatewayState::Running   ? Signal::Clear
                          : m_state == GatewayState::Failed  ? Signal::Stop
                          : m_state == GatewayState::Stopped ? Signal::Off
                                                             : Signal::Running;
    SignalMark::paint(painter, visual(QRect(16, (height() - 10) / 2, 11, 11)), signal, theme().color(Token::Ground));
    int left = word(33, m_listening, Token::Text2) + 18;
    // What does not fit is left out, the ledger first: half a number is worse than none.
    const auto withIcon = [&](const QString &icon, const QString &text, Token token) {
        if (text.isEmpty() || left + 22 + NumberText::width(font, text) > right)
            return;
        drawIcon(painter, visual(QRect(left, 1, 16, height() - 1)), icon, theme().color(Token::Text3), 16);
        left = word(left + 22, text, token) + 18;
    };
    withIcon(u"trace"_s, m_inFlight, Token::Text2);
    withIcon(m_ledgerTrouble ? u"warning"_s : u"cache"_s, m_ledger, m_ledgerTrouble ? Token::StopText : Token::Text2);
}

} // namespace signalbox
