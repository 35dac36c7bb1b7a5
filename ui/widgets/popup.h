// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace signalbox {

// Shows a popup below a button, its far edge below the button's, inside the screen. GUI thread.
void placeBelow(QWidget *popup, const QWidget *button);

} // namespace signalbox
