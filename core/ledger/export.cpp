// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/ledger/export.h"

#include "core/ledger/body_search.h"
#include "core/ledger/position_index.h"
#include "core/ledger/row_sql.h"
#include "core/ledger/sqlite.h"

#include <boost/json/serialize.hpp>
#include <sqlite3.h>

#include <charconv>

namespace signalbox {

namespace {

constexpr size_t pieceBytes = 64U * 1024;

std::string csvField(std::string_view text)
{
    if (text.find_first_of(",\"\r\n") == std::string_view::npos)
        return std::string(text);
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string jsonText(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

std::string numberText(double value)
{
    char buffer[32];
    const auto [end, status] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return {buffer, end};
}

class Lines
{
public:
    explicit Lines(ExportFormat format) : m_csv(format == ExportFormat::Csv) {}

    void head(const std::vector<std::string> &names)
    {
        m_names = names;
        for (size_t i = 0; m_csv && i < names.size(); ++i)
            m_out += (i == 0 ? "" : ",") + names[i];
        if (m_csv)
            m_out += "\r\n";
    }
    void text(std::string_view value) { field(m_csv ? csvField(value) : jsonText(value)); }
    void number(int64_t value) { field(std::to_string(value)); }
    void number(double value) { field(numberText(value)); }
    void unknown() { field(m_csv ? "" : "null"); }
    void end()
    {
        m_out += m_csv ? "\r\n" : "}\n";
        m_at = 0;
    }
    std::string &out() { return m_out; }

private:
    void field(const std::string &value)
    {
        if (m_csv)
            m_out += (m_at == 0 ? "" : ",") + value;
        else
            m_out += (m_at == 0 ? "{\"" : ",\"") + m_names[m_at] + "\":" + value;
        ++m_at;
    }

    bool m_csv;
    size_t m_at = 0;
    std::vector<std::string> m_names;
    std::string m_out;
};

void addColumn(Lines &lines, const Statement &row, int column)
{
    switch (sqlite3_column_type(row.handle(), column)) {
    case SQLITE_INTEGER:
        return lines.number(row.integer(column));
    case SQLITE_FLOAT:
        return lines.number(row.real(column));
    case SQLITE_NULL:
        return lines.unknown();
    default:
        return lines.text(row.text(column));
    }
}

} // namespace

Result<int64_t> exportRequests(Database &database, const RequestFilter &filter, ExportFormat format,
                               const ExportSink &sink)
{
    if (const auto added = addBodySearch(database); !added)
        return added.error();
    const FilterSql conditions(filter);
    auto statement = database.prepare(requestSql() + " WHERE " + conditions.where + " ORDER BY x.started_at, x.row");
    if (!statement)
        return statement.error();
    conditions.bind(*statement);
    std::vector<std::string> names;
    for (int i = 0; i < statement->columnCount(); ++i)
        names.emplace_back(sqlite3_column_name(statement->handle(), i));
    Lines lines(format);
    lines.head(names);
    const Error stopped{"export_stopped", "The export was ended before it was complete."};
    int64_t count = 0;
    for (;;) {
        const auto row = statement->step();
        if (!row)
            return row.error();
        if (!*row)
            break;
        for (int i = 0; i < statement->columnCount(); ++i)
            addColumn(lines, *statement, i);
        lines.end();
        ++count;
        if (lines.out().size() >= pieceBytes) {
            if (!sink(lines.out()))
                return stopped;
            lines.out().clear();
        }
    }
    if (!lines.out().empty() && !sink(lines.out()))
        return stopped;
    return count;
}

std::string exportSpend(const SpendReport &report, SpendDimension by, ExportFormat format)
{
    Lines lines(format);
    lines.head({"start_ms", spendByName(by), "requests", "errors", "unpriced", "cost_nanousd", "input_tokens",
                "cached_input_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens"});
    for (const SpendGroup &group : report.groups) {
        for (size_t i = 0; i < group.buckets.size(); ++i) {
            const SpendSums &sums = group.buckets[i];
            if (sums.requests == 0)
                continue;
            lines.number(report.bucketStarts[i]);
            lines.text(group.name);
            for (const int64_t value : {sums.requests, sums.errors, sums.unpriced, sums.nanoUsd, sums.input,
                                        sums.cachedInput, sums.cacheWrite, sums.output, sums.reasoning})
                lines.number(value);
            lines.end();
        }
    }
    return std::move(lines.out());
}

} // namespace signalbox
