// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/columns_panel.h"

#include "ui/requests/request_cells.h"
#include "ui/requests/request_columns.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/theme.h"

#include <QtCore/QScopedValueRollback>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QLabel>
#include <QtWidgets/QListWidget>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

ColumnsPanel::ColumnsPanel(RequestColumns *columns, QWidget *parent)
    : QFrame(parent, Qt::Popup), m_columns(columns), m_list(new QListWidget)
{
    setProperty("panel", true);
    setAttribute(Qt::WA_StyledBackground);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(12, 12, 12, 12);
    column->setSpacing(8);
    column->addWidget(makeLabel(tr("Columns"), TextStyle::PanelHead, Token::Text));
    QLabel *hint = makeLabel(tr("Drag to order, or move with Alt+Up and Alt+Down."), TextStyle::Small, Token::Text3);
    hint->setWordWrap(true);
    column->addWidget(hint);
    m_list->setAccessibleName(tr("Columns of the table"));
    m_list->setDragDropMode(QAbstractItemView::InternalMove);
    m_list->setDefaultDropAction(Qt::MoveAction);
    m_list->setMinimumSize(220, 320);
    m_list->installEventFilter(this);
    column->addWidget(m_list);
    QPushButton *reset = makeButton(tr("&Reset"));
    column->addWidget(reset, 0, Qt::AlignLeading);
    connect(reset, &QPushButton::clicked, this, [this] {
        m_columns->reset();
        fill();
    });
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem *item) {
        if (!m_filling)
            m_columns->setWanted(item->data(Qt::UserRole).toInt(), item->checkState() == Qt::Checked);
    });
    connect(m_list->model(), &QAbstractItemModel::rowsMoved, this, &ColumnsPanel::takeOrder);
}

void ColumnsPanel::fill()
{
    const QScopedValueRollback filling(m_filling, true);
    m_list->clear();
    for (const int column : m_columns->order()) {
        auto *item = new QListWidgetItem(requestColumnTitle(column), m_list);
        item->setData(Qt::UserRole, column);
        item->setCheckState(m_columns->isWanted(column) ? Qt::Checked : Qt::Unchecked);
        Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled;
        flags.setFlag(Qt::ItemIsUserCheckable, column != RequestTableModel::Status);
        item->setFlags(flags);
    }
    m_list->setCurrentRow(0);
}

void ColumnsPanel::takeOrder()
{
    if (m_filling)
        return;
    for (int row = 0; row < m_list->count(); ++row)
        m_columns->move(m_list->item(row)->data(Qt::UserRole).toInt(), row);
}

void ColumnsPanel::moveCurrent(int by)
{
    const int from = m_list->currentRow();
    const int to = from + by;
    if (from < 0 || to < 0 || to >= m_list->count())
        return;
    {
        const QScopedValueRollback filling(m_filling, true);
        m_list->insertItem(to, m_list->takeItem(from));
        m_list->setCurrentRow(to);
    }
    takeOrder();
}

void ColumnsPanel::openBelow(const QWidget *button)
{
    fill();
    placeBelow(this, button);
    m_list->setFocus(Qt::PopupFocusReason);
}

bool ColumnsPanel::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_list && event->type() == QEvent::KeyPress) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
            moveCurrent(key->key() == Qt::Key_Up ? -1 : 1);
            return true;
        }
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace signalbox
