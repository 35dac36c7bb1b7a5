// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/playground/chat_words.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

#include <boost/json.hpp>

using namespace Qt::StringLiterals;
namespace json = boost::json;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Playground)
};

QString member(const json::value &entry, const char *key)
{
    const json::object *object = entry.if_object();
    const json::value *value = object ? object->if_contains(key) : nullptr;
    return value && value->is_string()
               ? QString::fromUtf8(value->get_string().data(), qsizetype(value->get_string().size()))
               : QString();
}

QString tokensText(const TokenUsage &usage)
{
    const int64_t in = usage.input.value_or(0) + usage.cachedInput.value_or(0) + usage.cacheWrite.value_or(0);
    return Words::tr("%1 tokens", "how many went into and out of the model: 52 → 135")
        .arg(asLeftToRight(formatTokens(in) + u" → "_s + formatTokens(*usage.output)));
}

QString costText(const Cost &cost)
{
    constexpr int64_t smallest = 100'000; // what four decimals can tell
    if (cost.nanoUsd && *cost.nanoUsd > 0 && *cost.nanoUsd < smallest)
        return Words::tr("under %1", "cost").arg(formatMoney(smallest, Places::Table));
    const QString money = formatMoney(cost.nanoUsd, Places::Table);
    switch (cost.state) {
    case CostState::AtLeast:
        return Words::tr("at least %1", "cost").arg(money);
    case CostState::Estimated:
        return Words::tr("about %1", "cost").arg(money);
    case CostState::Unpriced:
        return Words::tr("unpriced");
    case CostState::Exact:
    case CostState::Reported:
        break;
    }
    return money;
}

QString lossText(const QString &pointer, const QString &kind, const QString &reason)
{
    return Words::tr("%1 (%2): %3", "field, dropped or renamed, reason").arg(pointer, kind, reason);
}

} // namespace

QString answerStateText(const ChatAnswer &answer)
{
    switch (answer.state) {
    case ChatAnswer::State::Running:
        return Words::tr("Answering…");
    case ChatAnswer::State::Done:
        return Words::tr("Done");
    case ChatAnswer::State::Stopped:
        return Words::tr("Stopped by you");
    case ChatAnswer::State::Failed:
        break;
    }
    return Words::tr("Failed");
}

Signal answerSignal(ChatAnswer::State state)
{
    switch (state) {
    case ChatAnswer::State::Running:
        return Signal::Running;
    case ChatAnswer::State::Done:
        return Signal::Clear;
    case ChatAnswer::State::Stopped:
        return Signal::Off;
    case ChatAnswer::State::Failed:
        break;
    }
    return Signal::Stop;
}

QStringList answerFigures(const ChatAnswer &answer)
{
    QStringList figures;
    const ConsoleResult &result = answer.result;
    if (result.firstTokenMs >= 0)
        figures += Words::tr("first token %1").arg(formatTime(result.firstTokenMs));
    if (result.durationMs > 0)
        figures += Words::tr("%1 in all", "duration").arg(formatTime(result.durationMs));
    if (const auto speed = answer.tokensPerSecond())
        figures += Words::tr("%1 tokens/s").arg(formatNumber(*speed, *speed < 10 ? 1 : 0));
    if (result.usage.output)
        figures += tokensText(result.usage);
    if (!result.provider.empty())
        figures += costText(result.cost);
    if (const int losses = answer.lossCount(); losses > 0)
        figures += Words::tr("%n losses", "fields lost in translation", losses);
    if (result.attempts > 1)
        figures += Words::tr("%n attempts", nullptr, result.attempts);
    return figures;
}

QString errorText(const Error &error)
{
    const QString message = QString::fromStdString(error.message);
    if (error.httpStatus > 0)
        return Words::tr("%1 (%2, status %3)", "message, code, HTTP status")
            .arg(message, QString::fromStdString(error.code))
            .arg(error.httpStatus);
    return Words::tr("%1 (%2)", "message, code").arg(message, QString::fromStdString(error.code));
}

QStringList planLines(const std::string &plan)
{
    QStringList lines;
    boost::system::error_code code;
    const json::value value = json::parse(plan, code);
    if (code || !value.is_object())
        return lines;
    const auto each = [&](const char *key, const auto &take) {
        const json::value *list = value.get_object().if_contains(key);
        if (list && list->is_array()) {
            for (const json::value &entry : list->get_array())
                take(entry);
        }
    };
    lines += Words::tr("Route %1").arg(member(value, "route"));
    int place = 0;
    each("targets", [&](const json::value &entry) {
        lines += Words::tr("%1. %2: %3", "place, target, reason")
                     .arg(++place)
                     .arg(member(entry, "target"), member(entry, "reason"));
    });
    each("blocked", [&](const json::value &entry) {
        lines += Words::tr("Not now: %1: %2", "target, reason").arg(member(entry, "target"), member(entry, "reason"));
    });
    each("skipped", [&](const json::value &entry) {
        lines += Words::tr("Left out: %1: %2", "target, reason").arg(member(entry, "target"), member(entry, "reason"));
    });
    each("decided", [&](const json::value &entry) { lines += member(entry, "text"); });
    return lines;
}

QStringList lossLines(const ChatAnswer &answer)
{
    QStringList lines;
    for (const LossEntry &loss : answer.unsaid)
        lines += lossText(QString::fromStdString(loss.pointer), QString::fromLatin1(lossKindName(loss.kind)),
                          QString::fromStdString(loss.reason));
    for (const LossRecord &loss : answer.result.losses)
        lines += lossText(QString::fromStdString(loss.pointer), QString::fromStdString(loss.kind),
                          QString::fromStdString(loss.reason));
    return lines;
}

} // namespace signalbox
