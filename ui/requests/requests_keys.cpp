// SPDX-License-Identifier: GPL-3.0-or-later
// What keys and the pointer do in the request table.
#include "ui/requests/request_filter_bar.h"
#include "ui/requests/request_selection.h"
#include "ui/requests/request_table_model.h"
#include "ui/requests/requests_page.h"

#include <QtCore/QTimer>
#include <QtGui/QContextMenuEvent>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QTableView>

namespace signalbox {

bool RequestsPage::handleKey(int key)
{
    const int rows = m_model->rowCount();
    const int row = m_table->currentIndex().row();
    switch (key) {
    case Qt::Key_J:
        m_table->selectRow(qMin(row + 1, rows - 1));
        return true;
    case Qt::Key_K:
        m_table->selectRow(qMax(row - 1, 0));
        return true;
    case Qt::Key_Home:
        m_table->selectRow(0);
        return true;
    case Qt::Key_End:
        m_table->selectRow(rows - 1);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        openInspector(true);
        return true;
    case Qt::Key_Escape:
        openInspector(false);
        return true;
    case Qt::Key_Slash:
        m_filter->focusText();
        return true;
    default:
        return false;
    }
}

bool RequestsPage::handleTableKey(QEvent *event)
{
    const auto *key = static_cast<QKeyEvent *>(event);
    if (key->matches(QKeySequence::SelectAll)) {
        m_selection->chooseLoaded(); // the view would take all rows of the ledger
        return true;
    }
    const Qt::KeyboardModifiers plain = key->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
    const bool extends =
        key->modifiers().testFlag(Qt::ShiftModifier) && (key->key() == Qt::Key_Home || key->key() == Qt::Key_End);
    if (plain != Qt::NoModifier || extends)
        return false;
    // A letter that means nothing here would make the view look through every row for it.
    return handleKey(key->key()) ||
           (!key->text().isEmpty() && key->text().front().isPrint() && key->key() != Qt::Key_Space);
}

bool RequestsPage::handleContextMenu(QObject *watched, QEvent *event)
{
    if (watched != m_table && watched != m_table->viewport())
        return false;
    auto *wanted = static_cast<QContextMenuEvent *>(event);
    if (wanted->reason() == QContextMenuEvent::Mouse) {
        const QModelIndex cell = m_table->indexAt(m_table->viewport()->mapFromGlobal(wanted->globalPos()));
        if (cell.isValid())
            openRowMenu(wanted->globalPos(), cell);
        return true;
    }
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid())
        return true;
    m_table->scrollTo(current);
    openRowMenu(m_table->viewport()->mapToGlobal(m_table->visualRect(current).bottomLeft()), current);
    return true;
}

bool RequestsPage::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_table && event->type() == QEvent::KeyPress && handleTableKey(event))
        return true;
    if (event->type() == QEvent::ContextMenu && handleContextMenu(watched, event))
        return true;
    if (watched == m_table->viewport() && (event->type() == QEvent::Enter || event->type() == QEvent::Leave))
        QTimer::singleShot(0, this, &RequestsPage::updateFollowing);
    return Page::eventFilter(watched, event);
}

} // namespace signalbox
