// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/replay_request.h"

#include "core/dialect/codec.h"
#include "core/redaction/body_redactor.h"
#include "ui/inspector/copy_as.h"

#include <QtCore/QCoreApplication>

#include <algorithm>

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ReplayRequest)
};

void gather(const PolicyNode &node, QStringList &targets)
{
    const QString target = QString::fromStdString(node.provider + '/' + node.model);
    if (node.kind == PolicyNode::Kind::Target && node.model != "*" && !targets.contains(target))
        targets += target;
    for (const PolicyNode &child : node.children)
        gather(child, targets);
}

} // namespace

QStringList replayTargets(const Config &config)
{
    QStringList targets;
    for (const RouteConfig &route : config.routes)
        gather(route.to, targets);
    return targets;
}

QString whyNoReplay(const RequestRecord &record)
{
    if (!dialectFromName(record.dialect))
        return Words::tr("It is not known in which dialect this request was made.");
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest);
    if (!body)
        return Words::tr("The body of this request was not kept. Settings, Privacy says which are.");
    if (body->cut)
        return Words::tr("Only the beginning of this request's body was kept.");
    if (body->bytes.find("[redacted]") != std::string::npos)
        return Words::tr("A secret was taken out of this request's body, so it would not be the same.");
    return {};
}

QString replayNote(const RequestRecord &record)
{
    const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest);
    const size_t marks = body ? countMarks(body->bytes) : 0;
    return marks == 0 ? QString()
                      : Words::tr("%n place(s) of this request were masked before it was kept; a replay sends the "
                                  "marks in their place.",
                                  nullptr, int(marks));
}

ConsoleRequest replayOf(const RequestRecord &record, const std::string &target)
{
    ConsoleRequest request;
    request.dialect = dialectFromName(record.dialect).value_or(Dialect::OpenAiChat);
    request.path = requestPath(record).toStdString();
    if (const StoredBody *body = keptBody(record, StoredBody::Kind::ClientRequest))
        request.body = body->bytes;
    if (request.dialect == Dialect::Anthropic)
        request.headers.emplace_back("anthropic-version", "2023-06-01");
    request.model = record.requestedModel;
    request.project = record.project;
    request.target = target;
    return request;
}

RequestRecord recordOf(const ConsoleResult &result, const RequestRecord &original)
{
    RequestRecord record;
    record.id = result.requestId;
    record.dialect = original.dialect;
    record.requestedModel = original.requestedModel;
    record.stream = original.stream;
    record.project = original.project;
    record.route = result.route;
    record.provider = result.provider;
    record.model = result.model;
    record.status = result.cancelled ? 499 : result.status;
    record.error = result.error.code.empty() ? std::string() : result.error.code + ": " + result.error.message;
    if (result.firstTokenMs >= 0)
        record.ttftMs = result.firstTokenMs;
    record.durationMs = result.durationMs;
    record.usage = result.usage;
    record.cost = result.cost;
    record.losses = result.losses;
    record.lossCount = static_cast<int>(result.losses.size());
    record.plan = result.plan;
    record.attempts.resize(static_cast<size_t>(std::max(0, result.attempts)));
    ReplyOptions options;
    options.model = record.model;
    options.requestId = record.id;
    record.bodies.push_back(
        {StoredBody::Kind::ClientReply, "application/json",
         codecFor(dialectFromName(record.dialect).value_or(Dialect::OpenAiChat)).encodeReply(result.reply, options),
         false});
    return record;
}

} // namespace signalbox
