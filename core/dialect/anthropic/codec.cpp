// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/anthropic/codec.h"

#include "core/dialect/anthropic/errors.h"
#include "core/dialect/anthropic/model_list.h"
#include "core/dialect/anthropic/reply_decoder.h"
#include "core/dialect/anthropic/reply_encoder.h"
#include "core/dialect/anthropic/request_decoder.h"
#include "core/dialect/anthropic/request_encoder.h"

namespace signalbox::anthropic {

namespace {

class AnthropicCodec final : public Codec
{
public:
    Dialect dialect() const override { return Dialect::Anthropic; }

    Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &options,
                                       LossReport &losses) const override
    {
        return anthropic::decodeRequest(body, options, losses);
    }
    std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const override
    {
        return makeReplyEncoder(options);
    }
    std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const override
    {
        return anthropic::encodeReply(reply, options);
    }
    ReplyShows replyShows() const override
    {
        ReplyShows shows;
        shows.choices = shows.logprobs = shows.images = shows.audio = false;
        shows.stopSequence = shows.pause = shows.nativeAsText = true;
        return shows;
    }
    std::string errorBody(const Error &error) const override { return anthropic::errorBody(error); }
    std::string errorEvent(const Error &error, StreamFraming) const override { return anthropic::errorEvent(error); }
    std::string modelList(std::span<const ListedModel> models) const override { return anthropic::modelList(models); }
    std::string model(const ListedModel &model) const override { return modelBody(model); }
    std::string tokenCount(int64_t inputTokens) const override
    {
        return "{\"input_tokens\":" + std::to_string(inputTokens) + '}';
    }

    Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        return anthropic::encodeRequest(conversation, options, losses);
    }
    std::unique_ptr<ReplyDecoder> replyDecoder() const override { return makeReplyDecoder(); }
    Error readError(int status, std::string_view body) const override { return anthropic::readError(status, body); }
};

} // namespace

const Codec &codec()
{
    static const AnthropicCodec instance;
    return instance;
}

} // namespace signalbox::anthropic
