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
// The same, but narrower than its words when it must be; they are whole in a tool tip then. Names of things lose their
// end, ids and paths (ElideMiddle) what is in between.
QLabel *makeElidedLabel(const QString &text, TextStyle style, Token token, QWidget *parent = nullptr,
                        Qt::TextElideMode mode = Qt::ElideRight);
// Words that can be marked and copied. They are a document, which aligns by their own direction: in a mirrored window
// they would stand at the wrong side.
void makeSelectable(QLabel *label);
// For what people and models wrote: it stands at the side where its own words begin.
void alignByContent(QLabel *label);
void setLabelToken(QLabel *label, Token token);

void setInvalid(QLineEdit *field, bool invalid);

} // namespace signalbox
