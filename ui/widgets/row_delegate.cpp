// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/row_delegate.h"

#include "ui/widgets/badge.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/number_text.h"
#include "ui/widgets/swatch.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QStyle>
#include <QtWidgets/QToolTip>

namespace signalbox {

namespace {

constexpr int markSide = 12;
constexpr int markGap = 7;

Qt::Alignment logicalAlignment(const QModelIndex &index)
{
    const QVariant wanted = index.data(Qt::TextAlignmentRole);
    return wanted.isValid() ? Qt::Alignment(wanted.toInt()) : Qt::AlignLeading | Qt::AlignVCenter;
}

Qt::TextElideMode elideMode(const QModelIndex &index)
{
    const QVariant wanted = index.data(ElideRole);
    return wanted.isValid() ? Qt::TextElideMode(wanted.toInt()) : Qt::ElideRight;
}

bool isSelected(const QStyleOptionViewItem &option)
{
    return option.state.testFlag(QStyle::State_Selected);
}

} // namespace

RowDelegate::RowDelegate(QAbstractItemView *view)
    : QStyledItemDelegate(view), m_view(view), m_viewport(view->viewport())
{
    view->viewport()->setMouseTracking(true);
    view->viewport()->installEventFilter(this);
}

QColor RowDelegate::ground(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (isSelected(option))
        return theme().color(Token::AccentSoft);
    return theme().color(index.row() == m_hoveredRow ? Token::Hover : Token::Surface);
}

void RowDelegate::paintGround(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    if (isSelected(option) || index.row() == m_hoveredRow)
        painter->fillRect(option.rect, ground(option, index));
    painter->setPen(QPen(theme().color(Token::Line), 0));
    painter->drawLine(option.rect.bottomLeft(), option.rect.bottomRight());

    const bool focusRow =
        m_view->hasFocus() && m_view->currentIndex().row() == index.row() && m_view->property("keyboardFocus").toBool();
    if (!focusRow)
        return;
    const QRect row = option.rect;
    const QColor accent = theme().color(Token::Accent);
    painter->fillRect(QRect(row.left(), row.top(), row.width(), 2), accent);
    painter->fillRect(QRect(row.left(), row.bottom() - 1, row.width(), 2), accent);
}

void RowDelegate::paintWords(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option,
                             const QModelIndex &index) const
{
    const QString text = index.data(Qt::DisplayRole).toString();
    const Qt::Alignment logical = logicalAlignment(index);
    const Qt::Alignment alignment = QStyle::visualAlignment(option.direction, logical);
    const bool missing = text == missingText();
    const QVariant wanted = index.data(InkRole);
    Token ink = wanted.isValid() ? Token(wanted.toInt()) : Token::Text2;
    if (missing)
        ink = Token::Text3;
    const bool onSelection = isSelected(option) && theme().isHighContrast();
    const auto pen = [&](Token token) {
        painter->setPen(onSelection ? theme().selectionText() : theme().color(token));
    };
    painter->setFont(theme().font(TextStyle::Body));
    // Names and ids keep their order in a mirrored table; words of its language theirs.
    painter->setLayoutDirection(text.isRightToLeft() ? Qt::RightToLeft : Qt::LeftToRight);
    pen(ink);
    const int whole = NumberText::width(painter->font(), text);
    if (logical.testFlag(Qt::AlignRight)) { // a number; never cut
        NumberText::draw(*painter, box, alignment, text);
        return;
    }
    if (whole > box.width()) {
        painter->drawText(box, int(alignment) | Qt::TextSingleLine,
                          QFontMetrics(painter->font()).elidedText(text, elideMode(index), box.width()));
        return;
    }
    const int prefix = index.data(QuietPrefixRole).toInt();
    if (prefix <= 0 || prefix >= text.size()) {
        NumberText::draw(*painter, box, alignment, text);
        return;
    }
    const QString quiet = text.first(prefix);
    const int taken = QFontMetrics(painter->font()).horizontalAdvance(quiet);
    QRect rest = box;
    rest.setLeft(alignment.testFlag(Qt::AlignRight) ? qMax(box.left(), box.right() + 1 - whole) : box.left());
    constexpr int fromLeft = Qt::AlignLeft | Qt::AlignAbsolute | Qt::AlignVCenter;
    pen(Token::Text3);
    painter->drawText(rest, fromLeft | Qt::TextSingleLine, quiet);
    rest.setLeft(rest.left() + taken);
    pen(ink);
    NumberText::draw(*painter, rest, Qt::Alignment(fromLeft), text.sliced(prefix));
}

void RowDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    painter->save();
    paintGround(painter, option, index);
    QRect box = option.rect.adjusted(padding, 0, -padding, -1);
    const QVariant badge = index.data(CountBadgeRole);
    if (badge.isValid()) {
        const QString text = index.data(Qt::DisplayRole).toString();
        const int side = Badge::width(text, false);
        box = QStyle::visualRect(option.direction, box, box.adjusted(box.width() - side, 0, 0, 0));
        Badge::paint(*painter, box, std::nullopt, text, badge.toBool());
        painter->restore();
        return;
    }
    const QVariant signal = index.data(SignalRole);
    const QVariant swatch = index.data(SwatchRole);
    if (signal.isValid() || swatch.isValid()) {
        const int side = signal.isValid() ? markSide : swatchSide();
        const QRect place =
            QStyle::visualRect(option.direction, box, QRect(box.left(), box.center().y() - side / 2, side, side));
        if (signal.isValid()) {
            const QVariant held = index.data(HeldRole);
            SignalMark::paint(*painter, place, Signal(signal.toInt()), ground(option, index),
                              held.isValid() ? held.toDouble() : 0.7);
        } else {
            paintSwatch(*painter, place, theme().seriesBrush(swatch.toInt()));
        }
        box = QStyle::visualRect(option.direction, box, box.adjusted(side + markGap, 0, 0, 0));
    }
    paintWords(painter, box, option, index);
    painter->restore();
}

QSize RowDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    int width = NumberText::width(theme().font(TextStyle::Body), index.data(Qt::DisplayRole).toString()) + 2 * padding;
    if (index.data(SignalRole).isValid())
        width += markSide + markGap;
    else if (index.data(SwatchRole).isValid())
        width += swatchSide() + markGap;
    return {width, QStyledItemDelegate::sizeHint(option, index).height()};
}

bool RowDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                            const QModelIndex &index)
{
    const bool cut = index.isValid() && sizeHint(option, index).width() > option.rect.width();
    if (event->type() != QEvent::ToolTip || !cut || !index.data(Qt::ToolTipRole).toString().isEmpty())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QToolTip::showText(event->globalPos(), index.data(Qt::DisplayRole).toString(), view);
    return true;
}

bool RowDelegate::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_viewport) {
        // It goes after the view is no view any more, and still has events then.
        if (!qobject_cast<QAbstractItemView *>(watched->parent()))
            return false;
        if (event->type() == QEvent::MouseMove)
            setHoveredRow(m_view->indexAt(static_cast<QMouseEvent *>(event)->position().toPoint()).row());
        else if (event->type() == QEvent::Leave)
            setHoveredRow(-1);
        return false;
    }
    return QStyledItemDelegate::eventFilter(watched, event);
}

void RowDelegate::setHoveredRow(int row)
{
    if (row == m_hoveredRow)
        return;
    const int before = std::exchange(m_hoveredRow, row);
    updateRow(before);
    updateRow(row);
}

void RowDelegate::updateRow(int row)
{
    if (row < 0 || !m_view->model())
        return;
    QRect cell = m_view->visualRect(m_view->model()->index(row, 0, m_view->rootIndex()));
    cell.setLeft(0);
    cell.setRight(m_view->viewport()->width());
    m_view->viewport()->update(cell);
}

} // namespace signalbox
