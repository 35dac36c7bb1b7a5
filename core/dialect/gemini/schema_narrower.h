// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/json_writer.h"
#include "core/dialect/loss_report.h"

namespace signalbox::gemini {

// JSON Schema → the OpenAPI subset of `parameters` and `responseSchema`, for models and servers that know no JSON
// Schema. $ref and allOf are worked in, const becomes enum, oneOf anyOf, a type list `nullable`; every keyword that has
// no place is a loss at its own place. Never fails. Pure.
void writeNarrowSchema(JsonWriter &out, const boost::json::value &schema, LossReport &losses);

// An object without properties, which the subset refuses as `parameters`.
bool isEmptyObjectSchema(const boost::json::value &schema);

} // namespace signalbox::gemini
