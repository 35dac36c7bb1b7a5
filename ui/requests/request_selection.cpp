// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/request_selection.h"

#include "ui/requests/request_table_model.h"

#include <QtCore/QScopedValueRollback>
#include <QtCore/QSet>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QTableView>

#include <algorithm>

namespace signalbox {

namespace {

// Few ranges for many rows: a model with a range for each would be slow to ask.
QItemSelection rangesOf(const RequestTableModel &model, std::vector<int> rows)
{
    std::sort(rows.begin(), rows.end());
    QItemSelection ranges;
    for (size_t i = 0; i < rows.size();) {
        size_t end = i + 1;
        while (end < rows.size() && rows[end] == rows[end - 1] + 1)
            ++end;
        ranges.append(
            QItemSelectionRange(model.index(rows[i], 0), model.index(rows[end - 1], RequestTableModel::columns - 1)));
        i = end;
    }
    return ranges;
}

} // namespace

RequestSelection::RequestSelection(QTableView *table, RequestTableModel *model)
    : QObject(table), m_table(table), m_model(model)
{
    const QItemSelectionModel *chosen = table->selectionModel();
    connect(chosen, &QItemSelectionModel::currentRowChanged, this, &RequestSelection::noteCurrent);
    connect(chosen, &QItemSelectionModel::selectionChanged, this, &RequestSelection::noteChosen);
    connect(model, &RequestTableModel::rowsMoved, this, &RequestSelection::restore);
    connect(model, &RequestTableModel::rowsLoaded, this, &RequestSelection::chooseAgain);
}

void RequestSelection::setCurrentId(const QString &id)
{
    m_current = id;
    m_ids = QStringList{id};
    restore();
}

int RequestSelection::rows() const
{
    int rows = 0;
    for (const QItemSelectionRange &range : m_table->selectionModel()->selection())
        rows += range.height();
    return qMax(rows, int(m_ids.size()));
}

void RequestSelection::chooseLoaded()
{
    std::vector<int> rows;
    m_model->forEachLoaded([&rows](int row, const std::string &) { rows.push_back(row); });
    m_table->selectionModel()->select(rangesOf(*m_model, std::move(rows)), QItemSelectionModel::ClearAndSelect);
}

void RequestSelection::noteCurrent()
{
    if (m_restoring || m_model->isChanging())
        return;
    m_current = m_model->idAt(m_table->currentIndex().row());
    Q_EMIT currentChanged();
}

void RequestSelection::noteChosen()
{
    if (m_restoring || m_model->isChanging())
        return;
    QItemSelection ranges = m_table->selectionModel()->selection();
    std::sort(ranges.begin(), ranges.end(), [](const auto &a, const auto &b) { return a.top() < b.top(); });
    QStringList ids;
    for (const QItemSelectionRange &range : std::as_const(ranges)) {
        for (int row = range.top(); row <= range.bottom() && row - range.top() < most && ids.size() < most; ++row) {
            if (const QString id = m_model->loadedId(row); !id.isEmpty())
                ids += id;
        }
    }
    // Ctrl adds to what is chosen, and some of that may not be in memory now.
    if (QGuiApplication::keyboardModifiers().testFlag(Qt::ControlModifier) && m_ids.size() > 1) {
        QSet<QString> loaded;
        m_model->forEachLoaded([&loaded](int, const std::string &id) { loaded.insert(QString::fromStdString(id)); });
        for (const QString &id : std::as_const(m_ids)) {
            if (!loaded.contains(id) && ids.size() < most)
                ids += id;
        }
    }
    m_ids = ids;
    Q_EMIT changed(m_ids);
}

void RequestSelection::restore()
{
    if (m_ids.isEmpty() && m_current.isEmpty())
        return;
    const QSet<QString> wanted(m_ids.begin(), m_ids.end());
    std::vector<int> rows;
    int current = -1;
    m_model->forEachLoaded([&](int row, const std::string &text) {
        const QString id = QString::fromStdString(text);
        if (wanted.contains(id))
            rows.push_back(row);
        if (id == m_current)
            current = row;
    });
    const QScopedValueRollback restoring(m_restoring, true);
    const int scrolled = m_table->verticalScrollBar()->value();
    QItemSelectionModel *chosen = m_table->selectionModel();
    if (current < 0 && m_ids.size() < 2)
        chosen->clear(); // it is elsewhere, or gone
    else if (current >= 0 && current != m_table->currentIndex().row())
        chosen->setCurrentIndex(m_model->index(current, 0), QItemSelectionModel::NoUpdate);
    chosen->select(rangesOf(*m_model, std::move(rows)), QItemSelectionModel::ClearAndSelect);
    m_table->verticalScrollBar()->setValue(scrolled);
}

// Rows that were moved while they were not in memory.
void RequestSelection::chooseAgain()
{
    if (m_ids.size() < 2)
        return;
    const QSet<QString> wanted(m_ids.begin(), m_ids.end());
    std::vector<int> rows;
    m_model->forEachLoaded([&](int row, const std::string &id) {
        if (wanted.contains(QString::fromStdString(id)))
            rows.push_back(row);
    });
    const QScopedValueRollback restoring(m_restoring, true);
    m_table->selectionModel()->select(rangesOf(*m_model, std::move(rows)), QItemSelectionModel::Select);
}

} // namespace signalbox
