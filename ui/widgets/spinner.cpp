// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/spinner.h"

#include "ui/widgets/theme.h"

#include <QtCore/QTimerEvent>
#include <QtGui/QPainter>

namespace signalbox {

namespace {
constexpr int side = 12;
constexpr int stepsRound = 24;
constexpr int stepMs = 40; // once round in a second, 25 pictures of it
} // namespace

Spinner::Spinner(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setFont(theme().font(TextStyle::Small));
    setAccessibleName(tr("working"));
    connect(&theme(), &Theme::themeChanged, this, [this] {
        setFont(theme().font(TextStyle::Small));
        updateGeometry();
        turn();
        update();
    });
}

QSize Spinner::sizeHint() const
{
    if (!theme().reduceMotion())
        return {side, side};
    return {fontMetrics().horizontalAdvance(accessibleName()), fontMetrics().height()};
}

void Spinner::turn()
{
    if (isVisible() && !theme().reduceMotion())
        m_timer.start(stepMs, this);
    else
        m_timer.stop();
}

void Spinner::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    if (theme().reduceMotion()) {
        painter.setPen(theme().color(Token::Text3));
        painter.drawText(rect(), Qt::AlignCenter, accessibleName());
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    constexpr int wholeCircle = 360 * 16;
    constexpr double width = 1.75;
    const QRectF ring = QRectF(0, 0, side, side).adjusted(1, 1, -1, -1);
    painter.setPen(QPen(theme().color(Token::Line), width));
    painter.drawEllipse(ring);
    painter.setPen(QPen(theme().color(Token::Text2), width, Qt::SolidLine, Qt::FlatCap));
    painter.drawArc(ring, wholeCircle / 4 - m_step * wholeCircle / stepsRound, -wholeCircle / 4);
}

void Spinner::timerEvent(QTimerEvent *event)
{
    if (event->timerId() != m_timer.timerId())
        return QWidget::timerEvent(event);
    m_step = (m_step + 1) % stepsRound;
    update();
}

void Spinner::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    turn();
}

void Spinner::hideEvent(QHideEvent *event)
{
    m_timer.stop();
    QWidget::hideEvent(event);
}

} // namespace signalbox
