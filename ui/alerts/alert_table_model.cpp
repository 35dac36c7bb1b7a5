// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/alerts/alert_table_model.h"

#include "core/config/budget_reader.h"
#include "ui/projects/budget_rows.h"
#include "ui/widgets/number_format.h"
#include "ui/widgets/row_delegate.h"
#include "ui/widgets/signal_mark.h"
#include "ui/widgets/theme.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Alerts)
};

QString levelWord(AlertLevel level)
{
    switch (level) {
    case AlertLevel::Info:
        return Words::tr("Note");
    case AlertLevel::Warning:
        return Words::tr("Warning");
    case AlertLevel::Critical:
        break;
    }
    return Words::tr("Critical");
}

Signal levelSignal(AlertLevel level)
{
    if (level == AlertLevel::Info)
        return Signal::Clear;
    return level == AlertLevel::Warning ? Signal::Caution : Signal::Stop;
}

QString shares(const std::vector<double> &thresholds)
{
    QStringList words;
    for (const double share : thresholds)
        words += formatPercent(share * 100);
    return words.join(u", "_s);
}

QString kindsIn(const std::set<AlertKind> &kinds)
{
    QStringList words;
    for (const AlertKind kind : kinds)
        words += alertKindWord(kind);
    return words.join(u", "_s);
}

} // namespace

QString alertKindWord(AlertKind kind)
{
    switch (kind) {
    case AlertKind::Budget:
        return Words::tr("Budgets");
    case AlertKind::Anomaly:
        return Words::tr("Unusual spend");
    case AlertKind::Credential:
        return Words::tr("Refused keys");
    case AlertKind::Provider:
        return Words::tr("Providers");
    case AlertKind::Failover:
        return Words::tr("Failovers");
    case AlertKind::Quota:
        return Words::tr("Quotas");
    case AlertKind::KeyExpiry:
        return Words::tr("Expiring keys");
    case AlertKind::Forecast:
        break;
    }
    return Words::tr("Forecasts");
}

AlertTableModel::AlertTableModel(QObject *parent) : QAbstractTableModel(parent) {}

void AlertTableModel::setAlerts(std::vector<Alert> alerts)
{
    std::reverse(alerts.begin(), alerts.end());
    beginResetModel();
    m_all = std::move(alerts);
    arrange();
    endResetModel();
}

std::vector<std::string> AlertTableModel::unread() const
{
    std::vector<std::string> ids;
    for (const Alert &one : m_all) {
        if (!one.acknowledged)
            ids.push_back(one.id);
    }
    return ids;
}

void AlertTableModel::setFilter(const AlertFilter &filter)
{
    beginResetModel();
    m_filter = filter;
    arrange();
    endResetModel();
}

void AlertTableModel::arrange()
{
    m_shown.clear();
    std::copy_if(m_all.begin(), m_all.end(), std::back_inserter(m_shown), [this](const Alert &one) {
        return (!m_filter.unreadOnly || !one.acknowledged) && (!m_filter.kind || one.kind == *m_filter.kind);
    });
}

const Alert *AlertTableModel::alert(int row) const
{
    return row >= 0 && row < int(m_shown.size()) ? &m_shown[size_t(row)] : nullptr;
}

int AlertTableModel::rowOf(const std::string &id) const
{
    const auto found = std::find_if(m_shown.begin(), m_shown.end(), [&](const Alert &one) { return one.id == id; });
    return found == m_shown.end() ? -1 : int(found - m_shown.begin());
}

int AlertTableModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_shown.size());
}

int AlertTableModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant AlertTableModel::data(const QModelIndex &index, int role) const
{
    const Alert *of = index.isValid() ? alert(index.row()) : nullptr;
    if (!of)
        return {};
    if (role == SignalRole && index.column() == Level)
        return int(levelSignal(of->level));
    if (role == InkRole)
        return int(of->acknowledged ? Token::Text3 : index.column() == Text ? Token::Text : Token::Text2);
    if (role == Qt::ToolTipRole && index.column() == Text)
        return QString::fromStdString(of->text);
    if (role == Qt::TextAlignmentRole)
        return int((index.column() == Count || index.column() == Last ? Qt::AlignRight : Qt::AlignLeading) |
                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Level:
        return levelWord(of->level);
    case Text:
        return QString::fromStdString(of->text);
    case Kind:
        return alertKindWord(of->kind);
    case Count:
        return formatCount(of->count);
    case Last:
        return numberLocale().toString(QDateTime::fromMSecsSinceEpoch(of->lastAtMs), QLocale::ShortFormat);
    default:
        return of->acknowledged ? Words::tr("Read") : Words::tr("New");
    }
}

QVariant AlertTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == Count || section == Last ? Qt::AlignRight : Qt::AlignLeading) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QStringList names{tr("Weight"), tr("What happened"), tr("About"), tr("Times"), tr("Last"), tr("State")};
    return names[section];
}

QString requestsOfAlert(const Alert &alert)
{
    const QString key = QString::fromStdString(alert.key);
    const auto quoted = [](const QString &name) { return name.contains(u' ') ? u'"' + name + u'"' : name; };
    switch (alert.kind) {
    case AlertKind::Provider: // down:box
        return u"provider:"_s + quoted(key.section(u':', 1));
    case AlertKind::Credential: // refused:box/main
        return u"provider:"_s + quoted(key.section(u':', 1).section(u'/', 0, 0));
    case AlertKind::Quota: // box/main
        return u"provider:"_s + quoted(key.section(u'/', 0, 0));
    case AlertKind::Failover: // box->cloud
        return u"provider:"_s + quoted(key.section(u"->"_s, 1)) + u" is:fallback"_s;
    case AlertKind::KeyExpiry: // laptop@2026-…
        return u"client:"_s + quoted(key.section(u'@', 0, -2));
    case AlertKind::Budget: // project:docs/docs@…
        return key.startsWith("project:"_L1) ? u"project:"_s + quoted(key.section(u'/', 0, 0).sliced(8)) : QString();
    case AlertKind::Anomaly:
    case AlertKind::Forecast:
        break;
    }
    return {};
}

std::vector<AlertRuleLine> alertRules(const Config &config)
{
    std::vector<AlertRuleLine> lines;
    const AlertsConfig &alerts = config.alerts;
    for (const BudgetRule &rule : allBudgetRules(config)) {
        if (!rule.alertAt.empty())
            lines.push_back({Words::tr("Budget %1").arg(budgetTitle(rule.id, config)),
                             Words::tr("at %1 of the limit").arg(shares(rule.alertAt))});
    }
    if (!alerts.off.empty())
        lines.push_back({Words::tr("Switched off"), kindsIn(alerts.off)});
    QString desktop = alerts.desktop ? Words::tr("on") : Words::tr("off");
    if (alerts.desktop && !alerts.quietHours.time.empty())
        desktop = Words::tr("on, quiet %1").arg(QString::fromStdString(alerts.quietHours.time));
    lines.push_back({Words::tr("Desktop notifications"), desktop});
    for (const WebhookConfig &hook : alerts.webhooks)
        lines.push_back({Words::tr("Webhook %1").arg(QString::fromStdString(hook.id)),
                         hook.kinds.empty() ? Words::tr("everything that is switched on") : kindsIn(hook.kinds)});
    return lines;
}

} // namespace signalbox
