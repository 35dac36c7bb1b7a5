// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_columns.h"

#include "ui/requests/request_cells.h"
#include "ui/widgets/theme.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTableView>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

using Table = RequestTableModel;

const QString orderKey = u"requests/columnOrder"_s;
const QString widthsKey = u"requests/columnWidths"_s;
const QString unwantedKey = u"requests/hiddenColumns"_s;
constexpr std::array<int, Table::columns> usualWidths{74, 92, 96, 104, 156, 44, 72, 84, 64, 68, 64, 84};
// The first goes first. Status, time, target and cost always stay.
constexpr std::array dropOrder{Table::Model,    Table::Cached, Table::Input,  Table::Output,
                               Table::Duration, Table::Try,    Table::Client, Table::FirstToken};
constexpr int smallestWidth = 36;

} // namespace

RequestColumns::RequestColumns(QTableView *table)
    : QObject(table), m_table(table), m_header(table->horizontalHeader()), m_widths(usualWidths)
{
    for (int &width : m_widths)
        width = qRound(width * theme().textScale() / 100.0);
    m_header->setSectionsMovable(true);
    m_header->setStretchLastSection(false);
    m_header->setSortIndicatorShown(true);
    m_header->setSectionsClickable(false);
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    restore();
    m_header->setSortIndicator(Table::Time, Qt::DescendingOrder);
    connect(m_header, &QWidget::customContextMenuRequested, this,
            [this](const QPoint &at) { openMenu(m_header->mapToGlobal(at)); });
    connect(m_header, &QHeaderView::sectionMoved, this, &RequestColumns::keep);
    connect(m_header, &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (m_fitting || width == 0)
            return;
        m_widths[size_t(column)] = width;
        keep();
    });
    table->viewport()->installEventFilter(this);
}

void RequestColumns::restore()
{
    const QSettings settings;
    if (const QByteArray order = settings.value(orderKey).toByteArray(); !order.isEmpty())
        m_header->restoreState(order);
    const QVariantList widths = settings.value(widthsKey).toList();
    for (qsizetype i = 0; i < widths.size() && widths.size() == Table::columns; ++i)
        m_widths[size_t(i)] = qMax(smallestWidth, widths.at(i).toInt());
    const QVariantList unwanted = settings.value(unwantedKey).toList();
    for (const QVariant &column : unwanted) {
        if (const int i = column.toInt(); i > Table::Status && i < Table::columns)
            m_unwanted.set(size_t(i));
    }
    fit();
}

void RequestColumns::keep() const
{
    QVariantList widths;
    QVariantList unwanted;
    for (int i = 0; i < Table::columns; ++i) {
        widths += m_widths[size_t(i)];
        if (m_unwanted.test(size_t(i)))
            unwanted += i;
    }
    QSettings settings;
    settings.setValue(orderKey, m_header->saveState());
    settings.setValue(widthsKey, widths);
    settings.setValue(unwantedKey, unwanted);
}

void RequestColumns::setSharesRoom(bool shares)
{
    m_shares = shares;
    fit();
}

RequestColumns::Columns RequestColumns::columnsFor(int room) const
{
    Columns shown = ~m_unwanted;
    if (!m_shares)
        return shown;
    int needed = 0;
    for (int i = 0; i < Table::columns; ++i)
        needed += shown.test(size_t(i)) ? m_widths[size_t(i)] : 0;
    for (const Table::Column column : dropOrder) {
        if (needed <= room)
            break;
        if (shown.test(column))
            needed -= m_widths[column];
        shown.reset(column);
    }
    return shown;
}

void RequestColumns::fit()
{
    const QScopedValueRollback fitting(m_fitting, true);
    const int room = m_table->viewport()->width();
    const Columns shown = columnsFor(room);
    int left = room;
    for (int i = 0; i < Table::columns; ++i) {
        m_header->setSectionHidden(i, !shown.test(size_t(i)));
        left -= shown.test(size_t(i)) ? m_widths[size_t(i)] : 0;
    }
    left = qMax(0, left);
    const bool both = shown.test(Table::Model) && shown.test(Table::Target);
    for (int i = 0; i < Table::columns; ++i) {
        if (!shown.test(size_t(i)))
            continue;
        int width = m_widths[size_t(i)];
        if (i == Table::Target)
            width += both ? left - left / 3 : left;
        else if (i == Table::Model)
            width += both ? left / 3 : left;
        m_header->resizeSection(i, width);
    }
}

void RequestColumns::openMenu(const QPoint &globalPos)
{
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (int i = 0; i < Table::columns; ++i) {
        QAction *action = menu->addAction(requestColumnTitle(i));
        action->setCheckable(true);
        action->setChecked(!m_unwanted.test(size_t(i)));
        action->setEnabled(i != Table::Status);
        connect(action, &QAction::toggled, this, [this, i](bool on) {
            m_unwanted.set(size_t(i), !on);
            fit();
            keep();
        });
    }
    menu->popup(globalPos);
}

bool RequestColumns::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        fit();
    return QObject::eventFilter(watched, event);
}

} // namespace signalbox
