// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/ollama/codec.h"

#include "core/dialect/json_writer.h"
#include "core/dialect/ollama/errors.h"
#include "core/dialect/ollama/model_list.h"
#include "core/dialect/ollama/reply_decoder.h"
#include "core/dialect/ollama/reply_encoder.h"
#include "core/dialect/ollama/request_decoder.h"
#include "core/dialect/ollama/request_encoder.h"
#include "core/dialect/ollama/timestamps.h"

namespace signalbox::ollama {

namespace {

// Clients ask for a least version before they use a feature: 0.6.4 for capabilities, 0.12.11 for logprobs, 0.13.4 for
// /v1/responses. This is the release whose API is spoken here.
constexpr const char *spokenVersion = "0.13.5";

class OllamaCodec final : public Codec
{
public:
    Dialect dialect() const override { return Dialect::Ollama; }

    Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                       LossReport &losses) const override
    {
        return ollama::decodeRequest(body, options, losses);
    }
    std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const override
    {
        return std::make_unique<Encoder>(options);
    }
    std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const override
    {
        return ollama::encodeReply(reply, options);
    }
    ReplyShows replyShows() const override
    {
        ReplyShows shows;
        shows.choices = shows.citations = shows.audio = false;
        return shows;
    }
    std::string errorBody(const Error &error) const override { return ollama::errorBody(error); }
    std::string errorEvent(const Error &error, StreamFraming) const override { return errorLine(error); }
    std::string modelList(std::span<const ListedModel> models) const override { return ollama::modelList(models); }
    std::string model(const ListedModel &model) const override { return modelInfo(model); }
    std::string tokenCount(int64_t) const override { return {}; }

    Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        return ollama::encodeRequest(conversation, options, losses);
    }
    std::unique_ptr<ReplyDecoder> replyDecoder() const override { return std::make_unique<Decoder>(); }
    Error readError(int status, std::string_view body) const override { return ollama::readError(status, body); }
};

} // namespace

const Codec &codec()
{
    static const OllamaCodec instance;
    return instance;
}

std::string versionReply()
{
    std::string body;
    JsonWriter writer(body);
    writer.beginObject();
    writer.member("version", spokenVersion);
    writer.endObject();
    return body;
}

std::string loadReply(const Conversation &conversation, const ReplyOptions &options)
{
    std::string body;
    JsonWriter writer(body);
    const Setting<std::string_view> &keepAlive = conversation.settings.keepAlive;
    const bool unload = keepAlive && (*keepAlive == "0" || *keepAlive == "0s" || *keepAlive == "0m");
    writer.beginObject();
    writer.member("model", options.model);
    writer.member("created_at", timestampOf(options.nowSeconds));
    if (options.path.ends_with("/api/generate"))
        writer.member("response", "");
    else
        writer.memberRaw("message", R"({"role":"assistant","content":""})");
    writer.member("done", true);
    writer.member("done_reason", unload ? "unload" : "load");
    writer.endObject();
    return body;
}

} // namespace signalbox::ollama
