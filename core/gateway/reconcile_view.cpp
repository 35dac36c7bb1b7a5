// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gateway/reconcile_view.h"

#include "core/gateway/answer_query.h"
#include "core/reconciliation/reconcile.h"

#include <charconv>

namespace signalbox {

Result<DeskAnswer> reconcileAnswer(LedgerReader &ledger, const std::string &query, const std::string &body)
{
    const auto asked = AnswerQuery::read(query, {"provider", "tolerance", "format"});
    if (!asked)
        return asked.error();
    const auto format = asked->oneOf("format", {"json", "text"}, "json");
    if (!format)
        return format.error();
    ReconcileOptions options;
    options.provider = asked->text("provider").value_or("");
    if (const auto text = asked->text("tolerance")) {
        const auto [end, status] = std::from_chars(text->data(), text->data() + text->size(), options.tolerance);
        if (status != std::errc() || end != text->data() + text->size() || !(options.tolerance >= 0) ||
            options.tolerance > 1)
            return Error{"field_invalid", "`tolerance` must be a number from 0 to 1; 0.01 is one percent.", 400};
    }
    const auto report = readUsageReport(body);
    if (!report)
        return report.error();
    const auto result = reconcile(*report, ledger, options);
    if (!result)
        return result.error();
    if (*format == "text")
        return DeskAnswer{"text/plain; charset=utf-8", reconciliationTable(*result)};
    return DeskAnswer{"application/json", reconciliationJson(*result)};
}

} // namespace signalbox
