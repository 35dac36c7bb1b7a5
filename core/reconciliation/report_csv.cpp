// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/report_csv.h"

#include "core/base/csv_reader.h"
#include "core/reconciliation/report_builder.h"

#include <charconv>
#include <initializer_list>
#include <map>

namespace signalbox {

namespace {

constexpr int64_t daySeconds = 86'400;
constexpr int64_t dollarNano = 1'000'000'000;

// One line under its head, read by the names of the columns. Keeps the first problem.
class Row
{
public:
    Row(const std::map<std::string, size_t> &columns, const std::vector<std::string> &fields)
        : m_columns(columns), m_fields(fields)
    {
    }

    bool has(const std::string &column) const { return m_columns.contains(column); }
    std::string text(const std::string &column) const
    {
        const auto at = m_columns.find(column);
        return at == m_columns.end() ? std::string() : m_fields[at->second];
    }
    std::string model(const std::string &column)
    {
        std::string name = text(column);
        if (name.empty())
            problem(column + " must not be empty: export the report by model");
        return name;
    }
    int64_t whole(const std::string &column)
    {
        const std::string field = text(column);
        int64_t value = 0;
        const auto [end, status] = std::from_chars(field.data(), field.data() + field.size(), value);
        // Some exports write whole numbers with a decimal point.
        const std::string_view rest(end, static_cast<size_t>(field.data() + field.size() - end));
        if (field.empty())
            return 0;
        if (status != std::errc() || value < 0 || (!rest.empty() && rest != ".0"))
            problem(column + " must be a whole number from 0, found \"" + field + '"');
        return value;
    }
    int64_t money(const std::string &column)
    {
        const std::string field = text(column);
        const auto nano = field.empty() ? std::optional<int64_t>(0) : decimalNano(field, dollarNano);
        if (!nano)
            problem(column + " must be an amount of money, found \"" + field + '"');
        return nano.value_or(0);
    }
    int64_t day(const std::string &column)
    {
        const auto day = dayOf(text(column));
        if (!day)
            problem(column + " must be a date such as 2026-11-22, found \"" + text(column) + '"');
        return day.value_or(0);
    }
    void add(std::optional<int64_t> &sum, int64_t value)
    {
        if (m_problem.empty() && !ReportBuilder::add(sum, value))
            problem("makes a sum too large");
    }
    void problem(const std::string &what)
    {
        if (m_problem.empty())
            m_problem = what;
    }
    const std::string &problem() const { return m_problem; }

private:
    const std::map<std::string, size_t> &m_columns;
    const std::vector<std::string> &m_fields;
    std::string m_problem;
};

int64_t openAiDay(Row &row)
{
    if (row.has("start_time_iso"))
        return row.day("start_time_iso");
    return row.whole("start_time") / daySeconds;
}

void openAiUsage(Row &row, ReportBuilder &builder)
{
    const std::string model = row.model("model");
    const int64_t day = openAiDay(row);
    const int64_t input = row.whole("input_tokens");
    const int64_t cached = row.whole("input_cached_tokens");
    if (cached > input)
        row.problem("input_cached_tokens must be at most input_tokens");
    const int64_t requests = row.whole("num_model_requests");
    const int64_t output = row.whole("output_tokens");
    if (!row.problem().empty())
        return;
    VendorLine &line = builder.line(day, model);
    row.add(line.requests, requests);
    row.add(line.input, input - cached);
    row.add(line.cachedInput, cached);
    row.add(line.output, output);
}

void openAiCosts(Row &row, ReportBuilder &builder)
{
    const std::string item = row.model("line_item");
    const int64_t day = openAiDay(row);
    if (const std::string currency = row.text("amount_currency"); !currency.empty() && currency != "usd")
        row.problem("amount_currency must be usd, found \"" + currency + '"');
    const int64_t nano = row.money("amount_value");
    if (row.problem().empty())
        row.add(builder.line(day, item.substr(0, item.find(", "))).nanoUsd, nano);
}

void anthropicUsage(Row &row, ReportBuilder &builder)
{
    const std::string model = row.model("model_version");
    const int64_t day = row.day("usage_date_utc");
    const int64_t input = row.whole("usage_input_tokens_no_cache");
    const int64_t fiveMinutes = row.whole("usage_input_tokens_cache_write_5m");
    const int64_t hour = row.whole("usage_input_tokens_cache_write_1h");
    const int64_t cached = row.whole("usage_input_tokens_cache_read");
    const int64_t output = row.whole("usage_output_tokens");
    if (!row.problem().empty())
        return;
    VendorLine &line = builder.line(day, model);
    row.add(line.input, input);
    row.add(line.cacheWrite, fiveMinutes);
    row.add(line.cacheWrite, hour);
    row.add(line.cachedInput, cached);
    row.add(line.output, output);
}

// The console's cost export calls models as people do: "Claude Haiku 4.5".
std::string apiName(std::string name)
{
    for (char &c : name)
        c = c == ' ' || c == '.' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    return name;
}

void anthropicCost(Row &row, ReportBuilder &builder)
{
    const int64_t day = row.day("usage_date_utc");
    const int64_t nano = row.money("cost_usd");
    if (row.text("model").empty())
        return builder.note("Costs that belong to no model (web search, code execution) are left out.");
    if (row.problem().empty())
        row.add(builder.line(day, apiName(row.text("model"))).nanoUsd, nano);
}

void openRouter(Row &row, ReportBuilder &builder)
{
    const std::string model = row.model("model_permaslug");
    const int64_t day = row.day("created_at");
    const int64_t prompt = row.whole("tokens_prompt");
    const int64_t cached = row.whole("tokens_cached");
    const int64_t output = row.whole("tokens_completion");
    const int64_t nano = row.money("cost_total");
    if (cached > prompt)
        row.problem("tokens_cached must be at most tokens_prompt");
    if (!row.problem().empty())
        return;
    VendorLine &line = builder.line(day, model);
    row.add(line.requests, 1);
    if (row.has("tokens_cached")) {
        row.add(line.input, prompt - cached);
        row.add(line.cachedInput, cached);
    } else {
        row.add(line.input, prompt);
    }
    row.add(line.output, output);
    row.add(line.nanoUsd, nano);
}

struct Format {
    const char *vendor;
    const char *name;
    std::initializer_list<const char *> needs; // columns that tell it from the others
    void (*read)(Row &, ReportBuilder &);
};

const Format formats[] = {
    {"openai", "OpenAI usage (CSV)", {"start_time", "model", "input_tokens", "num_model_requests"}, openAiUsage},
    {"openai", "OpenAI costs (CSV)", {"start_time", "amount_value", "line_item"}, openAiCosts},
    {"anthropic",
     "Anthropic usage (CSV)",
     {"usage_date_utc", "model_version", "usage_input_tokens_no_cache", "usage_output_tokens"},
     anthropicUsage},
    {"anthropic", "Anthropic costs (CSV)", {"usage_date_utc", "model", "cost_usd"}, anthropicCost},
    {"openrouter",
     "OpenRouter activity (CSV)",
     {"created_at", "model_permaslug", "tokens_prompt", "tokens_completion", "cost_total"},
     openRouter},
};

Error wrong(size_t line, const std::string &what)
{
    return {"report_invalid", "line " + std::to_string(line) + ": " + what, 400};
}

const Format *formatOf(const std::map<std::string, size_t> &columns)
{
    for (const Format &format : formats) {
        bool all = true;
        for (const char *needed : format.needs)
            all = all && columns.contains(needed);
        if (all)
            return &format;
    }
    return nullptr;
}

Error unknownHead(size_t line)
{
    std::string known;
    for (const Format &format : formats) {
        known += (known.empty() ? "" : "; ") + std::string(format.name) + ": ";
        bool first = true;
        for (const char *column : format.needs) {
            known += (first ? "" : ", ") + std::string(column);
            first = false;
        }
    }
    return wrong(line, "is not the head of a report that is known. Needed columns: " + known);
}

} // namespace

Result<VendorReport> readReportCsv(std::string_view text)
{
    CsvReader records(text);
    ReportBuilder builder;
    const Format *format = nullptr;
    std::map<std::string, size_t> columns;
    while (!records.atEnd()) {
        const auto fields = records.next();
        if (!fields)
            return Error{"report_invalid", fields.error().message, 400};
        if (fields->size() == 1 && fields->front().empty())
            continue;
        if (!format) {
            for (size_t i = 0; i < fields->size(); ++i) {
                if (!columns.emplace((*fields)[i], i).second)
                    return wrong(records.line(), "the column \"" + (*fields)[i] + "\" is named twice");
            }
            format = formatOf(columns);
            if (!format)
                return unknownHead(records.line());
            continue;
        }
        if (fields->size() != columns.size())
            return wrong(records.line(), "must have " + std::to_string(columns.size()) + " fields, found " +
                                             std::to_string(fields->size()));
        Row row(columns, *fields);
        format->read(row, builder);
        if (!row.problem().empty())
            return wrong(records.line(), row.problem());
    }
    if (!format || builder.empty())
        return wrong(records.line(), "the report holds no usage");
    return builder.finish(format->vendor, format->name);
}

} // namespace signalbox
