// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/nav_button.h"

#include "ui/widgets/icon_engine.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

namespace signalbox {

NavButton::NavButton(const QString &text, const QString &icon, QWidget *parent) : QAbstractButton(parent), m_icon(icon)
{
    setText(text);
    setAccessibleName(text);
    setCheckable(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void NavButton::setCompact(bool compact)
{
    m_compact = compact;
    describe();
    updateGeometry();
}

void NavButton::setShortcutHint(const QString &hint)
{
    m_hint = hint;
    describe();
}

void NavButton::describe()
{
    if (m_compact)
        setToolTip(m_hint.isEmpty() ? text() : tr("%1 (%2)").arg(text(), m_hint));
    else
        setToolTip(m_hint);
}

QSize NavButton::sizeHint() const
{
    const int height = qMax(33, QFontMetrics(theme().font(TextStyle::BodyStrong)).height() + 14);
    return {m_compact ? 52 : 200, height};
}

void NavButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto visual = [this](const QRect &box) { return QStyle::visualRect(layoutDirection(), rect(), box); };
    const QRect ground = visual(rect().adjusted(8, 0, -8, 0));
    const bool current = isChecked();
    if (current || underMouse() || isDown()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(current ? Token::AccentSoft : isDown() ? Token::Pressed : Token::Hover));
        painter.drawRoundedRect(ground, 6, 6);
    }
    if (current) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme().color(Token::Accent));
        painter.drawRoundedRect(visual(QRect(-2, (height() - 18) / 2, 5, 18)), 2, 2);
    }
    const QColor selected = theme().isHighContrast() ? theme().selectionText() : theme().color(Token::AccentText);
    const QColor quiet = theme().color(underMouse() ? Token::Text : Token::Text2);
    const QRect icon = m_compact ? rect() : visual(QRect(16, 0, 20, height()));
    drawIcon(painter, icon, m_icon, current ? selected : quiet, 20);
    if (m_compact)
        return;
    painter.setFont(theme().font(TextStyle::BodyStrong));
    painter.setPen(current ? selected : quiet);
    painter.drawText(visual(rect().adjusted(46, 0, -12, 0)), Qt::AlignVCenter | Qt::AlignLeading, text());
}

void NavButton::enterEvent(QEnterEvent *)
{
    update();
}

void NavButton::leaveEvent(QEvent *)
{
    update();
}

} // namespace signalbox
