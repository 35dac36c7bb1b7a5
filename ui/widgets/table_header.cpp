// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/table_header.h"

#include "ui/widgets/row_delegate.h"
#include "ui/widgets/theme.h"

#include <QtGui/QPainter>
#include <QtWidgets/QStyle>
#include <QtWidgets/QTableView>

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

void TableHeader::paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const
{
    painter->save();
    painter->setPen(QPen(theme().color(Token::Line), 0));
    painter->drawLine(rect.bottomLeft(), rect.bottomRight());
    const bool sorted = isSortIndicatorShown() && sortIndicatorSection() == logicalIndex;
    const QFont font = theme().font(TextStyle::SmallStrong);
    const QFontMetrics metrics(font);
    const QVariant wanted =
        model() ? model()->headerData(logicalIndex, Qt::Horizontal, Qt::TextAlignmentRole) : QVariant();
    const Qt::Alignment alignment = QStyle::visualAlignment(
        layoutDirection(), wanted.isValid() ? Qt::Alignment(wanted.toInt()) : Qt::AlignLeading | Qt::AlignVCenter);
    QRect box = rect.adjusted(cellPadding, 0, -cellPadding, -1);
    const int room = box.width() - (sorted ? arrowRoom : 0);
    const QString text = metrics.elidedText(title(logicalIndex), Qt::ElideRight, room);
    const int used = metrics.horizontalAdvance(text) + (sorted ? arrowRoom : 0);
    const int left = alignment & Qt::AlignRight ? box.right() + 1 - used : box.left();
    painter->setFont(font);
    painter->setPen(theme().color(sorted ? Token::Text2 : Token::Text3));
    painter->drawText(QRect(left, box.top(), used, box.height()), Qt::AlignLeft | Qt::AlignVCenter, text);
    if (sorted) {
        painter->setRenderHint(QPainter::Antialiasing);
        painter->setPen(QPen(theme().color(Token::Text2), 1.25, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        const QPointF centre(left + used - 4, box.center().y() + 0.5);
        const double tip = sortIndicatorOrder() == Qt::DescendingOrder ? 1.0 : -1.0;
        painter->drawLine(centre - QPointF(0, 3.5 * tip), centre + QPointF(0, 3.5 * tip));
        const QPointF head[]{centre + QPointF(-2.5, tip), centre + QPointF(0, 3.5 * tip), centre + QPointF(2.5, tip)};
        painter->drawPolyline(head, 3);
    }
    painter->restore();
}

void setUpTable(QTableView *table, bool compact)
{
    const int row = qRound((compact ? 24 : 28) * theme().textScale() / 100.0);
    table->setHorizontalHeader(new TableHeader(table));
    table->horizontalHeader()->show();
    table->verticalHeader()->hide();
    table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    table->verticalHeader()->setDefaultSectionSize(row);
    table->verticalHeader()->setMinimumSectionSize(row);
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
