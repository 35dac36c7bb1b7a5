// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// One API of a provider.
struct PresetEndpoint {
    std::string dialect;
    std::string baseUrl; // carries the version; may hold {placeholders}

    bool operator==(const PresetEndpoint &) const = default;
};

// A provider that is known by name, from resources/presets.json.
struct Preset {
    std::string id;
    std::string name;
    std::string dialect;                   // the one used when a config names none: openai-chat where it is offered
    std::string baseUrl;                   // of that dialect; may hold {placeholders}, see `asks`
    std::vector<PresetEndpoint> endpoints; // all its APIs, the richest first
    std::string auth;                      // how it takes its key: bearer, x-api-key, …; none: needs no key
    std::string quirks;                    // a JSON object, see core/dialect/quirks.h
    std::string region;
    std::vector<std::string> keyEnvironment; // variables in which people keep this provider's key
    std::string rateLimits = "unknown";      // how its replies tell of limits, see core/routing/health/rate_limits.h
    bool needsKey = true;
    std::vector<std::string> asks; // placeholders of baseUrl that only the user can fill; empty: ready to use
    std::vector<std::string> catalogueProviders; // under which names the catalogue lists its models, the best first

    bool operator==(const Preset &) const = default;
};

// In the order of the file. Callable from any thread.
const std::vector<Preset> &presets();
const Preset *findPreset(std::string_view id);

struct ProviderConfig;
// The APIs that a configured provider offers: those of its preset, unless the config names its own address.
std::vector<PresetEndpoint> endpointsOf(const ProviderConfig &provider);
// How a configured provider tells of its limits: as its preset says; "unknown" without one.
std::string_view rateLimitFamilyOf(const ProviderConfig &provider);

} // namespace signalbox
