// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/codec.h"

#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_chat/model_list.h"
#include "core/dialect/openai_responses/errors.h"
#include "core/dialect/openai_responses/reply_decoder.h"
#include "core/dialect/openai_responses/reply_encoder.h"
#include "core/dialect/openai_responses/request_decoder.h"
#include "core/dialect/openai_responses/request_encoder.h"

namespace signalbox::openai_responses {

namespace {

class ResponsesCodec final : public Codec
{
public:
    Dialect dialect() const override { return Dialect::OpenAiResponses; }

    Result<Conversation> decodeRequest(std::string_view body, const DecodeRequestOptions &,
                                       LossReport &losses) const override
    {
        return openai_responses::decodeRequest(body, losses);
    }

    std::unique_ptr<ReplyEncoder> replyEncoder(const ReplyOptions &options) const override
    {
        return makeReplyEncoder(options);
    }

    std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options) const override
    {
        return openai_responses::encodeReply(reply, options);
    }
    ReplyShows replyShows() const override
    {
        ReplyShows shows;
        shows.choices = shows.audio = false;
        shows.nativeAsText = true;
        return shows;
    }

    std::string errorBody(const Error &error) const override { return openai_chat::errorBody(error); }

    std::string errorEvent(const Error &error, StreamFraming) const override
    {
        return openai_responses::errorEvent(error);
    }

    // The list is the same for both of OpenAI's APIs.
    std::string modelList(std::span<const ListedModel> models) const override
    {
        std::vector<openai_chat::ListedModel> plain;
        plain.reserve(models.size());
        for (const ListedModel &model : models)
            plain.push_back({model.id, model.ownedBy});
        return openai_chat::modelListBody(plain);
    }

    std::string model(const ListedModel &model) const override
    {
        return openai_chat::modelBody({model.id, model.ownedBy});
    }

    std::string tokenCount(int64_t inputTokens) const override
    {
        return R"({"object":"response.input_tokens","input_tokens":)" + std::to_string(inputTokens) + '}';
    }

    Result<EncodedRequest> encodeRequest(const Conversation &conversation, const EncodeRequestOptions &options,
                                         LossReport &losses) const override
    {
        return openai_responses::encodeRequest(conversation, options, losses);
    }

    std::unique_ptr<ReplyDecoder> replyDecoder() const override { return makeReplyDecoder(); }

    Error readError(int status, std::string_view body) const override
    {
        return openai_responses::readError(status, body);
    }
};

} // namespace

const Codec &codec()
{
    static const ResponsesCodec codec;
    return codec;
}

} // namespace signalbox::openai_responses
