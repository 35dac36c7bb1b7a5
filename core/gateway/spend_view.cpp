// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/spend_view.h"

#include "core/dialect/json_writer.h"
#include "core/gateway/answer_query.h"
#include "core/gateway/log_sink.h"
#include "core/gateway/recorder.h"
#include "core/ledger/export.h"

namespace signalbox {

namespace {

// Money as decimal USD in a text: a number would lose digits in many a reader.
void money(JsonWriter &out, std::string_view name, int64_t nanoUsd)
{
    out.member(name, formatNanoUsd(nanoUsd));
}

void writeSums(JsonWriter &out, const SpendSums &sums)
{
    out.beginObject();
    out.member("requests", sums.requests);
    out.member("errors", sums.errors);
    out.member("unpriced", sums.unpriced);
    money(out, "cost_usd", sums.nanoUsd);
    out.member("input_tokens", sums.input);
    out.member("cached_input_tokens", sums.cachedInput);
    out.member("cache_write_tokens", sums.cacheWrite);
    out.member("output_tokens", sums.output);
    out.member("reasoning_tokens", sums.reasoning);
    out.endObject();
}

void writeRange(JsonWriter &out, const AnswerQuery::Range &range)
{
    out.member("from", isoTime(range.fromMs));
    out.member("to", isoTime(range.toMs));
}

std::string spendJson(const SpendReport &report, const SpendRequest &request, const QTimeZone &zone)
{
    std::string body;
    JsonWriter out(body);
    out.beginObject();
    writeRange(out, {request.fromMs, request.toMs});
    out.member("zone", zone.id().toStdString());
    out.member("by", spendByName(request.by));
    out.key("buckets");
    out.beginArray();
    for (const int64_t start : report.bucketStarts)
        out.text(isoTime(start));
    out.endArray();
    out.key("total");
    writeSums(out, report.total);
    out.key("groups");
    out.beginArray();
    for (const SpendGroup &group : report.groups) {
        out.beginObject();
        out.member("name", group.name);
        out.key("total");
        writeSums(out, group.total);
        if (group.buckets.size() > 1) {
            out.key("buckets");
            out.beginArray();
            for (const SpendSums &sums : group.buckets)
                writeSums(out, sums);
            out.endArray();
        }
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return body;
}

// One question's range; no zone matters but for its days.
struct Asked {
    AnswerQuery query;
    QTimeZone zone;
    AnswerQuery::Range range;
};

Result<Asked> ask(const std::string &text, std::initializer_list<std::string_view> allowed, int64_t nowMs,
                  std::string_view usualRange)
{
    auto query = AnswerQuery::read(text, allowed);
    if (!query)
        return query.error();
    const auto zone = query->zone();
    if (!zone)
        return zone.error();
    const auto range = query->range(nowMs, *zone, usualRange);
    if (!range)
        return range.error();
    return Asked{std::move(*query), *zone, *range};
}

} // namespace

Result<DeskAnswer> spendAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs)
{
    const auto asked = ask(query,
                           {"by", "range", "from", "to", "zone", "bucket", "top", "format", "project", "client", "user",
                            "provider", "model", "credential", "route", "tag"},
                           nowMs, "month");
    if (!asked)
        return asked.error();
    const auto by = asked->query.dimension(SpendDimension::Model);
    const auto bucket = asked->query.oneOf("bucket", {"none", "hour", "day", "week", "month"}, "none");
    const auto top = asked->query.whole("top", 1, 10'000, 50);
    const auto format = asked->query.oneOf("format", {"json", "jsonl", "csv"}, "json");
    if (!by || !bucket)
        return by ? bucket.error() : by.error();
    if (!top || !format)
        return top ? format.error() : top.error();
    SpendRequest request;
    request.fromMs = asked->range.fromMs;
    request.toMs = asked->range.toMs;
    request.by = *by;
    request.filter = asked->query.filter();
    request.top = *top;
    auto starts = bucketStarts(asked->range, *bucket, asked->zone);
    if (!starts)
        return starts.error();
    request.bucketStarts = std::move(*starts);
    const auto report = ledger.spend(request);
    if (!report)
        return report.error();
    if (*format == "csv")
        return DeskAnswer{"text/csv; charset=utf-8", exportSpend(*report, request.by, ExportFormat::Csv)};
    if (*format == "jsonl")
        return DeskAnswer{"application/x-ndjson", exportSpend(*report, request.by, ExportFormat::JsonLines)};
    return DeskAnswer{"application/json", spendJson(*report, request, asked->zone)};
}

Result<DeskAnswer> costDriversAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs)
{
    const auto asked = ask(query, {"by", "range", "from", "to", "zone", "top"}, nowMs, "7d");
    if (!asked)
        return asked.error();
    const auto by = asked->query.dimension(SpendDimension::Target);
    const auto top = asked->query.whole("top", 1, 1'000, 10);
    if (!by || !top)
        return by ? top.error() : by.error();
    const auto drivers = ledger.costDrivers(asked->range.fromMs, asked->range.toMs, *by, *top);
    if (!drivers)
        return drivers.error();
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    writeRange(out, asked->range);
    out.member("by", spendByName(*by));
    out.member("compared_with", "the time of the same length before");
    out.key("drivers");
    out.beginArray();
    for (const CostDriver &driver : *drivers) {
        out.beginObject();
        out.member("name", driver.name);
        out.key("now");
        writeSums(out, driver.now);
        out.key("before");
        writeSums(out, driver.before);
        money(out, "change_usd", driver.changeNanoUsd);
        if (driver.changeShare)
            out.member("change_share", *driver.changeShare);
        else
            out.memberNull("change_share");
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return answer;
}

Result<DeskAnswer> fastestAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs)
{
    const auto asked = ask(query, {"range", "from", "to", "zone", "route"}, nowMs, "1h");
    if (!asked)
        return asked.error();
    const auto rows = ledger.speed(asked->range.fromMs, asked->range.toMs);
    if (!rows)
        return rows.error();
    const auto route = asked->query.text("route");
    constexpr const char *sizes[] = {"under 1000", "under 10000", "under 100000", "100000 and more"};
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    writeRange(out, asked->range);
    out.member("method", "streams by their median time to the first token, others by their median duration; at least "
                         "5 good requests of the last 50000");
    out.key("targets");
    out.beginArray();
    for (const SpeedRow &row : *rows) {
        if (route && row.route != *route)
            continue;
        out.beginObject();
        out.member("route", row.route);
        out.member("input_tokens", sizes[static_cast<size_t>(row.sizeClass)]);
        out.member("provider", row.provider);
        out.member("model", row.model);
        out.member("requests", row.requests);
        out.member("ttft_ms_p50", row.ttftP50);
        out.member("ttft_ms_p95", row.ttftP95);
        out.member("duration_ms_p50", row.durationP50);
        out.member("output_tokens_per_second", row.outputTokensPerSecond);
        out.member("fastest", row.fastest);
        out.endObject();
    }
    out.endArray();
    out.endObject();
    return answer;
}

Result<DeskAnswer> cacheSavingsAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs,
                                      const PriceOf &price)
{
    const auto asked = ask(query,
                           {"range", "from", "to", "zone", "project", "client", "user", "provider", "model",
                            "credential", "route", "tag"},
                           nowMs, "30d");
    if (!asked)
        return asked.error();
    const auto savings = ledger.cacheSavings(asked->range.fromMs, asked->range.toMs, asked->query.filter(), price);
    if (!savings)
        return savings.error();
    DeskAnswer answer;
    JsonWriter out(answer.body);
    out.beginObject();
    writeRange(out, asked->range);
    out.member("input_tokens", savings->inputTokens);
    out.member("cached_tokens", savings->cachedTokens);
    money(out, "saved_usd", savings->savedNanoUsd);
    out.member("cached_tokens_of_unknown_worth", savings->unpricedTokens);
    out.member("method", "cached tokens at today's input price, less what reading and writing the cache costs");
    out.endObject();
    return answer;
}

} // namespace signalbox
