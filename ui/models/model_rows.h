// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"
#include "core/config/config.h"

#include <QtCore/QString>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace signalbox {

class Catalogue;

// One model at one provider, as the table of models shows it.
struct ModelRow {
    ModelFactsPtr facts;     // never null; under the names of the row
    ModelFactsPtr listed;    // as the catalogue alone has it; null: it does not know it
    std::string provider;    // the configured id, or the catalogue's where none is configured
    QString providerTitle;   // for people
    QString words;           // lower case, what the text filter looks at
    bool configured = false; // requests can go there
    bool overridden = false; // the config says something of exactly this one

    std::string key() const { return provider + '/' + facts->model; }
};
using ModelRows = std::vector<ModelRow>;
using ModelRowsPtr = std::shared_ptr<const ModelRows>;

// All models of the catalogue: those of configured providers under the provider's own id and with what the config says
// of them, the others as they are listed. Besides the models that only the config or its routes name. In the order of
// provider and model. Takes some 0.1 s for 6,000 models: not for the GUI thread. Pure.
ModelRows makeModelRows(const std::shared_ptr<const Catalogue> &catalogue, const Config &config);

// The price of the first tier, in USD for a million tokens.
using RateMember = std::optional<int64_t> PriceTier::*;
std::optional<double> usdPerMTok(const ModelFacts &facts, RateMember rate);

} // namespace signalbox
