// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/embeddings.h"

namespace signalbox::openai_chat {

// OpenAI Chat Completions with the spellings of the vendors that offer it too.
const Codec &codec();
const EmbeddingCodec &embeddingCodec();

} // namespace signalbox::openai_chat
