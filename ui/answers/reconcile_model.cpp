// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answers/reconcile_model.h"

#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"

#include <QtCore/QDate>

#include <array>

namespace signalbox {

void ReconcileModel::setResult(Reconciliation result)
{
    beginResetModel();
    m_result = std::move(result);
    fill();
    endResetModel();
}

void ReconcileModel::setOnlyDifferences(bool only)
{
    if (m_onlyDifferences == only)
        return;
    beginResetModel();
    m_onlyDifferences = only;
    fill();
    endResetModel();
}

void ReconcileModel::fill()
{
    m_rows.clear();
    for (size_t day = 0; day < m_result.days.size(); ++day) {
        for (size_t figure = 0; figure < m_result.days[day].figures.size(); ++figure) {
            if (!m_onlyDifferences || !m_result.days[day].figures[figure].agrees)
                m_rows.push_back({day, figure});
        }
    }
}

int ReconcileModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int ReconcileModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString ReconcileModel::figureName(const std::string &name)
{
    const std::array<std::pair<const char *, QString>, 6> names{{{"requests", tr("Requests")},
                                                                 {"input_tokens", tr("Input tokens")},
                                                                 {"cached_input_tokens", tr("Cached tokens")},
                                                                 {"cache_write_tokens", tr("Cache written")},
                                                                 {"output_tokens", tr("Output tokens")},
                                                                 {"cost_nanousd", tr("Cost")}}};
    for (const auto &[key, text] : names) {
        if (name == key)
            return text;
    }
    return QString::fromStdString(name);
}

QString ReconcileModel::figureText(const std::string &name, int64_t value)
{
    return name == "cost_nanousd" ? formatMoney(value, Places::Table) : formatCount(value);
}

QString ReconcileModel::stateText(ReconciledDay::State state)
{
    switch (state) {
    case ReconciledDay::State::Agrees:
        return tr("Agrees");
    case ReconciledDay::State::Differs:
        return tr("Differs");
    case ReconciledDay::State::OnlyInReport:
        return tr("Only in the report");
    case ReconciledDay::State::OnlyInLedger:
        return tr("Only in the ledger");
    }
    return {};
}

QString ReconcileModel::text(const Row &row, Column column) const
{
    const ReconciledDay &day = m_result.days[row.day];
    const ReconciledFigure &figure = day.figures[row.figure];
    switch (column) {
    case Day:
        return numberLocale().toString(QDate(1970, 1, 1).addDays(day.day), QStringLiteral("ddd d MMM yyyy"));
    case Model:
        return QString::fromStdString(day.model);
    case Figure:
        return figureName(figure.name);
    case Report:
        return figureText(figure.name, figure.report);
    case Ledger:
        return figureText(figure.name, figure.ledger);
    case Difference:
        return figure.agrees && figure.report == figure.ledger ? missingText()
                                                               : figureText(figure.name, figure.report - figure.ledger);
    case State:
        return figure.agrees                               ? stateText(ReconciledDay::State::Agrees)
               : day.state == ReconciledDay::State::Agrees ? stateText(ReconciledDay::State::Differs)
                                                           : stateText(day.state);
    case ColumnCount:
        break;
    }
    return {};
}

QVariant ReconcileModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const ReconciledFigure &figure = m_result.days[row.day].figures[row.figure];
    const auto column = Column(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::TextAlignmentRole:
        return headerData(index.column(), Qt::Horizontal, role);
    case SignalRole:
        return column == State ? QVariant(int(figure.agrees ? Signal::Clear : Signal::Caution)) : QVariant();
    case sortRole:
        switch (column) {
        case Day:
            return qlonglong(m_result.days[row.day].day);
        case Report:
            return qlonglong(figure.report);
        case Ledger:
            return qlonglong(figure.ledger);
        case Difference:
            return qlonglong(std::abs(figure.report - figure.ledger));
        default:
            return text(row, column);
        }
    default:
        return {};
    }
}

QVariant ReconcileModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole) {
        const bool number = section >= Report && section <= Difference;
        return QVariant::fromValue(int((number ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter));
    }
    if (role != Qt::DisplayRole)
        return {};
    const std::array<QString, ColumnCount> titles{tr("Day (UTC)"), tr("Model"),      tr("Figure"), tr("Report"),
                                                  tr("Ledger"),    tr("Difference"), tr("State")};
    return titles[size_t(section)];
}

} // namespace signalbox
