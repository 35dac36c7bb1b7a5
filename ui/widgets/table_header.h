// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QHeaderView>

class QTableView;

namespace signalbox {

// 26 px, small and quiet, a line below, the sort arrow after the word; each title is aligned as its column.
class TableHeader final : public QHeaderView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TableHeader)

public:
    explicit TableHeader(QWidget *parent = nullptr);

    QSize sizeHint() const override;

    struct TitlePlace { // of one section's title
        QString text;   // as far as there is room
        QRect words;
        QRectF arrow; // meant where the section is the sorted one
    };
    TitlePlace placeOf(const QRect &rect, int logicalIndex) const;

protected:
    bool viewportEvent(QEvent *event) override; // tells a title that is cut off
    void paintSection(QPainter *painter, const QRect &rect, int logicalIndex) const override;
    QSize sectionSizeFromContents(int logicalIndex) const override;

private:
    QString title(int logicalIndex) const;
};

// A table as the console draws them: header above, rows of 28 px (24 compact), RowDelegate, whole-row selection.
void setUpTable(QTableView *table, bool compact = false);

} // namespace signalbox
