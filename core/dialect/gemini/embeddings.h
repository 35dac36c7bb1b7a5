// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/embeddings.h"

namespace signalbox::gemini {

// embedContent and batchEmbedContents.
const EmbeddingCodec &embeddingCodec();

} // namespace signalbox::gemini
