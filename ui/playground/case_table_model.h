// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/playground/test_case_files.h"
#include "ui/playground/case_runner.h"

#include <QtCore/QAbstractTableModel>

#include <vector>

namespace signalbox {

// Saved cases, one row for each case and target, with what the last run of it gave. GUI thread.
class CaseTableModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CaseTableModel)

public:
    enum Column { Name, Target, Outcome, Cost, Time, ColumnCount };

    explicit CaseTableModel(QObject *parent = nullptr);

    void setCases(std::vector<StoredCase> cases); // runs of cases that are still there stay
    const std::vector<StoredCase> &cases() const { return m_cases; }
    // The rows of a case become these targets, waiting; → the ticket of the first, the others follow it.
    int beginRun(size_t stored, const std::vector<ChatTarget> &targets);
    void setRun(int ticket, const CaseRun &run); // of a row that is gone: nothing

    const StoredCase *caseAt(int row) const; // nullptr: none
    size_t caseIndex(int row) const { return m_rows[size_t(row)].stored; }
    const CaseRun *runAt(int row) const; // nullptr: not run
    QStringList details(int row) const;  // what was checked, what went wrong, in sentences
    QString summary() const;             // "3 of 4 passed", empty before a run

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        size_t stored = 0;
        ChatTarget target{}; // no name: the case names none
        int ticket = 0;      // 0: not run
        CaseRun run{};
    };
    std::vector<Row> rowsOf(size_t stored) const;
    QString outcomeText(const Row &row) const;

    std::vector<StoredCase> m_cases;
    std::vector<Row> m_rows;
    int m_lastTicket = 0;
};

} // namespace signalbox
