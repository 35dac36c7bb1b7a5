// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/badge.h"

#include "ui/widgets/number_text.h"

#include <QtGui/QPainter>

namespace signalbox {

namespace {
constexpr int badgeHeight = 20;
constexpr int badgePadding = 6;
constexpr int markSide = 10;
constexpr int markGap = 4;
} // namespace

Badge::Badge(QWidget *parent) : QWidget(parent)
{
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void Badge::setState(Signal signal, const QString &text)
{
    m_signal = signal;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

void Badge::setPlain(const QString &text, bool accent)
{
    m_signal.reset();
    m_accent = accent;
    m_text = text;
    setAccessibleName(text);
    updateGeometry();
    update();
}

QSize Badge::sizeHint() const
{
    return {width(m_text, m_signal.has_value()), badgeHeight};
}

int Badge::width(const QString &text, bool withMark)
{
    return NumberText::width(theme().font(TextStyle::SmallStrong), text) + 2 * badgePadding +
           (withMark ? markSide + markGap : 0);
}

void Badge::paint(QPainter &painter, const QRect &box, std::optional<Signal> signal, const QString &text, bool accent)
{
    Token ground = accent ? Token::AccentSoft : Token::Hover;
    Token ink = accent ? Token::AccentText : Token::Text2;
    if (signal) {
        ground = SignalMark::softToken(*signal);
        ink = SignalMark::textToken(*signal);
    }
    const QRect badge(box.left(), box.top() + (box.height() - badgeHeight) / 2, width(text, signal.has_value()),
                      badgeHeight);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool outlined = theme().isHighContrast();
    painter.setPen(outlined ? QPen(theme().color(Token::Line), 1) : QPen(Qt::NoPen));
    painter.setBrush(outlined ? theme().color(Token::Surface) : theme().color(ground));
    painter.drawRoundedRect(outlined ? QRectF(badge).adjusted(0.5, 0.5, -0.5, -0.5) : QRectF(badge), 4, 4);
    int left = badge.left() + badgePadding;
    if (signal) {
        SignalMark::paint(painter, QRectF(left, badge.top() + (badgeHeight - markSide) / 2.0, markSide, markSide),
                          *signal, theme().color(ground));
        left += markSide + markGap;
    }
    painter.setFont(theme().font(TextStyle::SmallStrong));
    painter.setPen(outlined ? theme().color(Token::Text) : theme().color(ink));
    NumberText::draw(painter, QRect(left, badge.top(), badge.right() - left, badgeHeight),
                     Qt::AlignLeft | Qt::AlignVCenter, text);
    painter.restore();
}

void Badge::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint(painter, rect(), m_signal, m_text, m_accent);
}

} // namespace signalbox
