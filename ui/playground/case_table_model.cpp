// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/case_table_model.h"

#include "ui/playground/chat_words.h"
#include "ui/playground/target_choices.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

Signal signalOf(CaseRun::State state)
{
    switch (state) {
    case CaseRun::State::Waiting:
    case CaseRun::State::Stopped:
        return Signal::Off;
    case CaseRun::State::Running:
        return Signal::Running;
    case CaseRun::State::Passed:
        return Signal::Clear;
    case CaseRun::State::Failed:
        break;
    }
    return Signal::Stop;
}

} // namespace

CaseTableModel::CaseTableModel(QObject *parent) : QAbstractTableModel(parent) {}

std::vector<CaseTableModel::Row> CaseTableModel::rowsOf(size_t stored) const
{
    std::vector<Row> rows;
    for (const ChatTarget &target : m_cases[stored].testCase.targets)
        rows.push_back({stored, target});
    if (rows.empty())
        rows.push_back({stored});
    return rows;
}

void CaseTableModel::setCases(std::vector<StoredCase> cases)
{
    beginResetModel();
    std::vector<Row> before = std::exchange(m_rows, {});
    const std::vector<StoredCase> old = std::exchange(m_cases, std::move(cases));
    for (size_t i = 0; i < m_cases.size(); ++i) {
        bool kept = false;
        for (Row &row : before) {
            if (row.ticket == 0 || old[row.stored].file != m_cases[i].file)
                continue;
            row.stored = i;
            m_rows.push_back(row);
            row.ticket = 0; // taken
            kept = true;
        }
        if (!kept) {
            const std::vector<Row> fresh = rowsOf(i);
            m_rows.insert(m_rows.end(), fresh.begin(), fresh.end());
        }
    }
    endResetModel();
}

int CaseTableModel::beginRun(size_t stored, const std::vector<ChatTarget> &targets)
{
    beginResetModel();
    const auto isOld = [stored](const Row &row) { return row.stored == stored; };
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), isOld) - m_rows.begin();
    m_rows.erase(std::remove_if(m_rows.begin(), m_rows.end(), isOld), m_rows.end());
    const int first = m_lastTicket + 1;
    std::vector<Row> fresh;
    for (const ChatTarget &target : targets)
        fresh.push_back({stored, target, ++m_lastTicket});
    m_rows.insert(m_rows.begin() + at, fresh.begin(), fresh.end());
    endResetModel();
    return first;
}

void CaseTableModel::setRun(int ticket, const CaseRun &run)
{
    for (size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].ticket != ticket)
            continue;
        m_rows[i].run = run;
        Q_EMIT dataChanged(index(int(i), 0), index(int(i), ColumnCount - 1));
        return;
    }
}

const StoredCase *CaseTableModel::caseAt(int row) const
{
    return row >= 0 && row < rowCount() ? &m_cases[m_rows[size_t(row)].stored] : nullptr;
}

const CaseRun *CaseTableModel::runAt(int row) const
{
    return row >= 0 && row < rowCount() && m_rows[size_t(row)].ticket != 0 ? &m_rows[size_t(row)].run : nullptr;
}

QStringList CaseTableModel::details(int row) const
{
    const StoredCase *stored = caseAt(row);
    if (!stored)
        return {};
    if (!stored->problem.isEmpty())
        return {tr("%1 cannot be read: %2", "file, reason").arg(stored->file, stored->problem)};
    const CaseRun *run = runAt(row);
    QStringList lines;
    if (!run) {
        lines += tr("%n checks, not run yet", nullptr, int(stored->testCase.checks.size()));
        return lines;
    }
    if (!run->error.code.empty())
        lines += errorText(run->error);
    for (const CheckOutcome &outcome : run->outcomes)
        lines += (outcome.passed ? tr("Passed: %1") : tr("Failed: %1")).arg(QString::fromStdString(outcome.text));
    if (run->durationMs >= 0)
        lines += tr("%1 in %2", "cost, duration")
                     .arg(formatMoney(run->cost.nanoUsd, Places::Table), formatTime(run->durationMs));
    if (!run->said.empty())
        lines += tr("The answer: %1").arg(QString::fromStdString(run->said).left(600));
    return lines;
}

QString CaseTableModel::summary() const
{
    int ended = 0;
    int passed = 0;
    for (const Row &row : m_rows) {
        const bool over =
            row.ticket != 0 && (row.run.state == CaseRun::State::Passed || row.run.state == CaseRun::State::Failed);
        ended += over;
        passed += over && row.run.state == CaseRun::State::Passed;
    }
    return ended == 0 ? QString() : tr("%1 of %2 passed").arg(passed).arg(ended);
}

int CaseTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int CaseTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString CaseTableModel::outcomeText(const Row &row) const
{
    if (!m_cases[row.stored].problem.isEmpty())
        return tr("Unreadable");
    if (row.ticket == 0)
        return tr("Not run");
    switch (row.run.state) {
    case CaseRun::State::Waiting:
        return tr("Waiting");
    case CaseRun::State::Running:
        return tr("Running");
    case CaseRun::State::Passed:
        return tr("Passed");
    case CaseRun::State::Stopped:
        return tr("Stopped");
    case CaseRun::State::Failed:
        break;
    }
    const auto failed = std::count_if(row.run.outcomes.begin(), row.run.outcomes.end(),
                                      [](const CheckOutcome &one) { return !one.passed; });
    return row.run.error.code.empty() ? tr("%n failed", nullptr, int(failed)) : tr("Error");
}

QVariant CaseTableModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const StoredCase &stored = m_cases[row.stored];
    if (role == Qt::TextAlignmentRole && index.column() >= Cost)
        return int(Qt::AlignTrailing | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole)
        return details(index.row()).join(u'\n');
    if (role == SignalRole && index.column() == Outcome)
        return int(!stored.problem.isEmpty() ? Signal::Stop : row.ticket == 0 ? Signal::Off : signalOf(row.run.state));
    if (role == InkRole && index.column() == Name)
        return int(Token::Text);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Name:
        return stored.problem.isEmpty() ? QString::fromStdString(stored.testCase.name) : stored.file;
    case Target:
        return row.target.name.empty() ? missingText() : targetLabel(row.target);
    case Outcome:
        return outcomeText(row);
    case Cost:
        return formatMoney(row.run.cost.nanoUsd, Places::Table);
    case Time:
        return row.run.durationMs < 0 ? missingText() : formatTime(row.run.durationMs);
    default:
        return {};
    }
}

QVariant CaseTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section >= Cost ? Qt::AlignTrailing : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Name:
        return tr("Case");
    case Target:
        return tr("Asked of");
    case Outcome:
        return tr("Result");
    case Cost:
        return tr("Cost");
    case Time:
        return tr("Time");
    default:
        return {};
    }
}

} // namespace signalbox
