// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/request_overview.h"

#include "ui/inspector/cost_rows.h"
#include "ui/inspector/plan_rows.h"
#include "ui/inspector/value_at.h"
#include "ui/requests/request_cells.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QDateTime>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

QString orMissing(const std::string &text)
{
    return text.empty() ? missingText() : QString::fromStdString(text);
}

QString lossWord(const std::string &kind)
{
    if (kind == "renamed")
        return LossView::tr("Renamed");
    return kind == "approximated" ? LossView::tr("Approximated") : LossView::tr("Dropped");
}

// What called, as far as it says so itself.
QString callerOf(const RequestDetails &kept)
{
    for (const auto &[name, value] : kept.requestHeaders) {
        if (QString::fromStdString(name).compare("user-agent"_L1, Qt::CaseInsensitive) == 0)
            return QString::fromStdString(value);
    }
    return {};
}

} // namespace

RequestOverview::RequestOverview(QWidget *parent) : FactList(tr("Overview"), parent) {}

void RequestOverview::setDetail(const RequestDetail &detail, const RequestDetails *kept, bool simulated)
{
    const RequestRecord &r = detail.record;
    clear();
    if (!r.error.empty())
        row(tr("Error"), QString::fromStdString(r.error));
    head(tr("Who"));
    row(tr("Client"), orMissing(r.client));
    row(tr("Project"), orMissing(r.project));
    if (!r.user.empty())
        row(tr("User"), orMissing(r.user));
    if (const QString caller = kept ? callerOf(*kept) : QString(); !caller.isEmpty())
        row(tr("Program"), caller);
    if (!r.session.empty())
        row(tr("Session"), orMissing(r.session));
    if (!r.tag.empty())
        row(tr("Tag"), orMissing(r.tag));
    head(tr("What"));
    row(tr("Model asked"), orMissing(r.requestedModel));
    row(tr("Target"), targetName(r.provider, r.model));
    row(tr("Credential"), orMissing(r.credential));
    row(tr("Route"), orMissing(r.route));
    QString dialect = orMissing(r.dialect);
    if (kept && !kept->attempts.empty() && kept->attempts.back().translated)
        dialect = tr("%1, translated to %2").arg(dialect, QString::fromStdString(kept->attempts.back().dialect));
    row(tr("Dialect"), dialect + (r.stream ? tr(", streamed") : tr(", not streamed")));
    addCost(detail, simulated);
    addTimes(r);
    if (kept && !kept->masked.empty())
        addMasked(*kept);
}

void RequestOverview::addMasked(const RequestDetails &kept)
{
    head(tr("Masked before it was kept"));
    for (const auto &[word, count] : kept.masked)
        row(QString::fromStdString(word), tr("%n place(s)", nullptr, count));
    if (kept.maskedMore)
        note(tr("A pattern took too long, so whole texts were masked. Settings, Privacy shows the patterns."));
}

void RequestOverview::addTimes(const RequestRecord &record)
{
    head(tr("Times"));
    row(tr("Started"),
        numberLocale().toString(QDateTime::fromMSecsSinceEpoch(record.startedAtMs), QLocale::LongFormat));
    row(tr("First token"), record.ttftMs ? formatTime(*record.ttftMs, TimeStyle::Detail) : missingText());
    row(tr("Duration"), formatTime(record.durationMs, TimeStyle::Detail));
    row(tr("Gateway added"), formatTime(double(record.overheadUs) / 1000, TimeStyle::Detail));
}

void RequestOverview::addCost(const RequestDetail &detail, bool simulated)
{
    const RequestRecord &r = detail.record;
    head(tr("Cost"));
    note(costNote(r.cost, detail.price));
    std::vector<QStringList> rows;
    for (const CostRow &cost : costRows(r.usage, detail.price))
        rows.push_back({cost.label, cost.tokens, cost.rate, cost.amount});
    rows.push_back({r.attempts.size() > 1 ? tr("Sum of all attempts") : tr("Sum"), {}, {}, formatCost(r.cost)});
    figures(rows, 4);
    if (r.attempts.size() > 1)
        note(tr("Tokens are those of the attempt that answered; the sum holds what the others cost, too."));
    if (simulated)
        note(tr("Simulated: nothing was charged."));
}

PlanView::PlanView(QWidget *parent) : FactList(tr("Plan"), parent) {}

void PlanView::setRecord(const RequestRecord &record)
{
    clear();
    const std::vector<PlanStepRow> steps = planSteps(record);
    if (steps.empty()) {
        head(tr("No plan"));
        note(tr("The request was refused before there was a plan, or it needed none."));
        return;
    }
    PlanStepRow::Kind before = PlanStepRow::Kind::Route;
    for (const PlanStepRow &step : steps) {
        if (step.kind != before && step.kind != PlanStepRow::Kind::Route)
            head(step.kind == PlanStepRow::Kind::Decision  ? tr("On the way")
                 : step.kind == PlanStepRow::Kind::Target  ? tr("In this order")
                 : step.kind == PlanStepRow::Kind::Blocked ? tr("Not now")
                                                           : tr("Left out"));
        before = step.kind;
        stepRow(step.signal, step.title, step.reason, step.depth);
    }
}

LossView::LossView(QWidget *parent) : FactList(tr("Loss"), parent) {}

void LossView::setRecord(const RequestRecord &record)
{
    clear();
    if (record.losses.empty()) {
        head(tr("Nothing was lost"));
        note(tr("Every field of the request and its reply reached the other side."));
        return;
    }
    for (const bool reply : {false, true}) {
        bool first = true;
        for (const LossRecord &loss : record.losses) {
            if (loss.reply != reply)
                continue;
            if (first)
                head(reply ? tr("Of the reply") : tr("Of the request"));
            first = false;
            wideRow(QString::fromStdString(loss.pointer),
                    tr("%1: %2").arg(lossWord(loss.kind), QString::fromStdString(loss.reason)));
            if (const QString value = lostValue(record, loss); !value.isEmpty())
                codeRow(tr("It said"), value);
        }
    }
}

TraceView::TraceView(QWidget *parent) : FactList(tr("Trace"), parent) {}

void TraceView::setRecord(const RequestRecord &record, const RequestDetails *kept)
{
    clear();
    head(tr("Ids"));
    idRow(tr("Request"), orMissing(record.id));
    idRow(tr("Trace"), orMissing(record.traceId));
    idRow(tr("Span"), orMissing(record.spanId));
    if (!record.session.empty())
        idRow(tr("Session"), orMissing(record.session));
    if (!kept)
        return note(tr("Headers are kept together with bodies, and none were kept of this request."));
    for (const RequestDetails::Attempt &attempt : kept->attempts) {
        if (!attempt.providerRequestId.empty())
            idRow(tr("At the provider, attempt %1").arg(attempt.n), orMissing(attempt.providerRequestId));
    }
    const auto list = [this](const QString &title, const RequestDetails::Headers &headers) {
        if (!headers.empty())
            head(title);
        for (const auto &[name, value] : headers)
            codeRow(QString::fromStdString(name), QString::fromStdString(value));
    };
    list(tr("Headers of the client"), kept->requestHeaders);
    list(tr("Headers of the provider"), kept->replyHeaders);
}

} // namespace signalbox
