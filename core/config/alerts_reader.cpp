// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/alerts_reader.h"

#include "core/config/config_checks.h"
#include "core/config/json_text.h"
#include "core/config/secret_reference.h"
#include "core/config/time_window.h"

#include <QtCore/QTimeZone>
#include <QtCore/QUrl>

#include <algorithm>

namespace signalbox {

namespace {

constexpr std::array<const char *, 8> kindNames{"budget",   "anomaly", "credential", "provider",
                                                "failover", "quota",   "keyExpiry",  "forecast"};
constexpr std::array<std::string_view, 7> dayWords{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

std::string allKindNames()
{
    std::string names;
    for (const char *name : kindNames)
        names += (names.empty() ? "" : ", ") + std::string(name);
    return names;
}

void readKindList(JsonCursor &node, std::set<AlertKind> &out)
{
    std::vector<std::string> names;
    node.eachText("kinds", names);
    if (node.has("kinds") && names.empty())
        node.problem("kinds", "must have at least one entry; leave it out for all");
    for (size_t i = 0; i < names.size(); ++i) {
        const std::string at = childPointer(node.at("kinds"), std::to_string(i));
        const auto kind = alertKindFrom(names[i]);
        if (!kind)
            node.log().report(at, "must be one of " + allKindNames() + "; found `" + names[i] + "`");
        else if (!out.insert(*kind).second)
            node.log().report(at, "is there twice");
    }
}

// Slack and its kin put the token into the address, which must not stand in a plain file.
std::string checkWebhookUrl(const std::string &url)
{
    if (!url.starts_with("http://") && !url.starts_with("https://")) {
        return parseSecretReference(url) ? std::string()
                                         : "must begin with http:// or https://, or be a reference to such an address: "
                                           "keychain:SERVICE/NAME, env:NAME or file:PATH";
    }
    const QUrl parsed(QString::fromStdString(url), QUrl::StrictMode);
    if (!parsed.isValid() || parsed.host().isEmpty())
        return "must be a valid URL with a host name";
    return parsed.userInfo().isEmpty() ? std::string()
                                       : "must not hold a user name or password; put the whole address into the "
                                         "keychain and name it as keychain:SERVICE/NAME";
}

void readWebhook(JsonCursor node, WebhookConfig &hook)
{
    node.allow({"id", "url", "secret", "kinds", "minInterval"});
    node.require("id");
    node.text("id", hook.id);
    if (const std::string wrong = checkId(hook.id); !wrong.empty())
        node.problem("id", wrong);
    node.require("url");
    node.text("url", hook.url, 4096);
    if (const std::string wrong = checkWebhookUrl(hook.url); !wrong.empty())
        node.problem("url", wrong);
    node.text("secret", hook.secret);
    if (const auto reference = parseSecretReference(hook.secret); node.has("secret") && !reference)
        node.problem("secret", reference.error().message);
    readKindList(node, hook.kinds);
    node.duration("minInterval", hook.minInterval);
}

void readQuietHours(JsonCursor node, QuietHours &quiet)
{
    node.allow({"time", "days", "timeZone"});
    node.require("time");
    node.text("time", quiet.time);
    if (!parseTimeWindow(quiet.time))
        node.problem("time", "must be two different times of day such as 22:00-07:00");
    node.eachText("days", quiet.days);
    if (node.has("days") && quiet.days.empty())
        node.problem("days", "must have at least one entry; leave it out for every day");
    for (size_t i = 0; i < quiet.days.size(); ++i) {
        if (std::find(dayWords.begin(), dayWords.end(), quiet.days[i]) == dayWords.end())
            node.log().report(childPointer(node.at("days"), std::to_string(i)),
                              "must be one of mon, tue, wed, thu, fri, sat, sun; found `" + quiet.days[i] + "`");
    }
    node.text("timeZone", quiet.timeZone, 100);
    if (node.has("timeZone") && !QTimeZone(QByteArray::fromStdString(quiet.timeZone)).isValid())
        node.problem("timeZone", "there is no time zone `" + quiet.timeZone + "`; use a name such as Europe/Berlin");
}

void readThresholds(JsonCursor &node, std::vector<double> &thresholds)
{
    if (!node.has("thresholds"))
        return;
    thresholds.clear();
    node.eachNumber("thresholds", thresholds);
    for (size_t i = 0; i < thresholds.size(); ++i) {
        const std::string at = childPointer(node.at("thresholds"), std::to_string(i));
        if (thresholds[i] <= 0 || thresholds[i] > 1)
            node.log().report(at, "must be above 0 and at most 1");
        else if (i > 0 && thresholds[i] <= thresholds[i - 1])
            node.log().report(at, "must be above the one before");
    }
}

void readSwitches(JsonCursor node, std::set<AlertKind> &off)
{
    node.allow({"budget", "anomaly", "credential", "provider", "failover", "quota", "keyExpiry", "forecast"});
    for (const AlertKind kind : allAlertKinds) {
        bool on = true;
        node.flag(alertKindName(kind), on);
        if (!on)
            off.insert(kind);
    }
}

void writeWebhook(JsonTextWriter &out, const WebhookConfig &hook)
{
    out.object([&] {
        out.key("id");
        out.text(hook.id);
        out.key("url");
        out.text(hook.url);
        out.member("secret", hook.secret, {});
        out.list("kinds", std::vector<AlertKind>(hook.kinds.begin(), hook.kinds.end()),
                 [&](AlertKind kind) { out.text(alertKindName(kind)); });
        out.member("minInterval", hook.minInterval, WebhookConfig().minInterval);
    });
}

} // namespace

const char *alertKindName(AlertKind kind)
{
    return kindNames[static_cast<size_t>(kind)];
}

std::optional<AlertKind> alertKindFrom(std::string_view name)
{
    const auto found =
        std::find_if(allAlertKinds.begin(), allAlertKinds.end(), [&](AlertKind k) { return alertKindName(k) == name; });
    return found == allAlertKinds.end() ? std::nullopt : std::optional(*found);
}

void readAlerts(JsonCursor node, AlertsConfig &alerts)
{
    node.allow({"desktop", "kinds", "quietHours", "thresholds", "webhooks"});
    node.flag("desktop", alerts.desktop);
    node.object("kinds", [&](JsonCursor child) { readSwitches(child, alerts.off); });
    node.object("quietHours", [&](JsonCursor child) { readQuietHours(child, alerts.quietHours); });
    readThresholds(node, alerts.thresholds);
    node.each("webhooks", [&](JsonCursor child) { readWebhook(child, alerts.webhooks.emplace_back()); });
    for (size_t i = 0; i < alerts.webhooks.size(); ++i) {
        for (size_t before = 0; before < i; ++before) {
            if (alerts.webhooks[before].id == alerts.webhooks[i].id)
                node.log().report(node.at("webhooks") + '/' + std::to_string(i) + "/id",
                                  "is already used by " + node.at("webhooks") + '/' + std::to_string(before));
        }
    }
}

void writeAlerts(JsonTextWriter &out, const AlertsConfig &alerts)
{
    const AlertsConfig usual;
    if (alerts == usual)
        return;
    out.key("alerts");
    out.object([&] {
        if (!alerts.desktop) {
            out.key("desktop");
            out.flag(false);
        }
        if (!alerts.off.empty()) {
            out.key("kinds");
            out.object([&] {
                for (const AlertKind kind : alerts.off) {
                    out.key(alertKindName(kind));
                    out.flag(false);
                }
            });
        }
        if (!alerts.quietHours.time.empty()) {
            out.key("quietHours");
            out.object([&] {
                out.member("time", alerts.quietHours.time, {});
                out.list("days", alerts.quietHours.days, [&](const std::string &day) { out.text(day); });
                out.member("timeZone", alerts.quietHours.timeZone, {});
            });
        }
        if (alerts.thresholds.empty()) {
            out.key("thresholds");
            out.json("[]"); // says that nobody is to be told, which an absent list does not
        } else if (alerts.thresholds != usual.thresholds) {
            out.list("thresholds", alerts.thresholds, [&](double share) { out.number(share); });
        }
        out.list("webhooks", alerts.webhooks, [&](const WebhookConfig &hook) { writeWebhook(out, hook); });
    });
}

} // namespace signalbox
