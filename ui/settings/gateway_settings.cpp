// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_checks.h"
#include "ui/settings/setting.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QStringList>
#include <QtCore/QUrl>
#include <QtNetwork/QHostAddress>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(Settings)
};

using Type = SettingEntry::Type;

// A whole number of the config; `part` and `field` say where.
template<class Part, class Number>
SettingEntry number(const QString &key, const QString &section, Part Config::*part, Number Part::*field, int least,
                    int most)
{
    SettingEntry setting{key, section, Type::Number, {}, {}, {}, int(Config().*part.*field), least, most};
    setting.read = [part, field](const Config &config) { return QVariant(int(config.*part.*field)); };
    setting.write = [part, field](Config &config, const QVariant &value) {
        config.*part.*field = Number(value.toInt());
    };
    return setting;
}

template<class Part, class Enum>
SettingEntry choice(const QString &key, const QString &section, Part Config::*part, Enum Part::*field,
                    SettingEntry::Choices choices)
{
    SettingEntry setting{key, section, Type::Choice, {}, {}, {}, int(Config().*part.*field)};
    setting.choices = std::move(choices);
    setting.read = [part, field](const Config &config) { return QVariant(int(config.*part.*field)); };
    setting.write = [part, field](Config &config, const QVariant &value) { config.*part.*field = Enum(value.toInt()); };
    return setting;
}

void add(std::vector<SettingEntry> &table, SettingEntry setting, const QString &label, const QString &hint,
         const QString &words, const QString &unit = {})
{
    setting.label = label;
    setting.hint = hint;
    setting.words = words;
    setting.unit = unit;
    table.push_back(std::move(setting));
}

QString listText(const std::vector<std::string> &list)
{
    QStringList words;
    for (const std::string &one : list)
        words += QString::fromStdString(one);
    return words.join(u", "_s);
}

std::vector<std::string> listOf(const QString &text)
{
    std::vector<std::string> list;
    for (const QString &one : text.split(u',', Qt::SkipEmptyParts)) {
        if (!one.trimmed().isEmpty())
            list.push_back(one.trimmed().toStdString());
    }
    return list;
}

void addListening(std::vector<SettingEntry> &table)
{
    SettingEntry address{u"/listen/address"_s, u"listening"_s, Type::Text, {}, {}, {}, u"127.0.0.1"_s};
    address.read = [](const Config &config) { return QString::fromStdString(config.listen.address); };
    address.write = [](Config &config, const QVariant &value) {
        config.listen.address = value.toString().trimmed().toStdString();
    };
    address.check = [](const QVariant &value) {
        const QString text = value.toString().trimmed();
        return text == "localhost"_L1 || !QHostAddress(text).isNull()
                   ? QString()
                   : Words::tr("Must be an IP address, for example 127.0.0.1");
    };
    add(table, address, Words::tr("Address"), Words::tr("127.0.0.1: this computer only"),
        Words::tr("interface bind localhost lan ip"));
    add(table, number(u"/listen/port"_s, u"listening"_s, &Config::listen, &ListenConfig::port, 0, 65'535),
        Words::tr("Port"), Words::tr("0: any free port"), Words::tr("tcp socket"));
    add(table,
        choice(u"/listen/auth"_s, u"listening"_s, &Config::listen, &ListenConfig::auth,
               {{Words::tr("Client keys required"), int(AuthMode::Keys)},
                {Words::tr("No key needed"), int(AuthMode::None)}}),
        Words::tr("Access"), {}, Words::tr("security authentication password login"));
    SettingEntry hosts{u"/listen/hosts"_s, u"listening"_s, Type::Text, {}, {}, {}, QString()};
    hosts.read = [](const Config &config) { return listText(config.listen.hosts); };
    hosts.write = [](Config &config, const QVariant &value) { config.listen.hosts = listOf(value.toString()); };
    add(table, hosts, Words::tr("Further host names"),
        Words::tr("Names this computer is called by beside its address, with commas between"),
        Words::tr("domain dns rebinding reverse proxy"));
    const QString limits = Words::tr("limit size maximum");
    add(table, number(u"/limits/bodyMiB"_s, u"listening"_s, &Config::limits, &LimitsConfig::bodyMiB, 1, 2048),
        Words::tr("Largest request"), Words::tr("What is larger is refused with 413"), limits, Words::tr(" MiB"));
    add(table, number(u"/limits/headerKiB"_s, u"listening"_s, &Config::limits, &LimitsConfig::headerKiB, 4, 1024),
        Words::tr("Largest request head"), {}, limits, Words::tr(" KiB"));
    add(table,
        number(u"/limits/connections"_s, u"listening"_s, &Config::limits, &LimitsConfig::connections, 1, 100'000),
        Words::tr("Connections at once"), {}, limits);
    add(table, number(u"/limits/headSeconds"_s, u"listening"_s, &Config::limits, &LimitsConfig::headSeconds, 1, 3600),
        Words::tr("Wait for a request"), Words::tr("Until its head is there"), limits + Words::tr(" timeout slow"),
        Words::tr(" s"));
}

void addPrivacy(std::vector<SettingEntry> &table)
{
    add(table,
        choice(u"/store/bodies"_s, u"privacy"_s, &Config::store, &StoreConfig::bodies,
               {{Words::tr("All requests"), int(BodyPolicy::All)},
                {Words::tr("Failed requests only"), int(BodyPolicy::Errors)},
                {Words::tr("None"), int(BodyPolicy::None)}}),
        Words::tr("Keep bodies of"), Words::tr("What was asked and answered, word for word"),
        Words::tr("prompts replies content text privacy record"));
    add(table,
        choice(u"/answers/repetition"_s, u"privacy"_s, &Config::answers, &AnswersConfig::repetition,
               {{Words::tr("None"), int(RepetitionScope::Off)},
                {Words::tr("Those translated anyway"), int(RepetitionScope::Decoded)},
                {Words::tr("All"), int(RepetitionScope::All)}}),
        Words::tr("Look for repetition in"), Words::tr("Replies; only figures are kept, never a text"),
        Words::tr("repetitive models answers"));
    add(table, number(u"/store/keepDays"_s, u"privacy"_s, &Config::store, &StoreConfig::keepDays, 1, 36'500),
        Words::tr("Keep requests for"), Words::tr("Sums of spend stay longer"),
        Words::tr("retention history age delete"), Words::tr(" days"));
    add(table, number(u"/store/maxMiB"_s, u"privacy"_s, &Config::store, &StoreConfig::maxMiB, 16, 1'048'576),
        Words::tr("At most"), Words::tr("The oldest go first"), Words::tr("retention disk space size ledger"),
        Words::tr(" MiB"));
}

void addNetwork(std::vector<SettingEntry> &table)
{
    SettingEntry proxy{u"/proxy"_s, u"network"_s, Type::Text, {}, {}, {}, u"system"_s};
    proxy.read = [](const Config &config) { return QString::fromStdString(config.proxy); };
    proxy.write = [](Config &config, const QVariant &value) {
        config.proxy = value.toString().trimmed().toStdString();
    };
    proxy.check = [](const QVariant &value) {
        return QString::fromStdString(checkProxy(value.toString().trimmed().toStdString()));
    };
    add(table, proxy, Words::tr("Proxy"),
        Words::tr("system, none, http://… or socks5://…; for providers that name none of their own"),
        Words::tr("socks http_proxy company outgoing"));
    SettingEntry address{u"/catalogue/url"_s, u"network"_s, Type::Text, {}, {}, {}, QString()};
    address.read = [](const Config &config) { return QString::fromStdString(config.catalogue.url); };
    address.write = [](Config &config, const QVariant &value) {
        config.catalogue.url = value.toString().trimmed().toStdString();
        if (config.catalogue.url.empty())
            config.catalogue = {}; // how often needs a where
    };
    address.check = [](const QVariant &value) {
        const QString text = value.toString().trimmed();
        const bool good = text.isEmpty() || (QUrl(text, QUrl::StrictMode).isValid() &&
                                             (text.startsWith("https://"_L1) || text.startsWith("http://"_L1)));
        return good ? QString() : Words::tr("Must begin with https://, or be empty");
    };
    add(table, address, Words::tr("Catalogue from"), Words::tr("Address of newer prices; empty: nothing is fetched"),
        Words::tr("update models prices url download"));
    SettingEntry every{u"/catalogue/checkEvery"_s, u"network"_s, Type::Number, {}, {}, {}, 24, 1, 168};
    every.read = [](const Config &config) {
        return int(std::max<int64_t>(1, config.catalogue.checkEvery.count() / 3'600'000));
    };
    every.write = [](Config &config, const QVariant &value) {
        // Minutes that a file set stay until the hours are changed.
        const auto hours = Millis(value.toLongLong() * 3'600'000);
        if (!config.catalogue.url.empty() && config.catalogue.checkEvery / 3'600'000 != hours / 3'600'000)
            config.catalogue.checkEvery = hours;
    };
    add(table, every, Words::tr("Look for it every"), Words::tr("Offered under Models; odd changes need a yes"),
        Words::tr("update interval"), Words::tr(" h"));
}

} // namespace

void addGatewaySettings(std::vector<SettingEntry> &table)
{
    addListening(table);
    addPrivacy(table);
    addNetwork(table);
}

} // namespace signalbox
