// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/popup.h"

#include <QtGui/QScreen>
#include <QtWidgets/QWidget>

namespace signalbox {

void placeBelow(QWidget *popup, const QWidget *button)
{
    popup->adjustSize();
    QPoint at = button->mapToGlobal(QPoint(0, button->height() + 4));
    if (button->layoutDirection() != Qt::RightToLeft)
        at.rx() += button->width() - popup->width(); // its right edge below the button's
    const QRect screen = button->screen()->availableGeometry();
    at.setX(qBound(screen.left() + 4, at.x(), qMax(screen.left() + 4, screen.right() - popup->width() - 4)));
    at.setY(qBound(screen.top() + 4, at.y(), qMax(screen.top() + 4, screen.bottom() - popup->height() - 4)));
    popup->move(at);
    popup->show();
}

} // namespace signalbox
