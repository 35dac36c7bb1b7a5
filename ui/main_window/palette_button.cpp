// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/palette_button.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int side = 28;
constexpr int edge = 8;
constexpr int iconSide = 16;
constexpr int gap = 6;
constexpr int capPadding = 5;
} // namespace

PaletteButton::PaletteButton(QWidget *parent) : QAbstractButton(parent)
{
    setText(tr("Search or run…"));
    setAccessibleName(tr("Search all commands"));
    setKeys({});
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    connect(&theme(), &Theme::themeChanged, this, &QWidget::updateGeometry);
}

void PaletteButton::setKeys(const QString &keys)
{
    m_keys = keys;
    setToolTip(keys.isEmpty() ? accessibleName() : tr("%1 (%2)").arg(accessibleName(), keys));
    updateGeometry();
    update();
}

void PaletteButton::setWords(bool on)
{
    if (std::exchange(m_words, on) == on)
        return;
    updateGeometry();
    update();
}

int PaletteButton::widthOf(bool words) const
{
    if (!words)
        return side + 4;
    const int text = QFontMetrics(theme().font(TextStyle::Body)).horizontalAdvance(this->text());
    const int cap = QFontMetrics(theme().font(TextStyle::Axis)).horizontalAdvance(m_keys) + 2 * capPadding + gap;
    return edge + iconSide + gap + text + 2 * edge + (m_keys.isEmpty() ? 0 : cap);
}

QSize PaletteButton::sizeHint() const
{
    return {widthOf(m_words), qMax(side, QFontMetrics(theme().font(TextStyle::Body)).height() + 10)};
}

void PaletteButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme().color(m_words ? Token::Control : Token::LineStrong), 1));
    painter.setBrush(theme().color(isDown() ? Token::Pressed : underMouse() ? Token::Hover : Token::Surface));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const auto visual = [this](const QRect &box) { return QStyle::visualRect(layoutDirection(), rect(), box); };
    const int left = m_words ? edge : (width() - iconSide) / 2;
    drawIcon(painter, visual(QRect(left, (height() - iconSide) / 2, iconSide, iconSide)), u"search"_s,
             theme().color(Token::Text2), iconSide);
    if (!m_words)
        return;
    painter.setFont(theme().font(TextStyle::Body));
    painter.setPen(theme().color(Token::Text3));
    painter.drawText(visual(rect().adjusted(edge + iconSide + gap, 0, 0, 0)), Qt::AlignLeading | Qt::AlignVCenter,
                     text());
    if (m_keys.isEmpty())
        return;
    painter.setFont(theme().font(TextStyle::Axis));
    const int cap = QFontMetrics(painter.font()).horizontalAdvance(m_keys) + 2 * capPadding;
    const int high = QFontMetrics(painter.font()).height() + 4;
    const QRect box = visual(QRect(width() - gap - cap, (height() - high) / 2, cap, high));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme().color(Token::LineStrong), 1));
    painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    painter.setPen(theme().color(Token::Text3));
    painter.drawText(box, Qt::AlignCenter, m_keys);
}

} // namespace signalbox
