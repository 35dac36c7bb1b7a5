// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/loss_report.h"

namespace signalbox::anthropic {

// A schema that the model is held to (structured output, strict tools): Anthropic compiles it and refuses what it
// cannot compile. What it refuses is left out and reported; objects are closed. Key order kept.
void writeStrictSchema(const boost::json::value &schema, JsonWriter &writer, LossReport &losses);
// A tool's input_schema: an object at the top without choices beside it. nullptr: no arguments.
void writeInputSchema(Node schema, JsonWriter &writer, LossReport &losses);

} // namespace signalbox::anthropic
