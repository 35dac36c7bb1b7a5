// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/json_writer.h"
#include "core/ledger/budgets/budget_text.h"
#include "core/reconciliation/reconcile.h"

#include <QtCore/QDate>

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::string_view moneyName = "cost_nanousd";

std::string shown(const ReconciledFigure &figure, int64_t value)
{
    if (figure.name != moneyName)
        return std::to_string(value);
    return value < 0 ? "-$" + usdText(-value) : "$" + usdText(value);
}

std::string padded(std::string text, size_t width)
{
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

void writeFigures(JsonWriter &out, const std::vector<ReconciledFigure> &figures)
{
    out.beginArray();
    for (const ReconciledFigure &figure : figures) {
        out.beginObject();
        out.member("name", figure.name);
        out.member("report", figure.report);
        out.member("ledger", figure.ledger);
        out.member("difference", figure.report - figure.ledger);
        out.member("agrees", figure.agrees);
        out.endObject();
    }
    out.endArray();
}

void addLines(std::string &table, const std::string &day, const std::string &model, const std::string &state,
              const std::vector<ReconciledFigure> &figures)
{
    table += padded(day, 12) + padded(model, 40) + ' ' + state + '\n';
    for (const ReconciledFigure &figure : figures) {
        table += "              " + padded(figure.name == moneyName ? "cost" : figure.name, 22) + "report " +
                 padded(shown(figure, figure.report), 18) + "ledger " + padded(shown(figure, figure.ledger), 18) +
                 (figure.agrees ? "" : "off by " + shown(figure, figure.report - figure.ledger)) + '\n';
    }
}

} // namespace

std::string dayText(int64_t day)
{
    return QDate(1970, 1, 1).addDays(day).toString(Qt::ISODate).toStdString();
}

std::string reconciliationTable(const Reconciliation &result)
{
    std::string table = result.format + " against provider `" + result.provider + "`, days of UTC\n\n";
    for (const ReconciledDay &day : result.days)
        addLines(table, dayText(day.day), day.model, reconciledStateName(day.state),
                 day.state == ReconciledDay::State::Agrees ? std::vector<ReconciledFigure>() : day.figures);
    table += '\n';
    addLines(table, "all days", "all models", "", result.totals);
    table += '\n' + std::to_string(result.differing) + " of " + std::to_string(result.days.size()) +
             " days and models differ.\n";
    for (const std::string &note : result.notes)
        table += note + '\n';
    return table;
}

std::string reconciliationJson(const Reconciliation &result)
{
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    out.member("vendor", result.vendor);
    out.member("format", result.format);
    out.member("provider", result.provider);
    out.member("zone", "UTC");
    out.member("compared", result.days.size());
    out.member("differing", result.differing);
    out.key("totals");
    writeFigures(out, result.totals);
    out.key("days");
    out.beginArray();
    for (const ReconciledDay &day : result.days) {
        out.beginObject();
        out.member("day", dayText(day.day));
        out.member("model", day.model);
        out.member("state", reconciledStateName(day.state));
        out.key("figures");
        writeFigures(out, day.figures);
        out.endObject();
    }
    out.endArray();
    out.key("notes");
    out.beginArray();
    for (const std::string &note : result.notes)
        out.text(note);
    out.endArray();
    out.endObject();
    return body;
}

} // namespace signalbox
