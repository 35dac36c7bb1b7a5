// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_columns.h"

#include "ui/preferences/preferences.h"
#include "ui/requests/request_cells.h"
#include "ui/requests/request_order.h"
#include "ui/widgets/theme.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QAction>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QTableView>

#include <numeric>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

using Table = RequestTableModel;

const QString stateKey = u"requests/columns"_s;
constexpr std::array<int, Table::columns> usualWidths{74, 88, 96, 104, 156, 44, 72, 98, 64, 68,  64,
                                                      84, 92, 96, 84,  72,  72, 84, 64, 92, 120, 96};
constexpr std::array columnNames{"status",  "time",     "client",  "asked",     "target",  "attempts",
                                 "ttft",    "duration", "in",      "cached",    "out",     "cost",
                                 "project", "user",     "route",   "cache",     "written", "reasoning",
                                 "losses",  "session",  "dialect", "credential"};
static_assert(columnNames.size() == Table::columns);
constexpr int usuallyShown = Table::CostUsd + 1;
// The first goes first. Status, time, target and cost always stay.
constexpr std::array dropOrder{Table::Credential, Table::Session, Table::Dialect,   Table::Reasoning, Table::Written,
                               Table::Cache,      Table::Losses,  Table::Route,     Table::User,      Table::Project,
                               Table::Model,      Table::Cached,  Table::Input,     Table::Output,    Table::Duration,
                               Table::Try,        Table::Client,  Table::FirstToken};
constexpr int smallestWidth = 36;

} // namespace

RequestColumns::RequestColumns(QTableView *table) : QObject(table), m_table(table), m_header(table->horizontalHeader())
{
    m_header->setSectionsMovable(true);
    m_header->setStretchLastSection(false);
    m_header->setSortIndicatorShown(true);
    m_header->setSectionsClickable(true);
    m_header->setContextMenuPolicy(Qt::CustomContextMenu);
    restore();
    showOrder({});
    connect(m_header, &QWidget::customContextMenuRequested, this,
            [this](const QPoint &at) { openMenu(m_header->mapToGlobal(at)); });
    connect(m_header, &QHeaderView::sectionMoved, this, [this] {
        if (!m_fitting)
            keep();
    });
    connect(m_header, &QHeaderView::sectionResized, this, [this](int column, int, int width) {
        if (m_fitting || width == 0)
            return;
        m_widths[size_t(column)] = width;
        keep();
    });
    table->viewport()->installEventFilter(this);
}

void RequestColumns::usual()
{
    for (size_t i = 0; i < m_widths.size(); ++i) {
        m_widths[i] = qRound(usualWidths[i] * theme().textScale() / 100.0);
        m_unwanted.set(i, i >= usuallyShown);
    }
    std::vector<int> order(Table::columns);
    std::iota(order.begin(), order.end(), 0);
    place(order);
}

void RequestColumns::restore()
{
    usual();
    setState(Preferences().value(stateKey).toMap());
}

void RequestColumns::reset()
{
    usual();
    fit();
    keep();
}

QString RequestColumns::columnName(int column)
{
    return QString::fromLatin1(columnNames[size_t(column)]);
}

std::vector<int> RequestColumns::order() const
{
    std::vector<int> order;
    for (int visual = 0; visual < Table::columns; ++visual)
        order.push_back(m_header->logicalIndex(visual));
    return order;
}

void RequestColumns::place(const std::vector<int> &order)
{
    const QScopedValueRollback fitting(m_fitting, true);
    for (size_t visual = 0; visual < order.size(); ++visual)
        m_header->moveSection(m_header->visualIndex(order[visual]), int(visual));
}

void RequestColumns::move(int column, int place)
{
    m_header->moveSection(m_header->visualIndex(column), place);
}

void RequestColumns::setWanted(int column, bool wanted)
{
    if (column == Table::Status || isWanted(column) == wanted)
        return;
    m_unwanted.set(size_t(column), !wanted);
    fit();
    keep();
}

QVariantMap RequestColumns::state() const
{
    QStringList names;
    QVariantList widths;
    QStringList unwanted;
    for (const int column : order()) {
        names += columnName(column);
        widths += m_widths[size_t(column)];
        if (!isWanted(column))
            unwanted += columnName(column);
    }
    return {{u"order"_s, names}, {u"widths"_s, widths}, {u"hidden"_s, unwanted}};
}

void RequestColumns::setState(const QVariantMap &state)
{
    const QStringList names = state.value(u"order"_s).toStringList();
    const QVariantList widths = state.value(u"widths"_s).toList();
    const QStringList unwanted = state.value(u"hidden"_s).toStringList();
    std::vector<int> known;
    for (qsizetype i = 0; i < names.size(); ++i) {
        for (int column = 0; column < Table::columns; ++column) {
            if (columnName(column) != names.at(i))
                continue;
            known.push_back(column);
            if (i < widths.size())
                m_widths[size_t(column)] = qMax(smallestWidth, widths.at(i).toInt());
            m_unwanted.set(size_t(column), column != Table::Status && unwanted.contains(names.at(i)));
        }
    }
    place(known);
    fit();
    if (!names.isEmpty())
        keep();
}

void RequestColumns::keep()
{
    Preferences().setValue(stateKey, state());
    Q_EMIT changed();
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

void RequestColumns::showOrder(const std::optional<RequestOrder> &order)
{
    const bool rising = order && !order->descending;
    m_header->setSortIndicator(order ? columnOf(order->key) : int(Table::Time),
                               rising ? Qt::AscendingOrder : Qt::DescendingOrder);
}

void RequestColumns::openMenu(const QPoint &globalPos)
{
    auto *menu = new QMenu(m_table);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const int column : order()) {
        QAction *action = menu->addAction(requestColumnTitle(column));
        action->setCheckable(true);
        action->setChecked(isWanted(column));
        action->setEnabled(column != Table::Status);
        connect(action, &QAction::toggled, this, [this, column](bool on) { setWanted(column, on); });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("&Reset the columns")), &QAction::triggered, this, &RequestColumns::reset);
    Q_EMIT menuOpens(menu);
    menu->popup(globalPos);
}

bool RequestColumns::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::Resize)
        fit();
    return QObject::eventFilter(watched, event);
}

} // namespace signalbox
