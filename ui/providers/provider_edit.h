// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QString>

namespace signalbox {

// The rules of adding and removing a provider, without widgets. Pure.

// A key as people paste it: around it spaces, quotes, "Bearer ", "KEY=", "export KEY=", a trailing semicolon.
QString cleanPastedKey(QString text);
// Lower case, [a-z0-9-], unique among the config's providers.
QString suggestProviderId(const QString &name, const Config &config);
std::string keychainReference(const std::string &provider, const std::string &credential);
std::string proxyPasswordReference(const std::string &provider);
bool hasCatchAllRoute(const Config &config);

// Adds the provider, or puts it where one with the same id is. The first provider brings the default route; a later one
// enters it only when `asFallback`.
Config withProvider(Config config, const ProviderConfig &provider, bool asFallback);
// Also takes it out of the routes; a route that leads nowhere then goes too.
Config withoutProvider(Config config, const std::string &id);

} // namespace signalbox
