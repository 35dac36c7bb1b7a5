// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::openai_responses {

// The content of a message or of a tool's output, appended to `parts`: a text, or a list of input_text, output_text,
// refusal, input_image, input_file and input_audio. Other types are dropped with a loss. Pure.
void decodeContent(Node content, std::vector<Part> &parts, DecodeContext &context);

} // namespace signalbox::openai_responses
