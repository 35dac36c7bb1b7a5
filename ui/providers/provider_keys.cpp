// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/provider_keys.h"

#include "ui/data/provider_actions.h"
#include "ui/preferences/preferences.h"
#include "ui/providers/provider_edit.h"
#include "ui/providers/removed_keys.h"

#include <QtCore/QPointer>
#include <QtCore/QStringList>

#include <algorithm>

namespace signalbox {

namespace {

constexpr auto rotationsKey = "providers/rotations";

Error gone()
{
    return {"provider_gone", ProviderKeys::tr("This key is not in the config any more.").toStdString()};
}

} // namespace

ProviderKeys::ProviderKeys(ProviderActions &actions, RemovedKeys &removed, QObject *parent)
    : QObject(parent), m_actions(actions), m_removed(removed)
{
    for (const QString &text : Preferences().value(QLatin1String(rotationsKey)).toStringList()) {
        KeyRotation rotation;
        if (rotationFromText(text, rotation))
            m_rotations.push_back(rotation);
    }
}

void ProviderKeys::save() const
{
    QStringList texts;
    for (const KeyRotation &rotation : m_rotations)
        texts << rotationToText(rotation);
    Preferences().setValue(QLatin1String(rotationsKey), texts);
}

const KeyRotation *ProviderKeys::rotationOf(const std::string &provider, const std::string &key) const
{
    const auto found = std::find_if(m_rotations.begin(), m_rotations.end(), [&](const KeyRotation &rotation) {
        return rotation.provider == provider && (rotation.oldKey == key || rotation.newKey == key);
    });
    return found == m_rotations.end() ? nullptr : &*found;
}

// A config that is refused leaves no key behind in the keychain.
void ProviderKeys::write(const std::string &reference, const std::string &secret, std::function<Result<void>()> then,
                         Done done)
{
    if (secret.empty()) {
        done(then());
        return;
    }
    m_actions.writeSecret(
        reference, secret, this,
        [this, reference, then = std::move(then), done = std::move(done)](const Result<void> &written) {
            if (!written) {
                done(written);
                return;
            }
            const Result<void> applied = then();
            if (!applied && !m_actions.config()->usesSecret(reference))
                m_actions.removeSecret(reference, this, [](const Result<void> &) {});
            done(applied);
        });
}

void ProviderKeys::add(const std::string &provider, const std::string &id, const std::string &secret,
                       const std::string &reference, double weight, Done done)
{
    const CredentialConfig key{id, secret.empty() ? reference : keychainReference(provider, id), weight};
    write(
        key.secret, secret,
        [this, provider, key] {
            return m_actions.apply(
                withKey(*m_actions.config(), provider, key),
                tr("key %1 of %2 added").arg(QString::fromStdString(key.id), QString::fromStdString(provider)));
        },
        std::move(done));
}

void ProviderKeys::rotate(const std::string &provider, const std::string &oldKey, const std::string &secret,
                          const std::string &reference, Done done)
{
    const ProviderConfig *found = m_actions.config()->provider(provider);
    if (!found) {
        done(gone());
        return;
    }
    const KeyRotation rotation{provider, oldKey, freeKeyId(*found, oldKey)};
    const std::string place = secret.empty() ? reference : keychainReference(provider, rotation.newKey);
    write(
        place, secret,
        [this, rotation, place]() -> Result<void> {
            const auto applied = m_actions.apply(rotationBegun(*m_actions.config(), rotation, place),
                                                 tr("key %1 of %2 takes over from %3")
                                                     .arg(QString::fromStdString(rotation.newKey),
                                                          QString::fromStdString(rotation.provider),
                                                          QString::fromStdString(rotation.oldKey)));
            if (!applied)
                return applied;
            m_rotations.push_back(rotation);
            save();
            return applied;
        },
        std::move(done));
}

Result<void> ProviderKeys::setWeight(const std::string &provider, const std::string &key, double weight)
{
    const ProviderConfig *found = m_actions.config()->provider(provider);
    if (!found)
        return gone();
    for (CredentialConfig one : found->credentials) {
        if (one.id != key)
            continue;
        if (one.weight == weight)
            return {};
        one.weight = weight;
        return m_actions.apply(
            withKey(*m_actions.config(), provider, one),
            tr("weight of key %1 of %2 changed").arg(QString::fromStdString(key), QString::fromStdString(provider)));
    }
    return gone();
}

// The secret stays as long as this can be undone.
Result<void> ProviderKeys::takeAway(const std::string &provider, const std::string &key, const Config &next,
                                    const QString &why, const QString &words)
{
    const Config before = *m_actions.config();
    const ProviderConfig *was = before.provider(provider);
    ProviderConfig held;
    held.id = provider;
    for (const CredentialConfig &one : was ? was->credentials : std::vector<CredentialConfig>()) {
        if (one.id == key)
            held.credentials.push_back(one);
    }
    if (held.credentials.empty())
        return gone();
    const auto applied = m_actions.apply(next, why);
    if (!applied)
        return applied;
    const quint64 ticket = m_removed.hold(held);
    const QPointer<ProviderKeys> guard(this);
    const std::vector<CredentialConfig> keys = was->credentials;
    Q_EMIT tookAway(
        words,
        [guard, provider, keys, ticket] {
            if (!guard)
                return;
            Config back = *guard->m_actions.config(); // what else has changed meanwhile stays
            for (const CredentialConfig &one : keys)
                back = withKey(std::move(back), provider, one);
            const auto undone = guard->m_actions.apply(std::move(back),
                                                       tr("keys of %1 restored").arg(QString::fromStdString(provider)));
            if (undone)
                guard->m_removed.giveBack(ticket);
            else
                Q_EMIT guard->failed(QString::fromStdString(undone.error().message));
        },
        [guard, ticket] {
            if (guard)
                guard->m_removed.remove(ticket);
        });
    return {};
}

Result<void> ProviderKeys::remove(const std::string &provider, const std::string &key)
{
    if (const KeyRotation *rotation = rotationOf(provider, key))
        return key == rotation->oldKey ? endRotation(*rotation) : giveUpRotation(*rotation);
    const QString name = QString::fromStdString(key);
    const QString whose = QString::fromStdString(provider);
    return takeAway(provider, key, withoutKey(*m_actions.config(), provider, key),
                    tr("key %1 of %2 removed").arg(name, whose), tr("Key %1 of %2 removed").arg(name, whose));
}

void ProviderKeys::forget(const KeyRotation &rotation)
{
    const KeyRotation which = rotation; // it may be one of those in the list
    std::erase(m_rotations, which);
    std::erase(m_told, which);
    save();
}

Result<void> ProviderKeys::endRotation(const KeyRotation &rotation)
{
    const KeyRotation which = rotation;
    const QString name = QString::fromStdString(which.newKey);
    const QString whose = QString::fromStdString(which.provider);
    forget(which);
    return takeAway(which.provider, which.oldKey, rotationEnded(*m_actions.config(), which),
                    tr("key %1 of %2 has taken over").arg(name, whose),
                    tr("Key %1 of %2 has taken over; the old one went").arg(name, whose));
}

Result<void> ProviderKeys::giveUpRotation(const KeyRotation &rotation)
{
    const KeyRotation which = rotation;
    const QString name = QString::fromStdString(which.oldKey);
    const QString whose = QString::fromStdString(which.provider);
    forget(which);
    return takeAway(which.provider, which.newKey, rotationGivenUp(*m_actions.config(), which),
                    tr("back to key %1 of %2").arg(name, whose), tr("Back to key %1 of %2").arg(name, whose));
}

void ProviderKeys::look(const std::vector<HealthBook::ProviderRow> &providers)
{
    const std::vector<KeyRotation> all = m_rotations;
    for (const KeyRotation &rotation : all) {
        switch (rotationState(rotation, *m_actions.config(), providers)) {
        case RotationState::Waiting:
            break;
        case RotationState::Over:
            forget(rotation);
            break;
        case RotationState::Proven:
            if (const auto ended = endRotation(rotation); !ended)
                Q_EMIT failed(QString::fromStdString(ended.error().message));
            break;
        case RotationState::Refused:
            if (std::find(m_told.begin(), m_told.end(), rotation) != m_told.end())
                break;
            m_told.push_back(rotation);
            Q_EMIT refused(
                tr("The new key %1 of %2 was refused. The old one serves on.")
                    .arg(QString::fromStdString(rotation.newKey), QString::fromStdString(rotation.provider)));
            break;
        }
    }
}

} // namespace signalbox
