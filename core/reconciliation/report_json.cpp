// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reconciliation/report_json.h"

#include "core/config/json_cursor.h"
#include "core/config/json_text.h"
#include "core/reconciliation/report_builder.h"

#include <cmath>

namespace signalbox {

namespace {

namespace json = boost::json;

constexpr int64_t daySeconds = 86'400;
constexpr int64_t centNano = 10'000'000;

enum class Kind { Unknown, OpenAiUsage, OpenAiCosts, AnthropicUsage, AnthropicCost, OpenRouterActivity };

struct KindName {
    const char *vendor;
    const char *format;
};
constexpr KindName kindNames[] = {{"", ""},
                                  {"openai", "OpenAI usage (JSON)"},
                                  {"openai", "OpenAI costs (JSON)"},
                                  {"anthropic", "Anthropic usage report (JSON)"},
                                  {"anthropic", "Anthropic cost report (JSON)"},
                                  {"openrouter", "OpenRouter activity (JSON)"}};

// Reads pages into a builder; the first problem stops it.
class Pages
{
public:
    void page(JsonCursor node)
    {
        node.require("data");
        bool more = false;
        node.flag("has_more", more);
        if (more)
            m_builder.note("The report says that it has further pages: differences may come from those.");
        node.each("data", [this](JsonCursor entry) { bucket(std::move(entry)); });
    }

    Result<VendorReport> finish(const ProblemLog &log)
    {
        if (log.failed())
            return Error{"report_invalid", log.message(), 400};
        if (m_builder.empty())
            return Error{"report_invalid", "/data: holds no usage", 400};
        const KindName &name = kindNames[static_cast<size_t>(m_kind)];
        return m_builder.finish(name.vendor, name.format);
    }

private:
    void bucket(JsonCursor node)
    {
        if (node.log().failed())
            return;
        if (node.has("date"))
            return activity(node);
        if (!node.has("results"))
            return node.problem("results", "is required (a usage or cost report of OpenAI or Anthropic), or `date` "
                                           "(OpenRouter's activity)");
        const bool openAi = node.has("start_time");
        const auto day = openAi ? dayOfSeconds(node) : dayOfText(node, "starting_at");
        if (!day)
            return;
        node.each("results", [this, openAi, day](JsonCursor result) {
            if (result.log().failed())
                return;
            if (openAi)
                result.has("amount") ? openAiCost(result, *day) : openAiUsage(result, *day);
            else
                result.has("amount") ? anthropicCost(result, *day) : anthropicUsage(result, *day);
        });
    }

    bool is(JsonCursor &node, Kind kind)
    {
        if (m_kind == Kind::Unknown)
            m_kind = kind;
        if (m_kind != kind)
            node.log().report(node.pointer(), std::string("belongs to another report than what comes before: ") +
                                                  kindNames[static_cast<size_t>(kind)].format);
        return m_kind == kind;
    }

    static std::optional<int64_t> dayOfSeconds(JsonCursor &node)
    {
        const auto start = wholeAt(node, "start_time");
        const auto end = node.has("end_time") ? wholeAt(node, "end_time") : start;
        if (!start || !end)
            return std::nullopt;
        if (*end - *start > daySeconds) {
            node.problem("end_time", "is more than a day after start_time: ask for bucket_width=1d");
            return std::nullopt;
        }
        return *start / daySeconds;
    }

    static std::optional<int64_t> dayOfText(JsonCursor &node, std::string_view key)
    {
        std::string text;
        node.require(key);
        node.text(key, text, 64);
        if (node.log().failed())
            return std::nullopt;
        const auto day = dayOf(text);
        if (!day)
            node.problem(key, "must be a date such as 2026-11-22 or 2026-11-22T00:00:00Z");
        return day;
    }

    // Absent, with a problem told where it is something else than a whole number from 0.
    static std::optional<int64_t> wholeAt(JsonCursor &node, std::string_view key)
    {
        const json::value *value = node.find(key);
        if (!value || value->is_null())
            return std::nullopt;
        if (value->is_int64() && value->get_int64() >= 0)
            return value->get_int64();
        if (value->is_double() && value->get_double() >= 0 && value->get_double() < 9e15 &&
            std::floor(value->get_double()) == value->get_double())
            return static_cast<int64_t>(value->get_double());
        node.problem(key, "must be a whole number from 0, found " + describeJson(*value));
        return std::nullopt;
    }

    static void addWhole(JsonCursor &node, std::string_view key, std::optional<int64_t> &sum)
    {
        const auto value = wholeAt(node, key);
        if (value && !ReportBuilder::add(sum, *value))
            node.problem(key, "makes the sum too large");
    }

    static std::string modelAt(JsonCursor &node, std::string_view key)
    {
        std::string model;
        const json::value *value = node.find(key);
        if (!value || value->is_null())
            node.problem(key, std::string("is missing: ask for the report by model (group_by[]=") +
                                  (key == "description" ? "description" : std::string(key)) + ")");
        else
            node.text(key, model, 300);
        return model;
    }

    // A number, or a decimal in a text.
    static void addMoney(JsonCursor &node, std::string_view key, int64_t scale, std::optional<int64_t> &sum)
    {
        const json::value *value = node.find(key);
        std::optional<int64_t> nano;
        if (value && value->is_string())
            nano = decimalNano(std::string_view(value->get_string()), scale);
        else if (value && value->is_number())
            nano = decimalNano(json::serialize(*value), scale);
        if (!nano || !ReportBuilder::add(sum, *nano))
            node.problem(key, "must be an amount of money" + (value ? ", found " + describeJson(*value) : ""));
    }

    void openAiUsage(JsonCursor &node, int64_t day)
    {
        if (!is(node, Kind::OpenAiUsage))
            return;
        if (!node.has("input_tokens") && !node.has("num_model_requests"))
            return node.problem("input_tokens", "is required");
        const std::string model = modelAt(node, "model");
        const auto input = wholeAt(node, "input_tokens");
        const auto cached = wholeAt(node, "input_cached_tokens");
        if (node.log().failed())
            return;
        if (cached.value_or(0) > input.value_or(0))
            return node.problem("input_cached_tokens", "must be at most input_tokens");
        VendorLine &line = m_builder.line(day, model);
        addWhole(node, "num_model_requests", line.requests);
        addWhole(node, "output_tokens", line.output);
        if (!ReportBuilder::add(line.input, input.value_or(0) - cached.value_or(0)) ||
            !ReportBuilder::add(line.cachedInput, cached.value_or(0)))
            node.problem("input_tokens", "makes the sum too large");
    }

    void openAiCost(JsonCursor &node, int64_t day)
    {
        if (!is(node, Kind::OpenAiCosts))
            return;
        const std::string item = modelAt(node, "line_item"); // "gpt-4o-2024-08-06, input"
        if (node.log().failed())
            return;
        VendorLine &line = m_builder.line(day, item.substr(0, item.find(", ")));
        node.object("amount", [&](JsonCursor amount) {
            std::string currency = "usd";
            amount.text("currency", currency, 8);
            if (currency != "usd" && currency != "USD")
                amount.problem("currency", "must be usd");
            addMoney(amount, "value", 1'000'000'000, line.nanoUsd);
        });
    }

    void anthropicUsage(JsonCursor &node, int64_t day)
    {
        if (!is(node, Kind::AnthropicUsage))
            return;
        node.require("uncached_input_tokens");
        const std::string model = modelAt(node, "model");
        if (node.log().failed())
            return;
        VendorLine &line = m_builder.line(day, model);
        addWhole(node, "uncached_input_tokens", line.input);
        addWhole(node, "cache_read_input_tokens", line.cachedInput);
        addWhole(node, "output_tokens", line.output);
        ReportBuilder::add(line.cacheWrite, 0);
        ReportBuilder::add(line.cachedInput, 0);
        node.object("cache_creation", [&](JsonCursor written) {
            addWhole(written, "ephemeral_5m_input_tokens", line.cacheWrite);
            addWhole(written, "ephemeral_1h_input_tokens", line.cacheWrite);
        });
    }

    // Amounts are in cents.
    void anthropicCost(JsonCursor &node, int64_t day)
    {
        if (!is(node, Kind::AnthropicCost))
            return;
        std::string currency = "USD";
        node.text("currency", currency, 8);
        if (currency != "USD")
            node.problem("currency", "must be USD");
        const json::value *given = node.find("model");
        if (given && given->is_null() && node.has("cost_type")) {
            m_builder.note("Costs that belong to no model (web search, code execution) are left out.");
            return;
        }
        const std::string model = given ? modelAt(node, "model") : modelAt(node, "description");
        if (!node.log().failed())
            addMoney(node, "amount", centNano, m_builder.line(day, model).nanoUsd);
    }

    void activity(JsonCursor &node)
    {
        if (!is(node, Kind::OpenRouterActivity))
            return;
        const auto day = dayOfText(node, "date");
        const std::string model = modelAt(node, "model");
        if (!day || node.log().failed())
            return;
        VendorLine &line = m_builder.line(*day, model);
        addWhole(node, "requests", line.requests);
        addWhole(node, "prompt_tokens", line.input);
        addWhole(node, "completion_tokens", line.output);
        addMoney(node, "usage", 1'000'000'000, line.nanoUsd);
    }

    ReportBuilder m_builder;
    Kind m_kind = Kind::Unknown;
};

} // namespace

Result<VendorReport> readReportJson(std::string_view text)
{
    const auto parsed = parseStrictJson(text);
    if (!parsed)
        return Error{"report_invalid", parsed.error().message, 400};
    ProblemLog log;
    Pages pages;
    if (const json::array *list = parsed->if_array()) {
        for (size_t i = 0; i < list->size() && !log.failed(); ++i)
            pages.page(JsonCursor((*list)[i], '/' + std::to_string(i), log));
    } else {
        pages.page(JsonCursor(*parsed, {}, log));
    }
    return pages.finish(log);
}

} // namespace signalbox
