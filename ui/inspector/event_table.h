// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/inspector/event_rows.h"

#include <QtCore/QAbstractTableModel>
#include <QtWidgets/QWidget>

class QLabel;
class QSplitter;
class QTableView;

namespace signalbox {

class CodeView;

// The frames of a stream as a table. GUI thread.
class EventTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventTableModel)

public:
    enum Column { Number, At, Gap, Type, Text, columns };

    explicit EventTableModel(QObject *parent = nullptr);
    void setRows(std::vector<EventRow> rows);
    const EventRow &row(int at) const { return m_rows[size_t(at)]; }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::optional<double> gap(int at) const;

    std::vector<EventRow> m_rows;
};

// The table, and below it the frame that is chosen.
class EventsView final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventsView)

public:
    explicit EventsView(QWidget *parent = nullptr);
    void setRows(std::vector<EventRow> rows, const QString &whyNone);
    EventTableModel *model() const { return m_model; }
    QTableView *table() const { return m_table; }
    QString shownFrame() const;

private:
    EventTableModel *m_model;
    QSplitter *m_splitter;
    QTableView *m_table;
    CodeView *m_frame;
    QLabel *m_none;
};

} // namespace signalbox
