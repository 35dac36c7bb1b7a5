// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/catalogue/model_facts.h"
#include "core/config/config.h"

#include <memory>
#include <string_view>
#include <vector>

namespace signalbox {

class Catalogue;

// The catalogue as this config sees it: its providers' own names, its price overrides laid over. Immutable; any thread.
class ModelBook
{
public:
    ModelBook(std::shared_ptr<const Catalogue> catalogue, const Config &config);
    ~ModelBook();

    // nullptr: neither the catalogue nor the config knows it. `provider` is the configured id.
    ModelFactsPtr find(std::string_view provider, std::string_view model) const;
    Cost costOf(std::string_view provider, std::string_view model, const TokenUsage &usage, bool complete) const;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace signalbox
