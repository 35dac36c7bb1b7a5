// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/json_cursor.h"
#include "core/config/json_text_writer.h"

namespace signalbox {

// "catalogue": {"url":"https://…/catalogue.json","checkEvery":"24h"}
void readCatalogueConfig(JsonCursor node, CatalogueConfig &catalogue);
// "answers": {"repetition":"off|decoded|all"}
void readAnswersConfig(JsonCursor node, AnswersConfig &answers);

// Nothing at all where all is as usual.
void writeCatalogueConfig(JsonTextWriter &out, const CatalogueConfig &catalogue);
void writeAnswersConfig(JsonTextWriter &out, const AnswersConfig &answers);

// What is wrong with an address that a catalogue is taken from; empty: nothing.
std::string checkCatalogueUrl(const std::string &url);

} // namespace signalbox
