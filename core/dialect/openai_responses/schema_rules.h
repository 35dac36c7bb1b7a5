// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/loss_report.h"

namespace signalbox::openai_responses {

// What OpenAI demands of JSON schemas. Pure.

// Strict mode: each object closed (additionalProperties false), each property required, no keyword outside of OpenAI's
// subset. A schema that is not like that is refused with a 400 when `strict` is true.
bool fitsStrict(const boost::json::value &schema);

// A function's parameters: the root must be of type object, have `properties` and none of oneOf, anyOf, allOf, enum,
// not (these are dropped with a loss). nullptr: no arguments.
void writeParameters(JsonWriter &json, Node schema, LossReport &losses);

} // namespace signalbox::openai_responses
