// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/widgets/signal_mark.h"

#include <QtWidgets/QStyledItemDelegate>

class QAbstractItemView;

namespace signalbox {

// What a model may say about a cell beside its text (all optional).
enum RowRole {
    SignalRole = Qt::UserRole + 100, // int(Signal): a mark at the left of the cell
    SwatchRole,                      // int: series slot, -1 other; a square at the left of the cell
    InkRole,                         // int(Token): colour of the words; text2 when absent
    QuietPrefixRole,                 // int: so many characters at the start are text3 ("openai/")
    CountBadgeRole,                  // bool accent: the text stands in a counter badge, right aligned
    HeldRole,                        // double: the part of a cool-down that is left
    ElideRole                        // int(Qt::TextElideMode): where ids and paths lose letters; else their end
};

// Paints whole rows: ground (hover, selection), a hairline below, mark, words, right-aligned tabular numbers. The
// alignment role decides what is a number. Child of its view, whose pointer it follows; GUI thread.
class RowDelegate : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RowDelegate)

public:
    explicit RowDelegate(QAbstractItemView *view);

    void paint(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    // What is cut off is told in a tool tip, where the model has none of its own.
    bool helpEvent(QHelpEvent *event, QAbstractItemView *view, const QStyleOptionViewItem &option,
                   const QModelIndex &index) override;
    int hoveredRow() const { return m_hoveredRow; }

    static constexpr int padding = 8;

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

    // The parts, for delegates that paint a cell of their own.
    void paintGround(QPainter *painter, const QStyleOptionViewItem &option, const QModelIndex &index) const;
    void paintWords(QPainter *painter, const QRect &box, const QStyleOptionViewItem &option,
                    const QModelIndex &index) const;
    QColor ground(const QStyleOptionViewItem &option, const QModelIndex &index) const;

private:
    void setHoveredRow(int row);
    void updateRow(int row);

    QAbstractItemView *m_view;
    const QObject *m_viewport; // to compare with only
    int m_hoveredRow = -1;
};

} // namespace signalbox
