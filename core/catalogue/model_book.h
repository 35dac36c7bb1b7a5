// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/catalogue/model_facts.h"
#include "core/config/config.h"

#include <QtCore/qglobal.h>

#include <memory>
#include <string_view>
#include <vector>

namespace signalbox {

class Catalogue;

// The catalogue as this config sees it: its providers' own names, its `prices` and `models` laid over. A model is
// looked for under its provider's names in the catalogue (the preset's catalogueProviders), then under the forms of its
// own name (modelNameForms()). A price of the config replaces the catalogue's altogether; the other facts are replaced
// one by one. Immutable; any thread.
class ModelBook
{
public:
    ModelBook(std::shared_ptr<const Catalogue> catalogue, const Config &config); // null: the config alone
    ~ModelBook();
    Q_DISABLE_COPY_MOVE(ModelBook)

    // nullptr: neither the catalogue nor the config knows it. `provider` is the configured id. The last 256 answers of
    // each thread are at hand in well below 1 µs; others take some 10 µs.
    ModelFactsPtr find(std::string_view provider, std::string_view model) const;
    Cost costOf(std::string_view provider, std::string_view model, const TokenUsage &usage, bool complete) const;

    // What the config's `models` say of it alone; empty fields: nothing.
    ModelConfig ownFacts(std::string_view provider, std::string_view model) const;

    const std::shared_ptr<const Catalogue> &catalogue() const; // may be null

private:
    struct Private;
    ModelFactsPtr make(std::string_view provider, std::string_view model) const;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
