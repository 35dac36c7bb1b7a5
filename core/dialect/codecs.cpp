// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"
#include "core/dialect/gemini/codec.h"
#include "core/dialect/ollama/codec.h"
#include "core/dialect/openai_chat/codec.h"
#include "core/dialect/openai_responses/codec.h"

namespace signalbox {

const Codec &codecFor(Dialect dialect)
{
    switch (dialect) {
    case Dialect::OpenAiResponses:
        return openai_responses::codec();
    case Dialect::Anthropic:
        return anthropic::codec();
    case Dialect::Gemini:
        return gemini::codec();
    case Dialect::Ollama:
        return ollama::codec();
    case Dialect::OpenAiChat:
        break;
    }
    return openai_chat::codec();
}

const EmbeddingCodec *embeddingCodecFor(Dialect dialect)
{
    switch (dialect) {
    case Dialect::Gemini:
        return &gemini::embeddingCodec();
    case Dialect::Ollama:
        return &ollama::embeddingCodec();
    case Dialect::OpenAiChat:
    case Dialect::OpenAiResponses:
        return &openai_chat::embeddingCodec();
    case Dialect::Anthropic:
        break;
    }
    return nullptr;
}

} // namespace signalbox
