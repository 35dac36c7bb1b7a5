// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/gemini/codec.h"

#include "core/dialect/gemini/errors.h"
#include "core/dialect/gemini/model_list.h"
#include "core/dialect/gemini/reply_decoder.h"
#include "core/dialect/gemini/reply_encoder.h"
#include "core/dialect/gemini/request_decoder.h"
#include "core/dialect/gemini/request_encoder.h"

namespace signalbox::gemini {

namespace {

class GeminiCodec final : public Codec
{
public:
    Dialect dialect() const override { return Dialect::Gemini; }

    Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                       LossReport &losses) const override
    {
        return gemini::decodeRequest(body, options, losses);
    }
    std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const override
    {
        return gemini::replyEncoder(options);
    }
    std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const override
    {
        return gemini::encodeReply(reply, options);
    }
    ReplyShows replyShows() const override
    {
        ReplyShows shows;
        shows.redacted = false;
        return shows;
    }
    std::string errorBody(const Error &error) const override { return gemini::errorBody(error); }
    std::string errorEvent(const Error &error, StreamFraming framing) const override
    {
        return gemini::errorEvent(error, framing);
    }
    std::string modelList(std::span<const ListedModel> models) const override { return gemini::modelList(models); }
    std::string model(const ListedModel &model) const override { return gemini::model(model); }
    std::string tokenCount(int64_t inputTokens) const override
    {
        return "{\"totalTokens\":" + std::to_string(inputTokens) + '}';
    }

    Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        return gemini::encodeRequest(conversation, options, losses);
    }
    std::unique_ptr<ReplyDecoder> replyDecoder() const override { return gemini::replyDecoder(); }
    Error readError(int status, std::string_view body) const override { return gemini::readError(status, body); }
};

} // namespace

const Codec &codec()
{
    static const GeminiCodec instance;
    return instance;
}

} // namespace signalbox::gemini
