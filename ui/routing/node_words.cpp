// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/node_words.h"

#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeWords)
};

QString text(const std::string &utf8)
{
    return QString::fromStdString(utf8);
}

QString duration(Millis value)
{
    constexpr int64_t minuteMs = 60'000;
    const int64_t ms = value.count();
    if (ms >= minuteMs && ms % minuteMs == 0) // as it was written: 2 min, 3 s, 1.5 s
        return asLeftToRight(Words::tr("%1\u00a0min").arg(formatCount(ms / minuteMs)));
    if (ms >= 1'000 && ms % 100 == 0)
        return asLeftToRight(Words::tr("%1\u00a0s").arg(formatNumber(double(ms) / 1e3, ms % 1'000 == 0 ? 0 : 1)));
    return formatTime(double(ms), TimeStyle::Detail);
}

QString list(const std::vector<std::string> &items)
{
    QStringList words;
    for (const std::string &item : items)
        words << text(item);
    return words.join(u", "_s);
}

QString percent(double share)
{
    return formatPercent(share * 100, share < 0.1 ? 1 : 0);
}

QString shiftWords(const ShiftPolicy &shift)
{
    QStringList words;
    if (shift.p95Above)
        words << Words::tr("p95 %1").arg(duration(*shift.p95Above));
    if (shift.errorRateAbove)
        words << Words::tr("%1 errors").arg(percent(*shift.errorRateAbove));
    return words.isEmpty() ? QString() : Words::tr("shifts away above %1").arg(words.join(Words::tr(" or ")));
}

QString cheapestWords(const PolicyNode &node)
{
    QStringList words;
    if (node.minQuality)
        words << Words::tr("quality from %1").arg(formatNumber(*node.minQuality, 0));
    if (node.maxUsd)
        words << Words::tr("at most %1 a request").arg(asDollars(formatNumber(*node.maxUsd, 4)));
    return words.join(u", "_s);
}

QString metricWords(PolicyNode::Metric metric)
{
    switch (metric) {
    case PolicyNode::Metric::TtftP50:
        return Words::tr("by first token, p50");
    case PolicyNode::Metric::TtftP95:
        return Words::tr("by first token, p95");
    case PolicyNode::Metric::DurationP50:
        return Words::tr("by duration, p50");
    case PolicyNode::Metric::DurationP95:
        return Words::tr("by duration, p95");
    case PolicyNode::Metric::TokensPerSecond:
        return Words::tr("by tokens per second");
    }
    return {};
}

QString hedgeWords(const PolicyNode &node)
{
    const QString after = node.hedgeAfter        ? duration(*node.hedgeAfter)
                          : node.hedgePercentile ? Words::tr("its p%1").arg(qRound(*node.hedgePercentile * 100))
                                                 : QString();
    return Words::tr("the next starts after %1, for %2 of requests at most").arg(after, percent(node.hedgeMax));
}

QString truncateWords(PolicyNode::Truncate truncate)
{
    switch (truncate) {
    case PolicyNode::Truncate::Never:
        return Words::tr("the first that holds the request");
    case PolicyNode::Truncate::Middle:
        return Words::tr("what is too long loses its middle");
    case PolicyNode::Truncate::Oldest:
        return Words::tr("what is too long loses its oldest turns");
    }
    return {};
}

void addGlob(QStringList &words, const QString &name, const std::string &glob)
{
    if (!glob.empty() && glob != "*")
        words << Words::tr("%1 %2", "a condition: model gpt-*").arg(name, text(glob));
}

} // namespace

QString nodeTitle(const PolicyNode &node)
{
    switch (node.kind) {
    case PolicyNode::Kind::Target:
        if (node.provider.empty())
            return Words::tr("Target");
        return node.model == "*" ? Words::tr("%1, model as asked").arg(text(node.provider))
                                 : text(node.provider) + u'/' + text(node.model);
    case PolicyNode::Kind::Weighted:
        return Words::tr("Weighted");
    case PolicyNode::Kind::Fallback:
        return Words::tr("Fallback");
    case PolicyNode::Kind::Cheapest:
        return Words::tr("Cheapest");
    case PolicyNode::Kind::Fastest:
        return Words::tr("Fastest");
    case PolicyNode::Kind::Hedge:
        return Words::tr("Hedge");
    case PolicyNode::Kind::Fit:
        return Words::tr("Fit");
    case PolicyNode::Kind::When:
        return Words::tr("When");
    case PolicyNode::Kind::Reject:
        return Words::tr("Reject");
    }
    return {};
}

QString kindWords(PolicyNode::Kind kind)
{
    switch (kind) {
    case PolicyNode::Kind::Target:
        return Words::tr("One model of one provider.");
    case PolicyNode::Kind::Weighted:
        return Words::tr("Spreads requests over its children by their weights.");
    case PolicyNode::Kind::Fallback:
        return Words::tr("Asks the first; when it fails, the next.");
    case PolicyNode::Kind::Cheapest:
        return Words::tr("Asks the one that costs least for this request.");
    case PolicyNode::Kind::Fastest:
        return Words::tr("Asks the one that has been fastest of late.");
    case PolicyNode::Kind::Hedge:
        return Words::tr("Asks the first, and the next too when it is slow; the first answer wins.");
    case PolicyNode::Kind::Fit:
        return Words::tr("Asks the first that holds the request.");
    case PolicyNode::Kind::When:
        return Words::tr("Goes one way when its condition holds, and another when not.");
    case PolicyNode::Kind::Reject:
        return Words::tr("Refuses the request with a status and a message.");
    }
    return {};
}

QString draftTitle(const RouteDraft &draft, DraftId id)
{
    return draft.isRoute(id) ? text(draft.fields(id).route->id) : nodeTitle(draft.fields(id).node);
}

QString nodeDetails(const PolicyNode &node)
{
    switch (node.kind) {
    case PolicyNode::Kind::Target:
        return {};
    case PolicyNode::Kind::Weighted:
        return node.shift ? shiftWords(*node.shift) : QString();
    case PolicyNode::Kind::Fallback:
        return node.on.empty() ? QString() : Words::tr("on %1").arg(list(node.on));
    case PolicyNode::Kind::Cheapest:
        return cheapestWords(node);
    case PolicyNode::Kind::Fastest:
        return metricWords(node.metric);
    case PolicyNode::Kind::Hedge:
        return hedgeWords(node);
    case PolicyNode::Kind::Fit:
        return truncateWords(node.truncate);
    case PolicyNode::Kind::When:
        return conditionWords(node.condition);
    case PolicyNode::Kind::Reject:
        return node.rejectMessage.empty() ? Words::tr("with status %1").arg(node.rejectStatus)
                                          : text(node.rejectMessage);
    }
    return {};
}

QString nodeIcon(const PolicyNode &node)
{
    switch (node.kind) {
    case PolicyNode::Kind::Target:
        return u"target"_s;
    case PolicyNode::Kind::Weighted:
        return u"weight"_s;
    case PolicyNode::Kind::Fallback:
        return u"fallback"_s;
    case PolicyNode::Kind::Cheapest:
        return u"cheapest"_s;
    case PolicyNode::Kind::Fastest:
        return u"fastest"_s;
    case PolicyNode::Kind::Hedge:
        return u"hedge"_s;
    case PolicyNode::Kind::Fit:
        return u"fit"_s;
    case PolicyNode::Kind::When:
        return u"when"_s;
    case PolicyNode::Kind::Reject:
        return u"reject"_s;
    }
    return u"route"_s;
}

QString conditionWords(const Condition &condition)
{
    QStringList words;
    addGlob(words, Words::tr("model"), condition.model);
    addGlob(words, Words::tr("project"), condition.project);
    addGlob(words, Words::tr("client"), condition.client);
    addGlob(words, Words::tr("user"), condition.user);
    addGlob(words, Words::tr("tag"), condition.tag);
    for (const auto &[name, glob] : condition.headers)
        addGlob(words, Words::tr("header %1").arg(text(name)), glob);
    if (!condition.has.empty())
        words << Words::tr("has %1").arg(list(condition.has));
    if (condition.tokensAbove)
        words << Words::tr("above %1 tokens").arg(formatTokens(*condition.tokensAbove));
    if (condition.tokensBelow)
        words << Words::tr("below %1 tokens").arg(formatTokens(*condition.tokensBelow));
    if (!condition.time.empty())
        words << text(condition.time);
    if (!condition.days.empty())
        words << list(condition.days);
    return words.isEmpty() ? Words::tr("every request") : words.join(u", "_s);
}

QString constraintWords(const Constraints &constraints)
{
    QStringList words;
    if (!constraints.regions.empty())
        words << Words::tr("only in %1").arg(list(constraints.regions));
    if (!constraints.allow.empty())
        words << Words::tr("only %1").arg(list(constraints.allow));
    if (!constraints.deny.empty())
        words << Words::tr("never %1").arg(list(constraints.deny));
    if (constraints.minQuality)
        words << Words::tr("quality from %1").arg(formatNumber(*constraints.minQuality, 0));
    return words.join(u", "_s);
}

} // namespace signalbox
