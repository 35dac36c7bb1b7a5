// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/signal_style.h"

#include "ui/widgets/icon_engine.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFocusFrame>
#include <QtWidgets/QStyleOption>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QColor markBorder(const QStyleOption *option)
{
    if (!option->state.testFlag(QStyle::State_Enabled))
        return theme().color(Token::Line);
    return theme().color(Token::Control);
}

void drawCheckBox(const QStyleOption *option, QPainter *painter)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool on = option->state.testFlag(QStyle::State_On);
    const bool partly = option->state.testFlag(QStyle::State_NoChange);
    const bool enabled = option->state.testFlag(QStyle::State_Enabled);
    const bool filled = enabled && (on || partly);
    painter->setPen(QPen(filled ? theme().color(Token::Accent) : markBorder(option), 1));
    painter->setBrush(filled ? theme().color(Token::Accent) : theme().color(Token::Surface));
    painter->drawRoundedRect(box, 3, 3);
    QPen pen(enabled ? theme().color(Token::OnAccent) : theme().color(Token::Disabled), 1.75, Qt::SolidLine,
             Qt::RoundCap, Qt::RoundJoin);
    painter->setPen(pen);
    painter->setBrush(Qt::NoBrush);
    const QPointF c = box.center();
    if (on) {
        const QPointF tick[]{c + QPointF(-3.4, 0.2), c + QPointF(-1, 2.7), c + QPointF(3.6, -2.6)};
        painter->drawPolyline(tick, 3);
    } else if (partly) {
        painter->drawLine(c - QPointF(3, 0), c + QPointF(3, 0));
    }
    painter->restore();
}

void drawRadio(const QStyleOption *option, QPainter *painter)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool on = option->state.testFlag(QStyle::State_On);
    const bool enabled = option->state.testFlag(QStyle::State_Enabled);
    const QColor fill = on && enabled ? theme().color(Token::Accent) : theme().color(Token::Surface);
    painter->setPen(QPen(on && enabled ? fill : markBorder(option), 1));
    painter->setBrush(fill);
    painter->drawEllipse(box);
    if (on) {
        painter->setPen(Qt::NoPen);
        painter->setBrush(enabled ? theme().color(Token::OnAccent) : theme().color(Token::Disabled));
        painter->drawEllipse(box.center(), 2.75, 2.75);
    }
    painter->restore();
}

void drawComboBox(const QStyleOptionComboBox *option, QPainter *painter)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    const bool enabled = option->state.testFlag(QStyle::State_Enabled);
    const bool focused = option->state.testFlag(QStyle::State_HasFocus) && option->editable;
    const bool hover = enabled && option->state.testFlag(QStyle::State_MouseOver) && !option->editable;
    QColor border = theme().color(enabled ? Token::Control : Token::Line);
    if (focused)
        border = theme().color(Token::Accent);
    painter->setPen(QPen(border, 1));
    painter->setBrush(theme().color(hover ? Token::Hover : Token::Surface));
    painter->drawRoundedRect(QRectF(option->rect).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    const QRectF box(option->rect);
    const double x = option->direction == Qt::RightToLeft ? box.left() + 14 : box.right() - 14;
    painter->setPen(
        QPen(theme().color(enabled ? Token::Text2 : Token::Disabled), 1.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const double y = box.center().y();
    const QPointF chevron[]{{x - 3.5, y - 1.75}, {x, y + 1.75}, {x + 3.5, y - 1.75}};
    painter->setBrush(Qt::NoBrush);
    painter->drawPolyline(chevron, 3);
    painter->restore();
}

// Fusion cuts long words in the middle of a letter.
void drawComboLabel(const QStyleOptionComboBox *option, QRect box, QPainter *painter)
{
    painter->save();
    const bool enabled = option->state.testFlag(QStyle::State_Enabled);
    if (!option->currentIcon.isNull()) {
        const int side = option->iconSize.width();
        const QRect place =
            QStyle::visualRect(option->direction, box, QRect(box.left(), box.center().y() - side / 2, side, side));
        option->currentIcon.paint(painter, place, Qt::AlignCenter, enabled ? QIcon::Normal : QIcon::Disabled);
        box = QStyle::visualRect(option->direction, box, box.adjusted(side + 6, 0, 0, 0));
    }
    const QString &text = option->currentText;
    painter->setPen(theme().color(enabled ? Token::Text : Token::Disabled));
    painter->setLayoutDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    const Qt::Alignment side = QStyle::visualAlignment(option->direction, Qt::AlignLeading | Qt::AlignVCenter);
    painter->drawText(box, int(side) | Qt::TextSingleLine,
                      option->fontMetrics.elidedText(text, Qt::ElideRight, box.width()));
    painter->restore();
}

void drawTabLabel(const QStyleOptionTab *option, QPainter *painter)
{
    const bool selected = option->state.testFlag(QStyle::State_Selected);
    const bool hover = option->state.testFlag(QStyle::State_MouseOver);
    Token token = selected ? Token::AccentText : hover ? Token::Text : Token::Text2;
    if (!option->state.testFlag(QStyle::State_Enabled))
        token = Token::Disabled;
    painter->setPen(theme().color(token));
    painter->setFont(theme().font(selected ? TextStyle::PanelHead : TextStyle::BodyStrong));
    painter->drawText(option->rect, Qt::AlignCenter | Qt::TextShowMnemonic, option->text);
}

void drawFocusRing(const QStyleOption *option, QPainter *painter)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(theme().color(Token::Accent), 2));
    painter->setBrush(Qt::NoBrush);
    painter->drawRoundedRect(QRectF(option->rect).adjusted(1, 1, -1, -1), 7, 7);
    painter->restore();
}

} // namespace

SignalStyle::SignalStyle() : QProxyStyle(u"Fusion"_s) {}

void SignalStyle::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                                const QWidget *widget) const
{
    switch (element) {
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck:
        drawCheckBox(option, painter);
        return;
    case PE_IndicatorRadioButton:
        drawRadio(option, painter);
        return;
    case PE_FrameTabBarBase:
        painter->fillRect(QRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1),
                          theme().color(Token::Line));
        return;
    case PE_FrameTabWidget:
    case PE_FrameFocusRect: // FocusRing draws it
    case PE_PanelScrollAreaCorner:
        return;
    default:
        QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void SignalStyle::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                              const QWidget *widget) const
{
    switch (element) {
    case CE_FocusFrame:
        drawFocusRing(option, painter);
        return;
    case CE_ComboBoxLabel:
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option); combo && !combo->editable) {
            drawComboLabel(combo, proxy()->subControlRect(CC_ComboBox, combo, SC_ComboBoxEditField, widget), painter);
            return;
        }
        QProxyStyle::drawControl(element, option, painter, widget);
        return;
    case CE_TabBarTabShape:
        if (option->state.testFlag(State_Selected))
            painter->fillRect(QRect(option->rect.left() + 8, option->rect.bottom() - 1, option->rect.width() - 16, 2),
                              theme().color(Token::Accent));
        return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option))
            drawTabLabel(tab, painter);
        return;
    default:
        QProxyStyle::drawControl(element, option, painter, widget);
    }
}

void SignalStyle::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                                     const QWidget *widget) const
{
    if (control == CC_ComboBox) {
        if (const auto *combo = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            drawComboBox(combo, painter);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect SignalStyle::subControlRect(ComplexControl control, const QStyleOptionComplex *option, SubControl sub,
                                  const QWidget *widget) const
{
    if (control == CC_ComboBox && sub == SC_ComboBoxEditField)
        return visualRect(option->direction, option->rect, option->rect.adjusted(9, 1, -26, -1));
    return QProxyStyle::subControlRect(control, option, sub, widget);
}

QSize SignalStyle::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                                    const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (type == CT_ComboBox)
        return {size.width() + 40, qMax(28, size.height() + 6)};
    if (type == CT_TabBarTab)
        result = {result.width() + (widget && widget->property("compact").toBool() ? -6 : 4),
                  qMax(30, result.height())};
    return result;
}

// Lists let what is below them shine through; below one that is a window of its own (completions) there is nothing.
void SignalStyle::polish(QWidget *widget)
{
    if (widget->isWindow() && widget->inherits("QListView"))
        widget->setProperty("popup", true);
    QProxyStyle::polish(widget);
}

int SignalStyle::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_SmallIconSize:
    case PM_ButtonIconSize:
    case PM_IndicatorWidth:
    case PM_IndicatorHeight:
    case PM_ExclusiveIndicatorWidth:
    case PM_ExclusiveIndicatorHeight:
        return 16;
    case PM_FocusFrameHMargin:
    case PM_FocusFrameVMargin:
        return 3;
    case PM_CheckBoxLabelSpacing:
    case PM_RadioButtonLabelSpacing:
        return 8;
    case PM_SplitterWidth:
        return 1;
    case PM_ToolTipLabelFrameWidth:
    case PM_TabBarTabShiftVertical:
        return 0;
    default:
        return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int SignalStyle::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget,
                           QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_Widget_Animation_Duration:
        return theme().reduceMotion() ? 0 : QProxyStyle::styleHint(hint, option, widget, data);
    case SH_ToolTip_WakeUpDelay:
        return 400;
    case SH_ComboBox_Popup:
    case SH_EtchDisabledText:
        return 0;
    case SH_FocusFrame_AboveWidget:
        return 1;
    default:
        return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

FocusRing::FocusRing(QObject *application) : QObject(application)
{
    application->installEventFilter(this);
}

FocusRing::~FocusRing()
{
    delete m_frame;
}

QFocusFrame *FocusRing::frame()
{
    if (!m_frame)
        m_frame = new QFocusFrame;
    return m_frame;
}

bool FocusRing::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FocusIn && watched->isWidgetType()) {
        auto *widget = static_cast<QWidget *>(watched);
        const Qt::FocusReason reason = static_cast<QFocusEvent *>(event)->reason();
        const bool keyboard =
            reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason || reason == Qt::ShortcutFocusReason;
        const bool paintsItself = qobject_cast<QAbstractItemView *>(widget) || widget->isWindow();
        if (keyboard && !paintsItself)
            frame()->setWidget(widget);
        else if (m_frame)
            m_frame->setWidget(nullptr);
    } else if (event->type() == QEvent::FocusOut && m_frame && m_frame->widget() == watched) {
        m_frame->setWidget(nullptr);
    }
    return QObject::eventFilter(watched, event);
}

} // namespace signalbox
