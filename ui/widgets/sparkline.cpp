// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/sparkline.h"

#include <QtGui/QPainter>

#include <algorithm>

namespace signalbox {

Sparkline::Sparkline(QSize size, QWidget *parent) : QWidget(parent), m_size(size)
{
    setFixedSize(size);
    setAttribute(Qt::WA_TransparentForMouseEvents);
}

void Sparkline::setValues(std::vector<double> values)
{
    if (m_values == values)
        return;
    m_values = std::move(values);
    update();
}

void Sparkline::setToken(Token token)
{
    m_token = token;
    m_slot = -1;
    update();
}

void Sparkline::setSeries(int slot)
{
    m_slot = slot;
    update();
}

void Sparkline::paint(QPainter &painter, const QRectF &box, const std::vector<double> &values, const QColor &color)
{
    if (values.size() < 2)
        return;
    const double top = *std::max_element(values.begin(), values.end());
    const double scale = top > 0 ? (box.height() - 2) / top : 0;
    const double step = box.width() / double(values.size() - 1);
    QPolygonF line;
    line.reserve(qsizetype(values.size()) + 2);
    for (size_t i = 0; i < values.size(); ++i)
        line << QPointF(box.left() + step * double(i), box.bottom() - 1 - values[i] * scale);
    QPolygonF area = line;
    area << box.bottomRight() << box.bottomLeft();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QColor faint = color;
    faint.setAlphaF(0.12F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(faint);
    painter.drawPolygon(area);
    painter.setPen(QPen(color, 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    painter.restore();
}

void Sparkline::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    paint(painter, rect(), m_values, m_slot >= 0 ? theme().series(m_slot) : theme().color(m_token));
}

} // namespace signalbox
