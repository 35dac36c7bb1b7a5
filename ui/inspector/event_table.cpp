// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/event_table.h"

#include "ui/inspector/code_view.h"
#include "ui/inspector/copy_as.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/table_header.h"
#include "ui/widgets/theme.h"

#include <QtWidgets/QLabel>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QTableView>
#include <QtWidgets/QVBoxLayout>

namespace signalbox {

namespace {
constexpr double longGapMs = 500;
} // namespace

EventTableModel::EventTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void EventTableModel::setRows(std::vector<EventRow> rows)
{
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

int EventTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int EventTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(columns);
}

std::optional<double> EventTableModel::gap(int at) const
{
    if (at == 0 || !m_rows[size_t(at)].atMs || !m_rows[size_t(at) - 1].atMs)
        return std::nullopt;
    return *m_rows[size_t(at)].atMs - *m_rows[size_t(at) - 1].atMs;
}

QVariant EventTableModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= int(m_rows.size()))
        return {};
    const EventRow &row = m_rows[size_t(index.row())];
    const int column = index.column();
    if (role == Qt::TextAlignmentRole)
        return int((column <= Gap ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && column == Text)
        return row.summary;
    if (role == InkRole && column == Gap && gap(index.row()).value_or(0) >= longGapMs)
        return int(Token::CautionText);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Number:
        return formatCount(index.row() + 1);
    case At:
        return row.atMs ? formatNumber(*row.atMs, 1) : missingText();
    case Gap:
        return gap(index.row()) ? formatNumber(*gap(index.row()), 1) : missingText();
    case Type:
        return row.type;
    default:
        return row.summary;
    }
}

QVariant EventTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section <= Gap ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Number:
        return tr("#");
    case At:
        return tr("At, ms");
    case Gap:
        return tr("Gap, ms");
    case Type:
        return tr("Event");
    default:
        return tr("Text");
    }
}

EventsView::EventsView(QWidget *parent)
    : QWidget(parent),
      m_model(new EventTableModel(this)),
      m_splitter(new QSplitter(Qt::Vertical)),
      m_table(new QTableView),
      m_frame(new CodeView(tr("The chosen frame"))),
      m_none(makeLabel({}, TextStyle::Body, Token::Text2))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_none->setWordWrap(true);
    m_none->setContentsMargins(16, 16, 16, 16);
    m_none->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_none, 1);
    m_table->setModel(m_model);
    setUpTable(m_table, true);
    m_table->setAccessibleName(tr("Events of the stream"));
    m_table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    const int widths[] = {44, 72, 68, 120};
    for (int at = 0; at < 4; ++at)
        m_table->setColumnWidth(at, widths[at]);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_frame->setFrameShape(QFrame::NoFrame);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_frame);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setHandleWidth(1);
    column->addWidget(m_splitter, 1);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex &at) {
        m_frame->setText(at.isValid() ? prettyJson(m_model->row(at.row()).data.toStdString()) : QString(), true);
    });
}

void EventsView::setRows(std::vector<EventRow> rows, const QString &whyNone)
{
    const bool none = rows.empty();
    m_model->setRows(std::move(rows));
    m_frame->setText({}, false);
    m_none->setText(whyNone);
    m_none->setVisible(none);
    m_splitter->setVisible(!none);
    if (!none)
        m_table->selectRow(0);
}

QString EventsView::shownFrame() const
{
    return m_frame->toPlainText();
}

} // namespace signalbox
