// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/requests/cell_filter.h"

#include "core/ledger/filter/filter_edit.h"
#include "ui/requests/filter_words.h"
#include "ui/requests/request_cells.h"
#include "ui/requests/request_table_model.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <cmath>

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(CellFilter)
};

using Table = RequestTableModel;

CellFilter word(const char *field, const std::string &value)
{
    //: a field of a request and its value
    return {field, value, Words::tr("%1: %2").arg(filterFieldTitle(field), filterValueTitle(field, value)), false};
}

CellFilter figure(const char *field, int64_t value, FilterValueKind kind, const QString &shown)
{
    return {field, writeFilterRange({value, value}, kind), Words::tr("%1: %2").arg(filterFieldTitle(field), shown),
            true};
}

std::string errorClass(const std::string &error)
{
    return error.substr(0, error.find(':'));
}

// To the millisecond: nobody means a microsecond.
int64_t wholeMs(double ms)
{
    return int64_t(std::llround(ms)) * 1'000;
}

std::vector<CellFilter> words(const char *field, const std::string &value)
{
    return value.empty() ? std::vector<CellFilter>() : std::vector{word(field, value)};
}

std::vector<CellFilter> flag(bool is, const char *name)
{
    return is ? std::vector{word("is", name)} : std::vector<CellFilter>();
}

} // namespace

std::vector<CellFilter> cellFilters(const RequestRow &row, int column)
{
    switch (column) {
    case Table::Status: {
        std::vector<CellFilter> cells{word("status", std::to_string(row.status))};
        if (!row.error.empty())
            cells.push_back(word("error", errorClass(row.error)));
        return cells;
    }
    case Table::Client:
        return words("client", row.client);
    case Table::Model:
        return words("asked", row.requestedModel);
    case Table::Target:
        if (row.provider.empty())
            return {};
        return {word("model", row.model), word("provider", row.provider)};
    case Table::Try:
        return flag(row.attempts > 1, "fallback");
    case Table::FirstToken:
        if (!row.ttftMs)
            return {};
        return {figure("ttft", wholeMs(*row.ttftMs), FilterValueKind::Duration, formatTime(*row.ttftMs))};
    case Table::Duration:
        return {figure("duration", wholeMs(row.durationMs), FilterValueKind::Duration, formatTime(row.durationMs))};
    case Table::CostUsd:
        if (!row.cost.nanoUsd)
            return {word("is", "unpriced")};
        return {figure("cost", *row.cost.nanoUsd, FilterValueKind::Money, formatCost(row.cost))};
    case Table::Cached:
        return flag(row.usage.cachedInput.value_or(0) > 0, "cached");
    case Table::Project:
        return words("project", row.project);
    case Table::User:
        return words("user", row.user);
    case Table::Route:
        return words("route", row.route);
    case Table::Losses:
        return flag(row.lossCount > 0, "lossy");
    case Table::Session:
        return words("session", row.session);
    case Table::Dialect:
        return words("dialect", row.dialect);
    case Table::Credential:
        return words("credential", row.credential);
    default:
        return {};
    }
}

QString withCell(const QString &text, const CellFilter &cell, CellChoice choice)
{
    if (!cell.isFigure) {
        const auto chosen = choice == CellChoice::Without ? FilterChoice::LeftOut : FilterChoice::Chosen;
        return QString::fromStdString(withFilterChoice(text.toStdString(), cell.field, cell.value, chosen));
    }
    const bool least = choice == CellChoice::AtLeast;
    std::string changed = text.trimmed().toStdString();
    for (bool again = true; again;) {
        again = false;
        for (const FilterWord &one : readFilter(changed, {}).words) {
            const bool bounds = one.field == cell.field && !one.negated && one.values.size() == 1 &&
                                !one.values.front().text.empty() &&
                                one.values.front().text.front() == (least ? '>' : '<');
            if (!bounds)
                continue;
            changed = withoutFilterWord(changed, one);
            again = true;
            break;
        }
    }
    changed += (changed.empty() ? "" : " ") + cell.field + (least ? ":>=" : ":<=") + cell.value;
    return QString::fromStdString(changed);
}

} // namespace signalbox
