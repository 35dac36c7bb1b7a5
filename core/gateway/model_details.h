// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_book.h"
#include "core/dialect/codec.h"

#include <string>
#include <vector>

namespace signalbox {

// What is said of a target in model lists: the config's own word first, then what the provider's list said (`listed`,
// may be empty), then the catalogue. Pure.
ListedModel describeTarget(const ModelBook &book, const std::string &provider, const std::string &model,
                           ListedModel listed = {});

// Exact model names of routes, then fixed targets. A route's name is described by what all its targets can do: the
// smallest limits, the modalities and abilities that all known ones share. Pure.
std::vector<ListedModel> describeRoutes(const ModelBook &book, const Config &config);

} // namespace signalbox
