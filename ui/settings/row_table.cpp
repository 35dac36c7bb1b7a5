// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/row_table.h"

#include "ui/widgets/buttons.h"
#include "ui/widgets/table_header.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {
constexpr int headerHeight = 30; // with the frame
}

RowTable::RowTable(const QStringList &titles, const QString &name, int mostShown)
    : QTableWidget(0, int(titles.size())), m_mostShown(mostShown), m_numbersFrom(int(titles.size()))
{
    setUpTable(this);
    setAccessibleName(name);
    // Not with every change of the current cell: Tab would open an editor in passing and never leave the table again.
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                    QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    setSelectionBehavior(QAbstractItemView::SelectItems);
    setHorizontalHeaderLabels(titles);
    horizontalHeader()->setStretchLastSection(false);
    horizontalHeader()->setSectionsClickable(false);
    for (int i = 0; i < columnCount(); ++i)
        horizontalHeaderItem(i)->setTextAlignment(Qt::AlignLeading | Qt::AlignVCenter);
    connect(this, &QTableWidget::itemChanged, this, [this] {
        if (!m_filling)
            Q_EMIT edited();
    });
    fitHeight();
}

void RowTable::setNumbersFrom(int column)
{
    m_numbersFrom = column;
    for (int i = column; i < columnCount(); ++i)
        horizontalHeaderItem(i)->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
}

void RowTable::setRows(const QList<QStringList> &rows)
{
    setRowCount(0);
    for (const QStringList &cells : rows)
        addCells(cells);
    fitHeight();
}

void RowTable::addCells(const QStringList &cells)
{
    m_filling = true;
    const int row = rowCount();
    insertRow(row);
    for (int i = 0; i < columnCount(); ++i) {
        auto *cell = new QTableWidgetItem(cells.value(i));
        if (i >= m_numbersFrom)
            cell->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        setItem(row, i, cell);
    }
    m_filling = false;
    fitHeight();
}

QString RowTable::text(int row, int column) const
{
    return item(row, column)->text();
}

QWidget *RowTable::makeButtons(const QString &add, const QString &remove, const QList<QWidget *> &more)
{
    auto *box = new QWidget;
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QPushButton *addButton = makeButton(add, u"plus"_s);
    QPushButton *removeButton = makeButton(remove);
    row->addWidget(addButton);
    row->addWidget(removeButton);
    for (QWidget *one : more)
        row->addWidget(one);
    row->addStretch();
    connect(addButton, &QPushButton::clicked, this, &RowTable::addByHand);
    connect(removeButton, &QPushButton::clicked, this, &RowTable::removeCurrent);
    return box;
}

void RowTable::addByHand()
{
    addCells({});
    setCurrentCell(rowCount() - 1, 0);
    editItem(item(rowCount() - 1, 0));
    Q_EMIT edited();
}

void RowTable::removeCurrent()
{
    if (currentRow() < 0)
        return;
    removeRow(currentRow());
    fitHeight();
    Q_EMIT edited();
}

void RowTable::fitHeight()
{
    setFixedHeight(verticalHeader()->defaultSectionSize() * std::clamp(rowCount(), 1, m_mostShown) + headerHeight);
}

} // namespace signalbox
