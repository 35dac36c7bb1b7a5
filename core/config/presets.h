// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// A provider that is known by name, from resources/presets.json. All speak openai-chat and take a bearer key.
struct Preset {
    std::string id;
    std::string name;
    std::string baseUrl; // may hold {placeholders}, see `asks`
    std::string region;
    std::vector<std::string> keyEnvironment; // variables in which people keep this provider's key
    bool needsKey = true;
    std::vector<std::string> asks; // placeholders of baseUrl that only the user can fill; empty: ready to use

    bool operator==(const Preset &) const = default;
};

// In the order of the file. Callable from any thread.
const std::vector<Preset> &presets();
const Preset *findPreset(std::string_view id);

} // namespace signalbox
