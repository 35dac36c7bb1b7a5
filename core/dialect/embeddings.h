// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox {

// Embeddings among OpenAI (float and base64), Gemini (embedContent, batchEmbedContents) and Ollama (/api/embed and the
// older /api/embeddings). Anthropic has none. Pure.

struct EmbeddingRequest {
    std::shared_ptr<ConversationSource> source;
    std::string_view model;
    std::vector<std::string_view> inputs;
    Node tokenInputs = nullptr; // OpenAI: lists of token ids instead of texts; only OpenAI's API takes them
    Setting<int64_t> dimensions;
    Setting<std::string_view> user;
    Setting<std::string_view> taskType; // Gemini
    Setting<std::string_view> title;    // Gemini
    Setting<bool> truncate;             // Ollama
    Setting<std::string_view> keepAlive;
    bool base64 = false; // OpenAI: the client wants vectors as base64 of little-endian floats
    bool single = false; // embedContent and /api/embeddings: one text, another shape of reply
};

struct EmbeddingReply {
    std::string model;
    std::vector<std::vector<float>> vectors;
    TokenUsage usage;
};

class EmbeddingCodec
{
public:
    virtual ~EmbeddingCodec() = default;
    virtual Result<EmbeddingRequest> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                                   LossReport &losses) const = 0;
    virtual Result<EncodedRequest> encodeRequest(const EmbeddingRequest &request, const EncodeRequestOptions &options,
                                                 LossReport &losses) const = 0;
    virtual Result<EmbeddingReply> decodeReply(std::string_view body) const = 0;
    virtual std::string encodeReply(const EmbeddingReply &reply, const EmbeddingRequest &request,
                                    const ReplyOptions &options) const = 0;
};

// nullptr: the dialect has no embeddings (Anthropic; Responses shares OpenAI's).
const EmbeddingCodec *embeddingCodecFor(Dialect dialect);

} // namespace signalbox
