// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

class QLineEdit;
class QPushButton;
class QToolButton;
class QWidget;
class QLabel;

namespace signalbox {

enum class TextStyle;
enum class Token;
enum class ButtonKind { Normal, Primary, Flat, Danger, DangerFilled, Link };

// A button of the console's style. `icon` is a name of resources/icons, or empty.
QPushButton *makeButton(const QString &text, const QString &icon = {}, QWidget *parent = nullptr);
QPushButton *makeButton(const QString &text, ButtonKind kind, const QString &icon = {}, QWidget *parent = nullptr);

// A square button with an icon only; `name` is its tool tip and accessible name. `boxed` draws the normal frame.
QToolButton *makeIconButton(const QString &icon, const QString &name, bool boxed = false, QWidget *parent = nullptr);

// A label in one of the text styles; follows the theme.
QLabel *makeLabel(const QString &text, TextStyle style, Token token, QWidget *parent = nullptr);
// The same, but narrower than its words when it must be; the tool tip has them whole.
QLabel *makeElidedLabel(const QString &text, TextStyle style, Token token, QWidget *parent = nullptr);
void setLabelToken(QLabel *label, Token token);

void setInvalid(QLineEdit *field, bool invalid);

} // namespace signalbox
