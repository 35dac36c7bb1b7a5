// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/inspector/plan_rows.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QJsonArray>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct PlanRows {
    Q_DECLARE_TR_FUNCTIONS(PlanRows)
};

void addList(std::vector<PlanRow> &rows, const QJsonValue &list, const QString &label)
{
    const QJsonArray entries = list.toArray();
    for (const QJsonValue &entry : entries) {
        const QString target = entry[u"target"].toString();
        const QString reason = entry[u"reason"].toString();
        if (!target.isEmpty())
            rows.push_back({label, reason.isEmpty() ? target : PlanRows::tr("%1: %2").arg(target, reason)});
    }
}

} // namespace

std::vector<PlanRow> planRows(const std::string &json)
{
    const QByteArray bytes = QByteArray::fromStdString(json);
    const QJsonObject plan = QJsonDocument::fromJson(bytes).object();
    if (plan.isEmpty())
        return {};
    std::vector<PlanRow> rows;
    if (const QString route = plan[u"route"].toString(); !route.isEmpty())
        rows.push_back({PlanRows::tr("Route"), route});
    const QJsonArray targets = plan[u"targets"].toArray();
    for (qsizetype i = 0; i < targets.size(); ++i) {
        const QString reason = targets[i][u"reason"].toString();
        const QString target = targets[i][u"target"].toString();
        rows.push_back({i == 0 ? PlanRows::tr("First choice") : PlanRows::tr("Choice %1").arg(i + 1),
                        reason.isEmpty() ? target : PlanRows::tr("%1: %2").arg(target, reason)});
    }
    const QJsonArray decided = plan[u"decided"].toArray();
    for (const QJsonValue &decision : decided)
        rows.push_back({PlanRows::tr("On the way"), decision[u"text"].toString()});
    addList(rows, plan[u"blocked"], PlanRows::tr("Not now"));
    addList(rows, plan[u"skipped"], PlanRows::tr("Left out"));
    return rows;
}

std::vector<PlanRow> planRows(const RequestRecord &record)
{
    if (!record.plan.empty())
        return planRows(record.plan);
    if (record.route.empty() || record.provider.empty())
        return {};
    const QString target = QString::fromStdString(record.provider + '/' + record.model);
    return {{PlanRows::tr("Route"), QString::fromStdString(record.route)},
            {PlanRows::tr("Only choice"), PlanRows::tr("%1: the route led nowhere else").arg(target)}};
}

} // namespace signalbox
