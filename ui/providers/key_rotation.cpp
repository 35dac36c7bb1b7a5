// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/providers/key_rotation.h"

#include <QtCore/QStringList>

#include <algorithm>

namespace signalbox {

namespace {

constexpr double oldShare = 0.01; // of the new key's weight, while the new one proves itself
constexpr double oneAnswer = 0.5; // decayed count of attempts: one of late
constexpr double mostErrors = 0.5;

ProviderConfig *providerIn(Config &config, const std::string &id)
{
    const auto found = std::find_if(config.providers.begin(), config.providers.end(),
                                    [&](const ProviderConfig &provider) { return provider.id == id; });
    return found == config.providers.end() ? nullptr : &*found;
}

template<class Provider>
auto keyIn(Provider &provider, const std::string &id) -> decltype(provider.credentials.data())
{
    const auto found = std::find_if(provider.credentials.begin(), provider.credentials.end(),
                                    [&](const CredentialConfig &key) { return key.id == id; });
    return found == provider.credentials.end() ? nullptr : &*found;
}

} // namespace

std::string freeKeyId(const ProviderConfig &provider, const std::string &stem)
{
    std::string id = stem;
    for (int n = 2; keyIn(provider, id); ++n)
        id = stem + '-' + std::to_string(n);
    return id;
}

Config withKey(Config config, const std::string &provider, const CredentialConfig &key)
{
    if (ProviderConfig *found = providerIn(config, provider)) {
        if (CredentialConfig *same = keyIn(*found, key.id))
            *same = key;
        else
            found->credentials.push_back(key);
    }
    return config;
}

Config withoutKey(Config config, const std::string &provider, const std::string &key)
{
    if (ProviderConfig *found = providerIn(config, provider))
        std::erase_if(found->credentials, [&](const CredentialConfig &one) { return one.id == key; });
    return config;
}

Config rotationBegun(Config config, const KeyRotation &rotation, const std::string &secret)
{
    ProviderConfig *provider = providerIn(config, rotation.provider);
    CredentialConfig *old = provider ? keyIn(*provider, rotation.oldKey) : nullptr;
    if (!old)
        return config;
    const CredentialConfig fresh{rotation.newKey, secret, old->weight};
    old->weight *= oldShare;
    provider->credentials.insert(provider->credentials.begin() + (old - provider->credentials.data()), fresh);
    return config;
}

Config rotationEnded(Config config, const KeyRotation &rotation)
{
    return withoutKey(std::move(config), rotation.provider, rotation.oldKey);
}

Config rotationGivenUp(Config config, const KeyRotation &rotation)
{
    ProviderConfig *provider = providerIn(config, rotation.provider);
    CredentialConfig *old = provider ? keyIn(*provider, rotation.oldKey) : nullptr;
    const CredentialConfig *fresh = provider ? keyIn(*provider, rotation.newKey) : nullptr;
    if (old && fresh)
        old->weight = fresh->weight;
    return old ? withoutKey(std::move(config), rotation.provider, rotation.newKey) : config;
}

RotationState rotationState(const KeyRotation &rotation, const Config &config,
                            const std::vector<HealthBook::ProviderRow> &providers)
{
    const ProviderConfig *provider = config.provider(rotation.provider);
    if (!provider || !keyIn(*provider, rotation.oldKey) || !keyIn(*provider, rotation.newKey))
        return RotationState::Over;
    for (const HealthBook::ProviderRow &row : providers) {
        if (row.id != rotation.provider)
            continue;
        for (const HealthBook::CredentialRow &key : row.credentials) {
            if (key.id != rotation.newKey)
                continue;
            if (key.block == Block::BadCredential || key.block == Block::OutOfCredit)
                return RotationState::Refused;
            if (key.block == Block::None && key.figures.attempts >= oneAnswer && key.figures.errorRate < mostErrors)
                return RotationState::Proven;
        }
    }
    return RotationState::Waiting;
}

QString rotationToText(const KeyRotation &rotation)
{
    return QString::fromStdString(rotation.provider + '/' + rotation.oldKey + '/' + rotation.newKey);
}

bool rotationFromText(const QString &text, KeyRotation &rotation)
{
    const QStringList parts = text.split(QLatin1Char('/'));
    if (parts.size() != 3 || parts.contains(QString()))
        return false;
    rotation = {parts.at(0).toStdString(), parts.at(1).toStdString(), parts.at(2).toStdString()};
    return true;
}

} // namespace signalbox
