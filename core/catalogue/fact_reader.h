// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/catalogue/model_facts.h"
#include "core/config/json_cursor.h"

#include <string_view>
#include <vector>

namespace signalbox {

// One entry of a catalogue's `models`; problems go to the node's log. Keys of later versions are passed over.
ModelFacts readModelFacts(JsonCursor node);

Modalities modalitiesFrom(const std::vector<std::string> &kinds); // unknown words are left out
std::vector<std::string_view> modalityNames(Modalities modalities);

} // namespace signalbox
