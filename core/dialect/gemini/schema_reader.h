// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

namespace signalbox::gemini {

// Gemini's `parameters` and `responseSchema` are a subset of OpenAPI 3.0; a Conversation holds JSON Schema. The schema
// itself when it already is one, else a copy in the source's memory (types in lower case, `nullable` as a type list,
// counts as numbers). Pure.
Node jsonSchemaOf(Node openApi, ConversationSource &source, LossReport &losses);

} // namespace signalbox::gemini
