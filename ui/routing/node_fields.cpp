// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/routing/node_fields.h"

#include "core/config/config_reader.h"
#include "core/config/policy_reader.h"
#include "ui/routing/field_parts.h"
#include "ui/routing/node_words.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(NodeFields)
};

using Fields = std::vector<NodeField>;
using Kind = PolicyNode::Kind;

void addTarget(FieldMaker &make, const PolicyNode &node, const FieldOffers &offers)
{
    make.choice(u"target"_s, Words::tr("Provider"), offers.providers, qtext(node.provider),
                [](DraftFields &fields, const QString &value) {
                    fields.node.provider = value.toStdString();
                    return QString();
                });
    QList<std::pair<QString, QString>> models{{Words::tr("As asked (*)"), u"*"_s}};
    if (offers.models) {
        for (const QString &model : offers.models(node.provider))
            models.append({model, model});
    }
    NodeField &field = make.choice(u"target/model"_s, Words::tr("Model"), models, qtext(node.model),
                                   [](DraftFields &fields, const QString &value) {
                                       const QString model = value.trimmed();
                                       if (model.isEmpty())
                                           return Words::tr("Name a model, or * for the one that is asked for");
                                       fields.node.model = model.toStdString();
                                       return QString();
                                   });
    field.free = true;
    field.hint = Words::tr("As the provider names it; * sends on what the client asked for");
}

void addShift(FieldMaker &make, const PolicyNode &node)
{
    make.section(Words::tr("Shift away from a child that does badly"));
    const ShiftPolicy usual;
    const ShiftPolicy now = node.shift.value_or(usual);
    // The policy is there as long as one of its two limits is.
    const auto settle = [](DraftFields &fields, const ShiftPolicy &shift) {
        if (shift.p95Above || shift.errorRateAbove)
            fields.node.shift = shift;
        else
            fields.node.shift.reset();
    };
    make.duration(u"shift/p95Above"_s, Words::tr("First token slower than, p95"), now.p95Above,
                  Words::tr("For example 3 s. Empty: not looked at"),
                  [settle](DraftFields &fields, std::optional<Millis> value) {
                      ShiftPolicy shift = fields.node.shift.value_or(ShiftPolicy());
                      shift.p95Above = value;
                      settle(fields, shift);
                  });
    make.percent(u"shift/errorRateAbove"_s, Words::tr("More errors than"), now.errorRateAbove, 0, 100,
                 Words::tr("In percent. Empty: not looked at"),
                 [settle](DraftFields &fields, std::optional<double> value) {
                     ShiftPolicy shift = fields.node.shift.value_or(ShiftPolicy());
                     shift.errorRateAbove = value;
                     settle(fields, shift);
                 });
    if (!node.shift)
        return;
    make.percent(u"shift/minShare"_s, Words::tr("It keeps at least"), now.minShare, 0.1, 100,
                 Words::tr("Percent of its own share, so that its recovery is seen"),
                 [](DraftFields &fields, std::optional<double> value) {
                     fields.node.shift->minShare = value.value_or(ShiftPolicy().minShare);
                 });
    make.duration(u"shift/recovery"_s, Words::tr("Back to its share within"), now.recovery,
                  Words::tr("Once it does well again; usually 1m"),
                  [](DraftFields &fields, std::optional<Millis> value) {
                      fields.node.shift->recovery = value.value_or(ShiftPolicy().recovery);
                  });
}

void addFallback(FieldMaker &make, const PolicyNode &node)
{
    make.words(u"on"_s, Words::tr("Goes on after"),
               {{Words::tr("no connection"), u"connect"_s},
                {Words::tr("timeout"), u"timeout"_s},
                {u"408"_s, u"408"_s},
                {u"409"_s, u"409"_s},
                {Words::tr("429, limited"), u"429"_s},
                {Words::tr("5xx, server error"), u"5xx"_s},
                {Words::tr("overloaded"), u"overloaded"_s},
                {Words::tr("out of credit"), u"quota"_s},
                {Words::tr("key refused"), u"credential"_s}},
               node.on, Words::tr("None chosen: the usual failures"),
               [](DraftFields &fields, std::vector<std::string> chosen) { fields.node.on = std::move(chosen); });
}

void addQuality(FieldMaker &make, const PolicyNode &node, const FieldOffers &offers)
{
    make.number(u"minQuality"_s, Words::tr("Quality from"), node.minQuality, 0, 1e9, Words::tr("Empty: any"),
                [](DraftFields &fields, std::optional<double> value) {
                    fields.node.minQuality = value;
                    if (!value) {
                        fields.node.qualityOf.clear();
                        fields.node.unratedAllowed = false;
                    }
                });
    if (node.minQuality) {
        make.quality(u"qualityOf"_s, node.qualityOf, offers.qualities,
                     [](DraftFields &fields, std::string value) { fields.node.qualityOf = std::move(value); });
        make.check(u"unrated"_s, Words::tr("Models without a figure too"), node.unratedAllowed,
                   [](DraftFields &fields, bool on) { fields.node.unratedAllowed = on; });
    }
    make.number(u"maxUsd"_s, Words::tr("At most, US dollars a request"), node.maxUsd, 0, 1e9,
                Words::tr("As estimated before it is sent. Empty: any price"),
                [](DraftFields &fields, std::optional<double> value) { fields.node.maxUsd = value; });
}

void addFastest(FieldMaker &make, const PolicyNode &node)
{
    const QList<std::pair<QString, QString>> metrics{{Words::tr("First token, half of requests (p50)"), u"0"_s},
                                                     {Words::tr("First token, 95 of 100 (p95)"), u"1"_s},
                                                     {Words::tr("Whole reply, half of requests (p50)"), u"2"_s},
                                                     {Words::tr("Whole reply, 95 of 100 (p95)"), u"3"_s},
                                                     {Words::tr("Tokens per second"), u"4"_s}};
    make.choice(u"metric"_s, Words::tr("Fastest by"), metrics, QString::number(int(node.metric)),
                [](DraftFields &fields, const QString &value) {
                    fields.node.metric = PolicyNode::Metric(value.toInt());
                    return QString();
                });
    make.percent(u"explore"_s, Words::tr("Tries another for"), node.explore, 0, 50,
                 Words::tr("Percent of requests, so that it notices who became faster"),
                 [](DraftFields &fields, std::optional<double> value) {
                     fields.node.explore = value.value_or(PolicyNode().explore);
                 });
}

void addHedge(FieldMaker &make, const PolicyNode &node)
{
    const QString after = node.hedgePercentile ? qtext(formatPercentile(*node.hedgePercentile))
                          : node.hedgeAfter    ? qtext(formatDuration(*node.hedgeAfter))
                                               : QString();
    make.text(u"after"_s, Words::tr("Ask the next one after"), after,
              Words::tr("A time such as 800 ms, or p95: when the first is slower than usual"),
              [](DraftFields &fields, const QString &value) {
                  const std::string text = value.trimmed().remove(u' ').remove(QChar(QChar::Nbsp)).toStdString();
                  const auto percentile = parsePercentile(text);
                  const auto time = percentile ? Result<Millis>(Millis(0)) : parseDuration(text);
                  if (!percentile && !time)
                      return Words::tr("Write a time such as 800 ms, or p1 to p99.9");
                  fields.node.hedgePercentile = percentile;
                  fields.node.hedgeAfter = percentile ? std::nullopt : std::optional<Millis>(*time);
                  return QString();
              });
    make.percent(u"max"_s, Words::tr("For at most"), node.hedgeMax, 0, 100, Words::tr("Percent of requests"),
                 [](DraftFields &fields, std::optional<double> value) {
                     fields.node.hedgeMax = value.value_or(PolicyNode().hedgeMax);
                 });
}

void addReject(FieldMaker &make, const PolicyNode &node)
{
    make.text(u"reject/status"_s, Words::tr("Status"), QString::number(node.rejectStatus), Words::tr("400 to 599"),
              [](DraftFields &fields, const QString &value) {
                  bool good = false;
                  const int status = value.trimmed().toInt(&good);
                  if (!good || status < 400 || status > 599)
                      return Words::tr("Write a status from 400 to 599");
                  fields.node.rejectStatus = status;
                  return QString();
              });
    make.text(u"reject/message"_s, Words::tr("Message"), qtext(node.rejectMessage),
              Words::tr("What the client reads. Empty: a plain refusal"),
              [](DraftFields &fields, const QString &value) {
                  fields.node.rejectMessage = value.trimmed().toStdString();
                  return QString();
              });
}

void addRoute(FieldMaker &make, const RouteConfig &route, const FieldOffers &offers)
{
    make.text(u"id"_s, Words::tr("Name"), qtext(route.id), Words::tr("Letters, digits, - . and _"),
              [](DraftFields &fields, const QString &value) {
                  if (value.trimmed().isEmpty())
                      return Words::tr("A route needs a name");
                  fields.route->id = value.trimmed().toStdString();
                  return QString();
              });
    make.section(Words::tr("Takes requests for which all of this holds"));
    addCondition(make, u"match/"_s, route.match, [](DraftFields &fields) { return &fields.route->match; });
    make.section(Words::tr("Constraints that nothing below may leave"));
    addConstraints(make, route.constraints, offers);
    make.section(Words::tr("Besides"));
    make.choice(u"onLoss"_s, Words::tr("When a target cannot be told everything"),
                {{Words::tr("Send it, report the loss"), u"allow"_s}, {Words::tr("Refuse the request"), u"reject"_s}},
                route.onLoss == OnLoss::Reject ? u"reject"_s : u"allow"_s,
                [](DraftFields &fields, const QString &value) {
                    fields.route->onLoss = value == u"reject" ? OnLoss::Reject : OnLoss::Allow;
                    return QString();
                });
    make.text(u"affinity"_s, Words::tr("A conversation stays where it is for"),
              route.affinity == Millis(0) ? u"off"_s : qtext(formatDuration(route.affinity)),
              Words::tr("Its prompt cache is warm there. A time such as 5m, or off"),
              [](DraftFields &fields, const QString &value) {
                  const QString text = value.trimmed();
                  const auto time = parseDuration(text.toStdString());
                  if (text != u"off" && !time)
                      return Words::tr("Write a time such as 5m, or off");
                  fields.route->affinity = time ? *time : Millis(0);
                  return QString();
              });
}

void addNode(FieldMaker &make, const PolicyNode &node, const FieldOffers &offers)
{
    switch (node.kind) {
    case Kind::Target:
        return addTarget(make, node, offers);
    case Kind::Weighted:
        return addShift(make, node);
    case Kind::Fallback:
        return addFallback(make, node);
    case Kind::Cheapest:
        return addQuality(make, node, offers);
    case Kind::Fastest:
        return addFastest(make, node);
    case Kind::Hedge:
        return addHedge(make, node);
    case Kind::Fit:
        make.choice(u"truncate"_s, Words::tr("When no model holds the request"),
                    {{Words::tr("Refuse it"), u"0"_s},
                     {Words::tr("Leave out turns in the middle"), u"1"_s},
                     {Words::tr("Leave out the oldest turns"), u"2"_s}},
                    QString::number(int(node.truncate)), [](DraftFields &fields, const QString &value) {
                        fields.node.truncate = PolicyNode::Truncate(value.toInt());
                        return QString();
                    });
        return;
    case Kind::When:
        make.section(Words::tr("Then, if all of this holds"));
        return addCondition(make, u"when/"_s, node.condition,
                            [](DraftFields &fields) { return &fields.node.condition; });
    case Kind::Reject:
        return addReject(make, node);
    }
}

} // namespace

std::vector<NodeField> fieldsOf(const RouteDraft &draft, DraftId id, const FieldOffers &offers)
{
    FieldMaker make;
    if (!draft.contains(id))
        return {};
    const DraftFields &own = draft.fields(id);
    if (own.route) {
        addRoute(make, *own.route, offers);
        return make.take();
    }
    if (draft.isWeighed(id)) {
        double sum = 0;
        for (const DraftId sibling : draft.children(draft.parentOf(id)))
            sum += draft.fields(sibling).node.disabled ? 0 : draft.fields(sibling).weight;
        const QString share = sum > 0 && !own.node.disabled ? formatPercent(own.weight / sum * 100, 1) : QString();
        make.text(u"weight"_s, Words::tr("Weight"), plainNumber(own.weight),
                  share.isEmpty() ? Words::tr("0: only stands in for the others")
                                  : Words::tr("Its share: %1. 0: only stands in for the others").arg(share),
                  [](DraftFields &fields, const QString &value) {
                      const auto weight = readAmount(value);
                      if (!weight || *weight < 0 || *weight > 1e9)
                          return Words::tr("Write a number from 0 to 1,000,000,000");
                      fields.weight = *weight;
                      return QString();
                  });
    }
    addNode(make, own.node, offers);
    make.section(QString());
    make.check(u"disabled"_s, Words::tr("Switched off: routing passes it by"), own.node.disabled,
               [](DraftFields &fields, bool on) { fields.node.disabled = on; });
    return make.take();
}

} // namespace signalbox
