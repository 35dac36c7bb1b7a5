// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/projects/client_edit.h"

#include "core/config/client_key.h"
#include "core/config/instant.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QRegularExpression>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace signalbox {

namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(ClientKeys)
};

constexpr int64_t dayMs = 86'400'000;

template<class T>
void put(std::vector<T> &list, const T &value)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const T &one) { return one.id == value.id; });
    if (found == list.end())
        list.push_back(value);
    else
        *found = value;
}

template<class T>
void take(std::vector<T> &list, const std::string &id)
{
    std::erase_if(list, [&](const T &one) { return one.id == id; });
}

QString joined(const std::vector<std::string> &list)
{
    QStringList words;
    for (const std::string &one : list)
        words += QString::fromStdString(one);
    return words.join(u", "_s);
}

} // namespace

KeyState keyState(const ClientConfig &client, int64_t nowMs)
{
    if (client.revokedAtMs)
        return KeyState::Revoked;
    if (client.disabled)
        return KeyState::Disabled;
    if (!client.expiresAtMs)
        return KeyState::Active;
    if (*client.expiresAtMs <= nowMs)
        return KeyState::Expired;
    return *client.expiresAtMs - nowMs < expiringSoonDays * dayMs ? KeyState::Expiring : KeyState::Active;
}

QString keyStateWord(KeyState state)
{
    switch (state) {
    case KeyState::Active:
        return Words::tr("Active");
    case KeyState::Expiring:
        return Words::tr("Expires soon");
    case KeyState::Expired:
        return Words::tr("Expired");
    case KeyState::Disabled:
        return Words::tr("Off");
    case KeyState::Revoked:
        break;
    }
    return Words::tr("Revoked");
}

Signal keyStateSignal(KeyState state)
{
    switch (state) {
    case KeyState::Active:
        return Signal::Clear;
    case KeyState::Expiring:
        return Signal::Caution;
    case KeyState::Expired:
        return Signal::Stop;
    case KeyState::Disabled:
    case KeyState::Revoked:
        break;
    }
    return Signal::Off;
}

ClientConfig rotated(ClientConfig client, const std::string &newKey, int64_t nowMs, int64_t graceMs)
{
    client.previousKeySha256.clear();
    client.previousValidUntilMs.reset();
    if (graceMs > 0) {
        client.previousKeySha256 = client.keySha256;
        client.previousValidUntilMs = nowMs + graceMs;
    }
    client.keySha256 = clientKeySha256(newKey);
    client.createdAtMs = nowMs;
    return client;
}

QString restrictionWords(const ClientConfig &client)
{
    QStringList words;
    if (!client.routes.empty())
        words += Words::tr("routes %1").arg(joined(client.routes));
    if (!client.models.empty())
        words += Words::tr("models %1").arg(joined(client.models));
    if (!client.dialects.empty())
        words += Words::tr("dialects %1").arg(joined(client.dialects));
    if (!client.regions.empty())
        words += Words::tr("regions %1").arg(joined(client.regions));
    return words.join(u"; "_s);
}

Config withClient(Config config, const ClientConfig &client)
{
    put(config.clients, client);
    return config;
}

Config withoutClient(Config config, const std::string &id)
{
    take(config.clients, id);
    return config;
}

Config withProject(Config config, const ProjectConfig &project)
{
    put(config.projects, project);
    return config;
}

Config withoutProject(Config config, const std::string &id)
{
    take(config.projects, id);
    return config;
}

Config withBudget(Config config, const BudgetRule &rule)
{
    put(config.budgets, rule);
    return config;
}

Config withoutBudget(Config config, const std::string &id)
{
    take(config.budgets, id);
    return config;
}

bool isPlainId(const QString &id)
{
    static const QRegularExpression rule(u"^[a-z0-9][a-z0-9._-]*$"_s);
    return rule.match(id).hasMatch();
}

std::optional<int64_t> readInstant(const QString &text)
{
    const QDate date = QDate::fromString(text, Qt::ISODate);
    if (text.size() == 10 && date.isValid())
        return date.addDays(1).startOfDay().toMSecsSinceEpoch();
    return parseInstant(text.toStdString());
}

QString instantText(std::optional<int64_t> ms)
{
    if (!ms)
        return {};
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(*ms);
    // What was given as a day ends with it.
    if (at == at.date().startOfDay())
        return at.date().addDays(-1).toString(Qt::ISODate);
    return QString::fromStdString(formatInstant(*ms));
}

} // namespace signalbox
