// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <optional>
#include <string>

namespace signalbox {

// What the config says of exactly one model (provider/model, no wildcards). Pure.
struct ModelOverride {
    std::optional<PriceConfig> price;
    std::optional<ModelConfig> facts;

    bool empty() const { return !price && !facts; }
    bool operator==(const ModelOverride &) const = default;
};

ModelOverride ownOverride(const Config &config, const std::string &key);
// Puts it in, or takes out what `override` lacks. A new entry goes before all others: the first match wins.
Config withOverride(Config config, const std::string &key, const ModelOverride &own);

} // namespace signalbox
