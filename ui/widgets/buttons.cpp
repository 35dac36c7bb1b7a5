// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/buttons.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QGuiApplication>
#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QToolTip>

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

// Gives way to its neighbours and says so with an ellipsis; a rest of a few letters would say nothing.
class ElidedLabel final : public QLabel
{
public:
    ElidedLabel(const QString &text, Qt::TextElideMode mode, QWidget *parent) : QLabel(text, parent), m_mode(mode) {}

    QSize minimumSizeHint() const override { return {0, QLabel::minimumSizeHint().height()}; }

protected:
    bool event(QEvent *event) override
    {
        if (event->type() == QEvent::ToolTip && toolTip().isEmpty()) {
            if (isCut())
                QToolTip::showText(static_cast<QHelpEvent *>(event)->globalPos(), text(), this);
            else
                event->ignore();
            return true;
        }
        return QLabel::event(event);
    }

    void paintEvent(QPaintEvent *) override
    {
        const QRect box = contentsRect();
        const QString words = isCut() ? fontMetrics().elidedText(text(), m_mode, box.width()) : text();
        if (words != text() && words.size() < shortestRest)
            return;
        QPainter painter(this);
        painter.setPen(palette().color(foregroundRole()));
        painter.setLayoutDirection(words.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
        const Qt::Alignment side = QStyle::visualAlignment(layoutDirection(), Qt::AlignLeading);
        painter.drawText(box, int(side | Qt::AlignVCenter) | Qt::TextSingleLine, words);
    }

private:
    static constexpr int shortestRest = 8;
    bool isCut() const { return fontMetrics().horizontalAdvance(text()) > contentsRect().width(); }

    Qt::TextElideMode m_mode;
};

void paintLabel(QLabel *label, TextStyle style)
{
    const auto token = Token(label->property(tokenProperty).toInt());
    QPalette palette = label->palette();
    palette.setColor(QPalette::WindowText, theme().color(token));
    label->setPalette(palette);
    label->setFont(theme().font(style));
}

QLabel *dress(QLabel *label, TextStyle style, Token token)
{
    label->setProperty(tokenProperty, int(token));
    label->setForegroundRole(QPalette::WindowText); // else it follows the ground's role and loses its colour
    if (QGuiApplication::isRightToLeft()) // else a label stands where its own words begin, whatever is around it
        label->setAlignment(Qt::AlignRight | Qt::AlignAbsolute | Qt::AlignVCenter);
    paintLabel(label, style);
    QObject::connect(&theme(), &Theme::themeChanged, label, [label, style] { paintLabel(label, style); });
    return label;
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
        if (!text.isEmpty())
            button->setIconSize(QSize(20, 16)); // the style leaves 4 px before the words; 6 are wanted
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
    return dress(new QLabel(text, parent), style, token);
}

QLabel *makeElidedLabel(const QString &text, TextStyle style, Token token, QWidget *parent, Qt::TextElideMode mode)
{
    QLabel *label = dress(new ElidedLabel(text, mode, parent), style, token);
    label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    return label;
}

void alignByContent(QLabel *label)
{
    label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
}

void makeSelectable(QLabel *label)
{
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (QGuiApplication::isRightToLeft())
        label->setAlignment((label->alignment() & ~Qt::AlignHorizontal_Mask) | Qt::AlignRight | Qt::AlignAbsolute);
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
