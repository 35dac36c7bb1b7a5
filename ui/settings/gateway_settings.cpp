// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/config_checks.h"
#include "core/config/secret_reference.h"
#include "core/net/proxy_rules.h"
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

void addRedaction(std::vector<SettingEntry> &table)
{
    const auto kind = [&table](const QString &key, bool RedactionConfig::*field, const QString &label,
                               const QString &hint, const QString &words) {
        SettingEntry setting{u"/store/redact/"_s + key, u"privacy"_s, Type::Switch, {}, {}, {},
                             RedactionConfig().*field};
        setting.read = [field](const Config &config) { return QVariant(config.store.redact.*field); };
        setting.write = [field](Config &config, const QVariant &value) { config.store.redact.*field = value.toBool(); };
        add(table, setting, label, hint, words + Words::tr(" redaction mask hide personal data secrets"));
    };
    kind(u"keys"_s, &RedactionConfig::keys, Words::tr("Mask keys"),
         Words::tr("Of providers and other services, before bodies are kept; the gateway's own always"),
         Words::tr("api token"));
    kind(u"tokens"_s, &RedactionConfig::tokens, Words::tr("Mask tokens"),
         Words::tr("Behind Bearer or Basic, and JSON web tokens"), Words::tr("jwt bearer login"));
    kind(u"privateKeys"_s, &RedactionConfig::privateKeys, Words::tr("Mask private keys"),
         Words::tr("Blocks of certificates and of SSH"), Words::tr("pem ssh certificate"));
    kind(u"emails"_s, &RedactionConfig::emails, Words::tr("Mask e-mail addresses"), {}, Words::tr("email mail"));
    kind(u"cards"_s, &RedactionConfig::cards, Words::tr("Mask card numbers"),
         Words::tr("Whose issuer, length and check digit are right"), Words::tr("credit card payment"));
    kind(u"ibans"_s, &RedactionConfig::ibans, Words::tr("Mask bank accounts"),
         Words::tr("IBANs whose check digits are right"), Words::tr("iban bank account"));
    kind(u"phones"_s, &RedactionConfig::phones, Words::tr("Mask phone numbers"),
         Words::tr("Other numbers may look like them"), Words::tr("telephone"));
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
    addRedaction(table);
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
        return QString::fromStdString(checkProxy(splitProxyLogin(value.toString().trimmed().toStdString()).proxy));
    };
    add(table, proxy, Words::tr("Proxy"),
        Words::tr("system, none, http://name:password@host:port or socks5://…, for all that goes out; the password is "
                  "put into the keychain"),
        Words::tr("socks http_proxy company outgoing webhooks catalogue"));
    SettingEntry password{u"/proxyPassword"_s, u"network"_s, Type::Text, {}, {}, {}, QString()};
    password.read = [](const Config &config) { return QString::fromStdString(config.proxyPassword); };
    password.write = [](Config &config, const QVariant &value) {
        config.proxyPassword = value.toString().trimmed().toStdString();
    };
    password.check = [](const QVariant &value) {
        const std::string reference = value.toString().trimmed().toStdString();
        const auto parsed =
            reference.empty() ? Result<SecretReference>(SecretReference()) : parseSecretReference(reference);
        return parsed ? QString() : QString::fromStdString(parsed.error().message);
    };
    add(table, password, Words::tr("Proxy's password"),
        Words::tr("Where it is: keychain:SERVICE/NAME, env:NAME or file:PATH"), Words::tr("login secret reference"));
    SettingEntry direct{u"/noProxy"_s, u"network"_s, Type::Text, {}, {}, {}, QString()};
    direct.read = [](const Config &config) { return listText(config.noProxy); };
    direct.write = [](Config &config, const QVariant &value) { config.noProxy = listOf(value.toString()); };
    direct.check = [](const QVariant &value) {
        for (const std::string &entry : listOf(value.toString())) {
            if (const std::string wrong = checkNoProxy(entry); !wrong.empty())
                return QString::fromStdString(entry + ": " + wrong);
        }
        return QString();
    };
    add(table, direct, Words::tr("No proxy for"),
        Words::tr("Names with their subdomains, addresses and subnets, with commas between; this computer never"),
        Words::tr("exceptions bypass direct no_proxy"));
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

void addBackups(std::vector<SettingEntry> &table)
{
    constexpr int64_t hourMs = 3'600'000;
    SettingEntry every{u"/backup/every"_s, u"data"_s, Type::Choice, {}, {}, {}, 0};
    every.choices = {{Words::tr("Never"), 0}, {Words::tr("Every day"), 24}, {Words::tr("Every week"), 168}};
    every.read = [](const Config &config) { // what a file says is shown as the nearest of them
        const int64_t hours = config.backup.every.count() / hourMs;
        return QVariant(config.backup.every.count() == 0 ? 0 : hours < 96 ? 24 : 168);
    };
    every.write = [read = every.read](Config &config, const QVariant &value) {
        if (read(config) != value)
            config.backup.every = Millis(value.toLongLong() * hourMs);
        if (config.backup.every.count() == 0)
            config.backup = {};
    };
    add(table, every, Words::tr("Automatic backup"),
        Words::tr("Into the data folder: config, ledger and your own catalogue, never secrets"),
        Words::tr("copy save interval"));
    SettingEntry keep{u"/backup/keep"_s, u"data"_s, Type::Number, {}, {}, {}, BackupConfig().keep, 1, 1'000};
    keep.read = [](const Config &config) { return QVariant(config.backup.keep); };
    keep.write = [](Config &config, const QVariant &value) {
        if (config.backup.every.count() > 0) // how many needs a how often
            config.backup.keep = value.toInt();
    };
    add(table, keep, Words::tr("Automatic backups kept"), Words::tr("The oldest beyond go"),
        Words::tr("copy count number"));
}

} // namespace

void addGatewaySettings(std::vector<SettingEntry> &table)
{
    addListening(table);
    addPrivacy(table);
    addNetwork(table);
    addBackups(table);
}

} // namespace signalbox
