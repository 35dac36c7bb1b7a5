// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_header.h"

#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtGui/QHelpEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QStyle>
#include <QtWidgets/QTableView>
#include <QtWidgets/QToolTip>

namespace signalbox {

namespace {
constexpr int cellPadding = 8;
constexpr int arrowRoom = 12;
} // namespace

TableHeader::TableHeader(QWidget *parent) : QHeaderView(Qt::Horizontal, parent)
{
    setHighlightSections(false);
    setSectionsClickable(true);
    setMinimumSectionSize(32);
    setStretchLastSection(true);
}

QSize TableHeader::sizeHint() const
{
    QSize size = QHeaderView::sizeHint();
    size.setHeight(qMax(26, QFontMetrics(theme().font(TextStyle::SmallStrong)).height() + 8));
    return size;
}

QString TableHeader::title(int logicalIndex) const
{
    return model() ? model()->headerData(logicalIndex, Qt::Horizontal).toString() : QString();
}

QSize TableHeader::sectionSizeFromContents(int logicalIndex) const
{
    const QFontMetrics metrics(theme().font(TextStyle::SmallStrong));
    return {metrics.horizontalAdvance(title(logicalIndex)) + 2 * cellPadding + arrowRoom, sizeHint().height()};
}

// The arrow stands after the word: at its right where one reads to the right, else at its left.
TableHeader::TitlePlace TableHeader::placeOf(const QRect &rect, int logicalIndex) const
{
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex;
    const QFontMetrics metrics(theme().font(TextStyle::SmallStrong));
    const QVariant wanted =
        model() ? model()->headerData(logicalIndex, Qt::Horizontal, Qt::TextAlignmentRole) : QVariant();
    const Qt::Alignment alignment = QStyle::visualAlignment(
        layoutDirection(), wanted.isValid() ? Qt::Alignment(wanted.toInt()) : Qt::AlignLeading | Qt::AlignVCenter);
    const QRect box = rect.adjusted(cellPadding, 0, -cellPadding, -1);
    const int arrow = sorted ? arrowRoom : 0;
    TitlePlace place;
    place.text = metrics.elidedText(title(logicalIndex), Qt::ElideRight, box.width() - arrow);
    const int used = metrics.horizontalAdvance(place.text);
    const int left = alignment & Qt::AlignRight ? box.right() + 1 - used - arrow : box.left();
    const bool mirrored = layoutDirection() == Qt::RightToLeft;
    place.words = QRect(left + (mirrored ? arrow : 0), box.top(), used, box.height());
    place.arrow = QRectF(mirrored ? left : left + used + arrow - 8, box.top(), 8, box.height());
    return place;
}

bool TableHeader::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const int index = logicalIndexAt(help->pos());
        const bool own =
            index >= 0 && !model()->headerData(index, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty();
        if (index >= 0 && !own) {
            const QRect section(sectionViewportPosition(index), 0, sectionSize(index), height());
            if (placeOf(section, index).text != title(index)) {
                QToolTip::showText(help->globalPos(), title(index), this);
                return true;
            }
        }
    }
    return QHeaderView::viewportEvent(event);
}

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    painter->save();
    painter->setPen(QPen(theme().color(Token::Line), 0));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex;
    const QFont font = theme().font(TextStyle::SmallStrong);
    const TitlePlace place = placeOf(rect, logicalIndex);
    painter->setFont(font);
    painter->setPen(theme().color(sorted ? Token::Text2 : Token::Text3));
    painter->drawText(place.words, Qt::AlignLeft | Qt::AlignAbsolute | Qt::AlignVCenter | Qt::TextDontClip, place.text);
    if (sorted) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(theme().color(Token::Text2), 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF centre = place.arrow.center() + QPointF(0, 0.5);
        const double tip = sortIndicatorOrder() == Qt::DescendingOrder ? 1.0 : -1.0;
        painter->drawLine(centre - QPointF(0, 3.5 * tip), centre + QPointF(0, 3.5 * tip));
        const QPointF head[]{centre + QPointF(-2.5, tip), centre + QPointF(0, 3.5 * tip), centre + QPointF(2.5, tip)};
        painter->drawPolyline(head, 3);
    }
    painter->restore();
}

void setUpTable(QTableView *table, bool compact)
{
    const int row = theme().rowHeight(compact);
    table->setHorizontalHeader(new TableHeader(table));
    table->horizontalHeader()->show();
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(row);
    table->verticalHeader()->setMinimumSectionSize(row);
    QObject::connect(&theme(), &Theme::themeChanged, table, [table, compact] {
        const int height = theme().rowHeight(compact);
        table->verticalHeader()->setMinimumSectionSize(height);
        table->verticalHeader()->setDefaultSectionSize(height);
    });
    table->setShowGrid(false);
    table->setFrameShape(QFrame::NoFrame);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setSelectionMode(QAbstractItemView::SingleSelection);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->setWordWrap(false);
    table->setTabKeyNavigation(false);
    table->setItemDelegate(new RowDelegate(table));
}

} // namespace signalbox
