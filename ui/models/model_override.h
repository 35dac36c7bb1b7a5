// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <QtCore/QString>

#include <map>
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

// Own scores as a text, `metric=score, …`, and back. Absent: something else stands there.
QString scoresText(const std::map<std::string, double> &scores);
std::optional<std::map<std::string, double>> readScores(const QString &text);

} // namespace signalbox
