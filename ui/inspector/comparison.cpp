// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/comparison.h"

#include "ui/inspector/chat_entries.h"
#include "ui/inspector/copy_as.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Comparison)
};

QString changeOf(std::optional<double> left, std::optional<double> right)
{
    if (!left || !right || *left <= 0 || std::abs(*right - *left) < *left * 0.005)
        return {};
    const double percent = (*right / *left - 1) * 100;
    return (percent > 0 ? u"▲ "_s : u"▼ "_s) + formatPercent(std::abs(percent), std::abs(percent) < 10 ? 1 : 0);
}

std::optional<double> number(const std::optional<int64_t> &value)
{
    return value ? std::optional(double(*value)) : std::nullopt;
}

CompareRow timeRow(const QString &label, std::optional<double> left, std::optional<double> right)
{
    const auto text = [](std::optional<double> ms) { return ms ? formatTime(*ms, TimeStyle::Detail) : missingText(); };
    return {label, text(left), text(right), changeOf(left, right)};
}

CompareRow countRow(const QString &label, const std::optional<int64_t> &left, const std::optional<int64_t> &right)
{
    const auto text = [](const std::optional<int64_t> &count) { return count ? formatCount(*count) : missingText(); };
    return {label, text(left), text(right), changeOf(number(left), number(right))};
}

std::optional<double> pace(const RequestRecord &record)
{
    const double seconds = (record.durationMs - record.ttftMs.value_or(0)) / 1000;
    if (!record.usage.output || seconds <= 0.001 || !record.stream)
        return std::nullopt;
    return double(*record.usage.output) / seconds;
}

CompareRow paceRow(const RequestRecord &left, const RequestRecord &right)
{
    const auto text = [](std::optional<double> value) { return value ? formatNumber(*value, 1) : missingText(); };
    return {Words::tr("Output tokens a second"), text(pace(left)), text(pace(right)),
            changeOf(pace(left), pace(right))};
}

std::optional<Chat> answerOf(const RequestRecord &record)
{
    const StoredBody *reply = keptBody(record, StoredBody::Kind::ClientReply);
    const auto dialect = dialectFromName(record.dialect);
    if (!reply || !dialect)
        return std::nullopt;
    return chatOfReply(*reply, *dialect);
}

} // namespace

Comparison compareRequests(const RequestRecord &left, const RequestRecord &right)
{
    Comparison comparison;
    const auto same = [](const QString &label, const QString &a, const QString &b) {
        return CompareRow{label, a, b, {}};
    };
    comparison.facts = {
        same(Words::tr("Target"), targetName(left.provider, left.model), targetName(right.provider, right.model)),
        same(Words::tr("Status"), statusWords(left.status), statusWords(right.status)),
        same(Words::tr("Attempts"), formatCount(int64_t(left.attempts.size())),
             formatCount(int64_t(right.attempts.size()))),
        timeRow(Words::tr("First token"), left.ttftMs, right.ttftMs),
        timeRow(Words::tr("Duration"), left.durationMs, right.durationMs),
        paceRow(left, right),
        countRow(Words::tr("Input tokens"), left.usage.input, right.usage.input),
        countRow(Words::tr("Cached input tokens"), left.usage.cachedInput, right.usage.cachedInput),
        countRow(Words::tr("Output tokens"), left.usage.output, right.usage.output),
        {Words::tr("Cost"), formatCost(left.cost), formatCost(right.cost),
         changeOf(number(left.cost.nanoUsd), number(right.cost.nanoUsd))},
        countRow(Words::tr("Losses in translation"), left.lossCount, right.lossCount),
    };
    const auto a = answerOf(left);
    const auto b = answerOf(right);
    if (!a || !b) {
        comparison.note = Words::tr("The reply of one of them was not kept, so the answers cannot be compared.");
        return comparison;
    }
    comparison.answers = diffLines(answerText(*a), answerText(*b));
    comparison.sameAnswer = sameThroughout(comparison.answers);
    return comparison;
}

} // namespace signalbox
