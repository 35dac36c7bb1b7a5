// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/swatch.h"

#include "ui/widgets/theme.h"

#include <QtGui/QPainter>

namespace signalbox {

int swatchSide()
{
    return theme().isHighContrast() ? 14 : 9;
}

void paintSwatch(QPainter &painter, const QRectF &box, const QBrush &brush)
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool framed = theme().isHighContrast();
    painter.setPen(framed ? QPen(brush.color(), 1) : QPen(Qt::NoPen));
    painter.setBrushOrigin(box.topLeft()); // the same part of the pattern wherever it stands
    painter.setBrush(brush);
    painter.drawRoundedRect(framed ? box.adjusted(0.5, 0.5, -0.5, -0.5) : box, 2, 2);
    painter.restore();
}

} // namespace signalbox
