// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/signal_mark.h"

#include <QtGui/QPainter>

namespace signalbox {

SignalMark::SignalMark(QWidget *parent) : QWidget(parent)
{
    setFixedSize(sizeHint());
    setSignal(Signal::Off);
}

void SignalMark::setSignal(Signal signal)
{
    m_signal = signal;
    setAccessibleName(word(signal));
    update();
}

void SignalMark::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint(painter, QRectF(rect()).adjusted(1, 1, -1, -1), m_signal, palette().color(QPalette::Window));
}

void SignalMark::paint(QPainter &painter, const QRectF &box, Signal signal, const QColor &ground, double held)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double side = qMin(box.width(), box.height());
    painter.translate(box.center().x() - side / 2, box.center().y() - side / 2);
    painter.scale(side / 12, side / 12);
    const QColor color = theme().color(token(signal));
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    switch (signal) {
    case Signal::Clear:
    case Signal::Running:
        painter.drawEllipse(QPointF(6, 6), 5, 5);
        break;
    case Signal::Caution: {
        const QPointF triangle[]{{6, 0.9}, {11.6, 11.3}, {0.4, 11.3}};
        painter.drawPolygon(triangle, 3);
        break;
    }
    case Signal::Held: {
        painter.setBrush(Qt::NoBrush);
        QColor faint = color;
        faint.setAlphaF(0.3F);
        painter.setPen(QPen(faint, 1.75));
        painter.drawEllipse(QPointF(6, 6), 4.6, 4.6);
        painter.setPen(QPen(color, 1.75, Qt::SolidLine, Qt::FlatCap));
        painter.drawArc(QRectF(1.4, 1.4, 9.2, 9.2), 90 * 16,
                        -qRound(360 * 16 * (theme().reduceMotion() ? 1.0 : qBound(0.0, held, 1.0))));
        break;
    }
    case Signal::Stop:
        painter.drawRoundedRect(QRectF(1, 1, 10, 10), 1.5, 1.5);
        painter.setBrush(ground);
        painter.drawRect(QRectF(3.4, 5.125, 5.2, 1.75));
        break;
    case Signal::Off:
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.75));
        painter.drawEllipse(QPointF(6, 6), 4.6, 4.6);
        break;
    }
    painter.restore();
}

Token SignalMark::token(Signal signal)
{
    switch (signal) {
    case Signal::Clear:
        return Token::Clear;
    case Signal::Caution:
    case Signal::Held:
        return Token::Caution;
    case Signal::Stop:
        return Token::Stop;
    case Signal::Running:
        return Token::Accent;
    case Signal::Off:
        break;
    }
    return Token::Idle;
}

Token SignalMark::textToken(Signal signal)
{
    switch (signal) {
    case Signal::Clear:
        return Token::ClearText;
    case Signal::Caution:
    case Signal::Held:
        return Token::CautionText;
    case Signal::Stop:
        return Token::StopText;
    case Signal::Running:
        return Token::AccentText;
    case Signal::Off:
        break;
    }
    return Token::Text2;
}

Token SignalMark::softToken(Signal signal)
{
    switch (signal) {
    case Signal::Clear:
        return Token::ClearSoft;
    case Signal::Caution:
    case Signal::Held:
        return Token::CautionSoft;
    case Signal::Stop:
        return Token::StopSoft;
    case Signal::Running:
        return Token::AccentSoft;
    case Signal::Off:
        break;
    }
    return Token::Hover;
}

QString SignalMark::word(Signal signal)
{
    switch (signal) {
    case Signal::Clear:
        return tr("Clear");
    case Signal::Caution:
        return tr("Slow");
    case Signal::Held:
        return tr("Held");
    case Signal::Stop:
        return tr("Stopped");
    case Signal::Running:
        return tr("Running");
    case Signal::Off:
        break;
    }
    return tr("Off");
}

Signal SignalMark::ofStatus(int status)
{
    if (status == 0)
        return Signal::Running;
    if (status < 400)
        return Signal::Clear;
    if (status == 429)
        return Signal::Caution;
    return status == 499 ? Signal::Off : Signal::Stop;
}

} // namespace signalbox
