// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/audit_view.h"

#include "core/gateway/answer_query.h"

namespace signalbox {

Result<DeskAnswer> auditAnswer(LedgerReader &ledger, const std::string &query, int64_t nowMs)
{
    const auto asked =
        AnswerQuery::read(query, {"range", "from", "to", "zone", "kind", "text", "limit", "before", "format"});
    if (!asked)
        return asked.error();
    const auto zone = asked->zone();
    if (!zone)
        return zone.error();
    const auto range = asked->range(nowMs, *zone, "30d");
    const auto kind = asked->oneOf("kind", {"any", "config", "key", "catalogue", "gateway", "history"}, "any");
    const auto limit = asked->whole("limit", 1, 10'000, 500);
    const auto before = asked->whole("before", 0, SIZE_MAX / 2, 0);
    const auto format = asked->oneOf("format", {"json", "csv"}, "json");
    if (!range || !kind)
        return range ? kind.error() : range.error();
    if (!limit || !before)
        return limit ? before.error() : limit.error();
    if (!format)
        return format.error();
    AuditFilter filter;
    filter.fromMs = range->fromMs;
    filter.toMs = range->toMs;
    filter.kind = *kind == "any" ? std::string() : *kind;
    filter.text = asked->text("text").value_or(std::string());
    filter.beforeId = static_cast<int64_t>(*before);
    filter.limit = static_cast<int>(*limit);
    const auto entries = ledger.audit(filter);
    if (!entries)
        return entries.error();
    if (*format == "csv")
        return DeskAnswer{"text/csv; charset=utf-8", auditCsv(*entries)};
    return DeskAnswer{"application/json", auditJson(*entries)};
}

} // namespace signalbox
