// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/config/budget_rule.h"
#include "core/ledger/spend_query.h"

#include <QtCore/QTimeZone>

#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// The query of a question about the ledger, checked: a parameter that is not known or has no sense is told with what is
// allowed. Errors: field_invalid (400). Pure.
class AnswerQuery
{
public:
    static Result<AnswerQuery> read(std::string_view query, std::initializer_list<std::string_view> allowed);

    std::optional<std::string> text(const std::string &name) const;
    Result<std::string> oneOf(const std::string &name, std::initializer_list<std::string_view> words,
                              std::string_view usual) const;
    Result<size_t> whole(const std::string &name, size_t least, size_t most, size_t usual) const;
    Result<QTimeZone> zone() const; // `zone`, an IANA name; the machine's when it is not named

    // `range` (30m, 24h, 7d, 4w, today, yesterday, week, month, last-month), or `from` and `to` (2026-11-22, a date with
    // time, or milliseconds; `to` is not part of it and now when it is not named).
    struct Range {
        int64_t fromMs = 0;
        int64_t toMs = 0;
    };
    Result<Range> range(int64_t nowMs, const QTimeZone &zone, std::string_view usual) const;

    Result<SpendDimension> dimension(SpendDimension usual) const; // `by`
    SpendFilter filter() const;                                   // project, client, user, provider, model, …

private:
    Result<Range> fromTo(int64_t nowMs, const QTimeZone &zone) const;

    std::map<std::string, std::string> m_items;
};

// Where further buckets begin inside a range: at each hour of UTC, or each day, week or month of the zone. `bucket`:
// none, hour, day, week, month.
Result<std::vector<int64_t>> bucketStarts(const AnswerQuery::Range &range, const std::string &bucket,
                                          const QTimeZone &zone);

} // namespace signalbox
