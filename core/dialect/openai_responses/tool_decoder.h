// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_responses {

// `tools` of a request or of an additional_tools item: function, custom, namespace (flattened, see tool_names.h);
// everything else is a Native tool. A tool whose name is declared already is dropped with a loss. Pure.
void decodeTools(const boost::json::array &tools, Conversation &conversation, DecodeContext &context);

// tool_choice; the tools must have been decoded.
Setting<ToolChoice> decodeToolChoice(Node choice, const Conversation &conversation, DecodeContext &context);

} // namespace signalbox::openai_responses
