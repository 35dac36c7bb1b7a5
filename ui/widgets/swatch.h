// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QRectF>

class QBrush;
class QPainter;

namespace signalbox {

// The small square that says whose a line is. In high contrast it is larger and framed, so that its pattern shows.
int swatchSide();
void paintSwatch(QPainter &painter, const QRectF &box, const QBrush &brush);

} // namespace signalbox
