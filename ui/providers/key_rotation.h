// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "core/routing/health/health_book.h"

#include <QtCore/QString>

#include <string>
#include <vector>

namespace signalbox {

// A provider's keys in the config, without widgets. Pure.

std::string freeKeyId(const ProviderConfig &provider, const std::string &stem);          // "main", else "main-2"
Config withKey(Config config, const std::string &provider, const CredentialConfig &key); // of the same id: in its place
Config withoutKey(Config config, const std::string &provider, const std::string &key);

// A key that takes over from another. Nearly all requests go to the new one; the old one stays behind it, for the case
// that the new one is refused, and goes once the new one has answered.
struct KeyRotation {
    std::string provider;
    std::string oldKey;
    std::string newKey;

    bool operator==(const KeyRotation &) const = default;
};
Config rotationBegun(Config config, const KeyRotation &rotation, const std::string &secret);
Config rotationEnded(Config config, const KeyRotation &rotation);   // the old key goes
Config rotationGivenUp(Config config, const KeyRotation &rotation); // the new key goes, the old one is as before

enum class RotationState { Waiting, Proven, Refused, Over }; // Over: one of the two is not there any more
RotationState rotationState(const KeyRotation &rotation, const Config &config,
                            const std::vector<HealthBook::ProviderRow> &providers);

QString rotationToText(const KeyRotation &rotation); // for the UI's state
bool rotationFromText(const QString &text, KeyRotation &rotation);

} // namespace signalbox
