// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/embeddings.h"

#include <string>

namespace signalbox::ollama {

// Ollama's own API (/api/chat, /api/generate, /api/tags, /api/show, /api/version, /api/embed, /api/embeddings).
const Codec &codec();
const EmbeddingCodec &embeddingCodec();

// The reply to /api/version.
std::string versionReply();

// The reply to a chat or generate request without any message: it only asks to load the model, or with a keep_alive of
// 0 to unload it. No provider can be asked that through another API, so the gateway answers it itself.
std::string loadReply(const Conversation &conversation, const ReplyOptions &options);

} // namespace signalbox::ollama
