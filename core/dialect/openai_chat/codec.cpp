// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/codec.h"

#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_chat/model_list.h"
#include "core/dialect/openai_chat/reply_decoder.h"
#include "core/dialect/openai_chat/reply_encoder.h"
#include "core/dialect/openai_chat/request_decoder.h"
#include "core/dialect/openai_chat/request_encoder.h"

namespace signalbox::openai_chat {

namespace {

class ChatCodec final : public Codec
{
public:
    Dialect dialect() const override { return Dialect::OpenAiChat; }

    Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions & /*options*/,
                                       LossReport &losses) const override
    {
        return openai_chat::decodeRequest(body, losses);
    }
    std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const override
    {
        return makeReplyEncoder(options);
    }
    std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const override
    {
        return openai_chat::encodeReply(reply, options);
    }
    ReplyShows replyShows() const override { return {}; }
    std::string errorBody(const Error &error) const override { return openai_chat::errorBody(error); }
    std::string errorEvent(const Error &error, StreamFraming /*framing*/) const override
    {
        return openai_chat::errorEvent(error);
    }
    std::string modelList(std::span<const signalbox::ListedModel> models) const override
    {
        return modelListBody(models);
    }
    std::string model(const signalbox::ListedModel &model) const override { return modelBody(model); }
    std::string tokenCount(int64_t /*inputTokens*/) const override { return {}; }

    Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        return openai_chat::encodeRequest(conversation, options, losses);
    }
    std::unique_ptr<ReplyDecoder> replyDecoder() const override { return makeReplyDecoder(); }
    Error readError(int status, std::string_view body) const override { return openai_chat::readError(status, body); }
};

} // namespace

const Codec &codec()
{
    static const ChatCodec instance;
    return instance;
}

} // namespace signalbox::openai_chat
