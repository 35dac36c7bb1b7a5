// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

namespace signalbox::openai_responses {

// OpenAI's Responses API, both directions.
const Codec &codec();

} // namespace signalbox::openai_responses
