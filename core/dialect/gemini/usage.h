// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/token_usage.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/object_reader.h"

namespace signalbox::gemini {

// usageMetadata → disjoint classes. The cached part stands inside promptTokenCount, thoughts outside
// candidatesTokenCount, the prompts of server tools outside promptTokenCount. Pure.
TokenUsage readUsage(const boost::json::object &metadata, DecodeContext &context);
// The other way, as one object.
void writeUsage(JsonWriter &out, const TokenUsage &usage);

} // namespace signalbox::gemini
