// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/plan_rows.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QSet>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

using Kind = PlanStepRow::Kind;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(PlanRows)
};

// The last attempt at a target tells how it went.
std::optional<Signal> signalOf(const RequestRecord &record, const QString &target)
{
    std::optional<Signal> signal;
    for (const AttemptRecord &attempt : record.attempts) {
        if (QString::fromStdString(attempt.provider + '/' + attempt.model) == target)
            signal = attempt.status == 0 || (attempt.status < 400 && !attempt.errorClass.empty())
                         ? Signal::Stop
                         : SignalMark::ofStatus(attempt.status);
    }
    return signal;
}

// /routes/0/to/weighted/1/to/fallback/0: two steps down.
int depthOf(const QString &pointer)
{
    static const QSet<QString> steps{u"weighted"_s, u"fallback"_s, u"cheapest"_s, u"fastest"_s,
                                     u"hedge"_s,    u"fit"_s,      u"then"_s,     u"else"_s};
    const QStringList parts = pointer.split(u'/');
    return int(std::count_if(parts.begin(), parts.end(), [](const QString &part) { return steps.contains(part); }));
}

void addList(std::vector<PlanStepRow> &rows, const QJsonValue &list, Kind kind, Signal signal)
{
    const QJsonArray entries = list.toArray();
    for (const QJsonValue &entry : entries) {
        if (const QString target = entry[u"target"].toString(); !target.isEmpty())
            rows.push_back({kind, target, entry[u"reason"].toString(), 0, signal});
    }
}

std::vector<PlanStepRow> stepsOf(const QJsonObject &plan, const RequestRecord &record)
{
    std::vector<PlanStepRow> rows;
    if (const QString route = plan[u"route"].toString(); !route.isEmpty())
        rows.push_back({Kind::Route, Words::tr("Route %1").arg(route), {}, 0, {}});
    const QJsonArray decided = plan[u"decided"].toArray();
    for (const QJsonValue &decision : decided) {
        rows.push_back({Kind::Decision, decision[u"text"].toString(), {}, depthOf(decision[u"node"].toString()), {}});
    }
    int at = 0;
    const QJsonArray targets = plan[u"targets"].toArray();
    for (const QJsonValue &target : targets) {
        const QString name = target[u"target"].toString();
        rows.push_back({Kind::Target, Words::tr("%1. %2").arg(++at).arg(name), target[u"reason"].toString(), 0,
                        signalOf(record, name)});
    }
    addList(rows, plan[u"blocked"], Kind::Blocked, Signal::Held);
    addList(rows, plan[u"skipped"], Kind::Skipped, Signal::Off);
    return rows;
}

} // namespace

std::vector<PlanStepRow> planSteps(const RequestRecord &record)
{
    if (!record.plan.empty()) {
        const QJsonObject plan = QJsonDocument::fromJson(QByteArray::fromStdString(record.plan)).object();
        return plan.isEmpty() ? std::vector<PlanStepRow>() : stepsOf(plan, record);
    }
    if (record.route.empty() || record.provider.empty())
        return {};
    const QString target = QString::fromStdString(record.provider + '/' + record.model);
    return {{Kind::Route, Words::tr("Route %1").arg(QString::fromStdString(record.route)), {}, 0, {}},
            {Kind::Target, Words::tr("%1. %2").arg(1).arg(target),
             Words::tr("The only choice: the route led nowhere else"), 0, signalOf(record, target)}};
}

} // namespace signalbox
