// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/comparison.h"

#include "ui/inspector/chat_entries.h"
#include "ui/inspector/copy_as.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <algorithm>
#include <cmath>
#include <optional>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

constexpr qsizetype sideLetters = 54; // fit one side of the window as it opens

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

QStringList wrapped(const QString &line, qsizetype letters)
{
    QStringList lines;
    QString rest = line;
    while (rest.size() > letters) {
        qsizetype at = rest.lastIndexOf(u' ', letters);
        if (at <= 0)
            at = letters; // one long word
        lines += rest.left(at);
        rest = rest.mid(rest.at(at) == u' ' ? at + 1 : at);
    }
    lines += rest;
    return lines;
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

QString bySentences(const QString &text)
{
    QString out = text;
    for (qsizetype at = 0; at + 1 < out.size(); ++at) {
        const QChar end = out.at(at);
        if ((end == u'.' || end == u'!' || end == u'?') && out.at(at + 1) == u' ')
            out[at + 1] = u'\n';
    }
    return out;
}

std::vector<DiffRow> wrappedRows(const std::vector<DiffRow> &rows, qsizetype letters)
{
    std::vector<DiffRow> out;
    for (const DiffRow &row : rows) {
        const QStringList left = row.leftLine > 0 ? wrapped(row.left, letters) : QStringList();
        const QStringList right = row.rightLine > 0 ? wrapped(row.right, letters) : QStringList();
        for (qsizetype i = 0; i < std::max(left.size(), right.size()); ++i) {
            DiffRow part{row.kind, left.value(i), right.value(i), 0, 0};
            part.leftLine = i < left.size() ? row.leftLine : 0;
            part.rightLine = i < right.size() ? row.rightLine : 0;
            out.push_back(std::move(part));
        }
    }
    return out;
}

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
    const std::vector<DiffRow> rows = diffLines(bySentences(answerText(*a)), bySentences(answerText(*b)));
    comparison.sameAnswer = sameThroughout(rows);
    comparison.answers = wrappedRows(rows, sideLetters);
    return comparison;
}

} // namespace signalbox
