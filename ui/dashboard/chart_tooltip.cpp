// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dashboard/chart_tooltip.h"

#include "ui/widgets/number_text.h"
#include "ui/widgets/swatch.h"

#include <QtGui/QPainter>

namespace signalbox {

namespace {
constexpr int padding = 10;
constexpr int rowHeight = 18;
constexpr int distance = 10;
} // namespace

ChartTooltip::ChartTooltip(QWidget *window) : QWidget(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void ChartTooltip::showAt(const QPoint &anchor, const QString &head, std::vector<Row> rows, bool lastIsTotal)
{
    m_head = head;
    m_rows = std::move(rows);
    m_lastIsTotal = lastIsTotal;
    const QSize size = sizeHint();
    const QSize room = parentWidget()->size();
    int x = anchor.x() + distance;
    if (x + size.width() > room.width() - 8)
        x = anchor.x() - distance - size.width();
    const int y = qBound(8, anchor.y(), qMax(8, room.height() - size.height() - 8));
    setGeometry(QRect(QPoint(qMax(8, x), y), size));
    raise();
    show();
    update();
}

QSize ChartTooltip::sizeHint() const
{
    const QFont font = theme().font(TextStyle::Small);
    const QFont strong = theme().font(TextStyle::SmallStrong);
    int width = NumberText::width(strong, m_head);
    for (const Row &row : m_rows)
        width = qMax(width, NumberText::width(strong, row.name) + NumberText::width(strong, row.value) + 24 +
                                (row.ink ? swatchSide() + 6 : 0));
    const int rule = m_lastIsTotal ? 5 : 0;
    return {width + 2 * padding, 2 * padding - 4 + rowHeight * (int(m_rows.size()) + 1) + rule};
}

void ChartTooltip::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(theme().isHighContrast() ? QPen(theme().color(Token::Line), 1) : QPen(Qt::NoPen));
    painter.setBrush(theme().color(Token::Tooltip));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QColor ink = theme().color(Token::OnTooltip);
    painter.setPen(ink);
    painter.setFont(theme().font(TextStyle::SmallStrong));
    int top = padding - 2;
    const int inner = width() - 2 * padding;
    NumberText::draw(painter, QRect(padding, top, inner, rowHeight), Qt::AlignLeft | Qt::AlignVCenter, m_head);
    for (size_t i = 0; i < m_rows.size(); ++i) {
        const Row &row = m_rows[i];
        top += rowHeight;
        const bool total = m_lastIsTotal && i + 1 == m_rows.size();
        if (total) {
            QColor faint = ink;
            faint.setAlphaF(0.25F);
            painter.setPen(QPen(faint, 1));
            painter.drawLine(QPointF(padding, top + 2.5), QPointF(width() - padding, top + 2.5));
            top += 5;
        }
        int left = padding;
        if (row.ink) {
            const int side = swatchSide();
            paintSwatch(painter, QRectF(left, top + (rowHeight - side) / 2, side, side), row.ink->brush());
            left += swatchSide() + 6;
        }
        painter.setPen(ink);
        painter.setFont(theme().font(total ? TextStyle::SmallStrong : TextStyle::Small));
        const QRect line(left, top, width() - padding - left, rowHeight);
        painter.drawText(line, Qt::AlignLeft | Qt::AlignVCenter, row.name);
        NumberText::draw(painter, line, Qt::AlignRight | Qt::AlignVCenter, row.value);
    }
}

} // namespace signalbox
