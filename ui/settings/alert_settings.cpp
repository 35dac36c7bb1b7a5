// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/time_window.h"
#include "ui/alerts/alert_table_model.h"
#include "ui/settings/setting.h"
#include "ui/widgets/number_format.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>
#include <QtCore/QTimeZone>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Settings)
};

using Type = SettingEntry::Type;

QString kindHint(AlertKind kind)
{
    switch (kind) {
    case AlertKind::Budget:
        return Words::tr("Shares of a limit are used up; see below");
    case AlertKind::Anomaly:
        return Words::tr("Spend is far above what is usual at this hour");
    case AlertKind::Credential:
        return Words::tr("A provider refused its key, or the key has no credit");
    case AlertKind::Provider:
        return Words::tr("A provider went down, or is back");
    case AlertKind::Failover:
        return Words::tr("Requests go to another target than the first");
    case AlertKind::Quota:
        return Words::tr("A provider's quota is nearly used");
    case AlertKind::KeyExpiry:
        return Words::tr("A client key ends soon");
    case AlertKind::Forecast:
        break;
    }
    return Words::tr("A budget will not last until its period ends");
}

// "80, 95, 100" → shares, rising; absent: something else stands there.
std::optional<std::vector<double>> readShares(const QString &text)
{
    std::vector<double> shares;
    for (QString part : text.split(u',', Qt::SkipEmptyParts)) {
        bool good = false;
        part.remove(u'%');
        const double percent = part.trimmed().toDouble(&good);
        if (!good || percent <= 0 || percent > 100 || (!shares.empty() && percent / 100 <= shares.back()))
            return std::nullopt;
        shares.push_back(percent / 100);
    }
    return shares;
}

QString sharesText(const std::vector<double> &shares)
{
    QStringList words;
    for (const double share : shares)
        words += QString::number(share * 100, 'g', 6);
    return words.join(u", "_s);
}

void addKinds(std::vector<SettingEntry> &table)
{
    for (const AlertKind kind : allAlertKinds) {
        SettingEntry setting{u"/alerts/kinds/"_s + QLatin1StringView(alertKindName(kind)),
                             u"notifications"_s,
                             Type::Switch,
                             alertKindWord(kind),
                             kindHint(kind),
                             Words::tr("alert kind rule"),
                             true};
        setting.read = [kind](const Config &config) { return !config.alerts.off.contains(kind); };
        setting.write = [kind](Config &config, const QVariant &on) {
            if (on.toBool())
                config.alerts.off.erase(kind);
            else
                config.alerts.off.insert(kind);
        };
        table.push_back(std::move(setting));
    }
}

void addQuietHours(std::vector<SettingEntry> &table)
{
    SettingEntry time{u"/alerts/quietHours/time"_s,
                      u"notifications"_s,
                      Type::Text,
                      Words::tr("Quiet hours"),
                      Words::tr("For example 22:00-07:00; empty: none. The list, the log and webhooks go on"),
                      Words::tr("night do not disturb silence"),
                      QString()};
    time.read = [](const Config &config) { return QString::fromStdString(config.alerts.quietHours.time); };
    time.write = [](Config &config, const QVariant &value) {
        config.alerts.quietHours.time = value.toString().simplified().remove(u' ').toStdString();
        if (config.alerts.quietHours.time.empty())
            config.alerts.quietHours = {}; // days and zone say nothing without it
    };
    time.check = [](const QVariant &value) {
        const QString text = value.toString().simplified().remove(u' ');
        return text.isEmpty() || parseTimeWindow(text.toStdString())
                   ? QString()
                   : Words::tr("Must be two times of day such as 22:00-07:00");
    };
    table.push_back(std::move(time));
    SettingEntry days{u"/alerts/quietHours/days"_s,
                      u"notifications"_s,
                      Type::Text,
                      Words::tr("Quiet on"),
                      Words::tr("mon … sun, with commas between; empty: every day"),
                      Words::tr("days week weekend"),
                      QString()};
    days.read = [](const Config &config) {
        QStringList words;
        for (const std::string &day : config.alerts.quietHours.days)
            words += QString::fromStdString(day);
        return words.join(u", "_s);
    };
    days.write = [](Config &config, const QVariant &value) {
        if (config.alerts.quietHours.time.empty())
            return;
        config.alerts.quietHours.days.clear();
        for (const QString &day : value.toString().split(u',', Qt::SkipEmptyParts))
            config.alerts.quietHours.days.push_back(day.trimmed().toLower().toStdString());
    };
    days.check = [](const QVariant &value) {
        static const QStringList known{u"mon"_s, u"tue"_s, u"wed"_s, u"thu"_s, u"fri"_s, u"sat"_s, u"sun"_s};
        for (const QString &day : value.toString().split(u',', Qt::SkipEmptyParts)) {
            if (!known.contains(day.trimmed().toLower()))
                return Words::tr("“%1” is none of mon, tue, wed, thu, fri, sat, sun").arg(day.trimmed());
        }
        return QString();
    };
    table.push_back(std::move(days));
    SettingEntry zone{u"/alerts/quietHours/timeZone"_s,
                      u"notifications"_s,
                      Type::Text,
                      Words::tr("Time zone of quiet hours"),
                      Words::tr("A name such as Europe/Berlin; empty: this computer's"),
                      Words::tr("clock region"),
                      QString()};
    zone.read = [](const Config &config) { return QString::fromStdString(config.alerts.quietHours.timeZone); };
    zone.write = [](Config &config, const QVariant &value) {
        if (!config.alerts.quietHours.time.empty())
            config.alerts.quietHours.timeZone = value.toString().trimmed().toStdString();
    };
    zone.check = [](const QVariant &value) {
        const QString name = value.toString().trimmed();
        return name.isEmpty() || QTimeZone(name.toUtf8()).isValid() ? QString()
                                                                    : Words::tr("There is no time zone of that name");
    };
    table.push_back(std::move(zone));
}

} // namespace

void addAlertSettings(std::vector<SettingEntry> &table)
{
    SettingEntry desktop{u"/alerts/desktop"_s,
                         u"notifications"_s,
                         Type::Switch,
                         Words::tr("Desktop notifications"),
                         Words::tr("Off: alerts are in the list and the log only"),
                         Words::tr("popup tray bell"),
                         true};
    desktop.read = [](const Config &config) { return config.alerts.desktop; };
    desktop.write = [](Config &config, const QVariant &on) { config.alerts.desktop = on.toBool(); };
    table.push_back(std::move(desktop));
    addKinds(table);
    SettingEntry shares{u"/alerts/thresholds"_s,
                        u"notifications"_s,
                        Type::Text,
                        Words::tr("Budgets tell at"),
                        Words::tr("Percent of the limit, rising, with commas between; empty: never"),
                        Words::tr("threshold percent share budget"),
                        u"80, 95, 100"_s};
    shares.read = [](const Config &config) { return sharesText(config.alerts.thresholds); };
    shares.write = [](Config &config, const QVariant &value) {
        config.alerts.thresholds = readShares(value.toString()).value_or(config.alerts.thresholds);
    };
    shares.check = [](const QVariant &value) {
        return readShares(value.toString())
                   ? QString()
                   : Words::tr("Must be percents above 0 and at most 100, each above the one before");
    };
    table.push_back(std::move(shares));
    addQuietHours(table);
}

} // namespace signalbox
