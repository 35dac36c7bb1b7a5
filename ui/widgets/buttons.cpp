// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/buttons.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr char tokenProperty[] = "signalboxToken";

QString kindName(ButtonKind kind)
{
    switch (kind) {
    case ButtonKind::Primary:
        return u"primary"_s;
    case ButtonKind::Flat:
        return u"flat"_s;
    case ButtonKind::Danger:
        return u"danger"_s;
    case ButtonKind::DangerFilled:
        return u"danger-filled"_s;
    case ButtonKind::Link:
        return u"link"_s;
    case ButtonKind::Normal:
        break;
    }
    return {};
}

void paintLabel(QLabel *label, TextStyle style)
{
    const auto token = Token(label->property(tokenProperty).toInt());
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, theme().color(token));
    label->setPalette(palette);
    label->setFont(theme().font(style));
}

} // namespace

QPushButton *makeButton(const QString &text, const QString &icon, QWidget *parent)
{
    return makeButton(text, ButtonKind::Normal, icon, parent);
}

QPushButton *makeButton(const QString &text, ButtonKind kind, const QString &icon, QWidget *parent)
{
    auto *button = new QPushButton(text, parent);
    button->setAutoDefault(false);
    if (kind != ButtonKind::Normal)
        button->setProperty("kind", kindName(kind));
    if (!icon.isEmpty()) {
        std::optional<Token> token;
        if (kind == ButtonKind::Primary)
            token = Token::OnAccent;
        else if (kind == ButtonKind::Danger || kind == ButtonKind::DangerFilled)
            token = Token::StopText;
        button->setIcon(themeIcon(icon, token));
    }
    return button;
}

QToolButton *makeIconButton(const QString &icon, const QString &name, bool boxed, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setIcon(themeIcon(icon));
    button->setIconSize(QSize(16, 16));
    button->setToolTip(name);
    button->setAccessibleName(name);
    button->setFocusPolicy(Qt::StrongFocus);
    if (boxed)
        button->setProperty("boxed", true);
    return button;
}

QLabel *makeLabel(const QString &text, TextStyle style, Token token, QWidget *parent)
{
    auto *label = new QLabel(text, parent);
    label->setProperty(tokenProperty, int(token));
    paintLabel(label, style);
    QObject::connect(&theme(), &Theme::themeChanged, label, [label, style] { paintLabel(label, style); });
    return label;
}

void setLabelToken(QLabel *label, Token token)
{
    label->setProperty(tokenProperty, int(token));
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, theme().color(token));
    label->setPalette(palette);
}

void setInvalid(QLineEdit *field, bool invalid)
{
    if (field->property("invalid").toBool() == invalid)
        return;
    field->setProperty("invalid", invalid);
    repolish(field);
}

} // namespace signalbox
