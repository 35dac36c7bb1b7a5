// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/theme.h"

#include <QtGui/QIcon>

#include <optional>

class QPainter;

namespace signalbox {

// Icons of resources/icons by name ("copy"). Colours follow the theme and the state of the widget: text2, text under
// the pointer, accentText when chosen, disabled; or always `token`. GUI thread.
QIcon themeIcon(const QString &name, std::optional<Token> token = std::nullopt);

// The same for painted parts; the square is centred in `box`.
void drawIcon(QPainter &painter, const QRectF &box, const QString &name, const QColor &color, double size = 16);

// app.svg from 32 px, app-small.svg below.
QIcon applicationIcon();

} // namespace signalbox
