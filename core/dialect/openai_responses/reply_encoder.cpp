// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_responses/reply_encoder.h"

#include "core/dialect/openai_chat/errors.h"
#include "core/dialect/openai_responses/response_builder.h"
#include "core/dialect/part_sequencer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox::openai_responses {

namespace {

class StreamEncoder final : public ReplyEncoder
{
public:
    explicit StreamEncoder(const ReplyOptions &options) : m_builder(options, false), m_sequencer(m_builder) {}

    void take(const ReplyEvent &event, std::string &out) override
    {
        if (isOfAnotherChoice(event))
            return;
        m_builder.setOutput(&out);
        m_sequencer.take(event);
        m_builder.setOutput(nullptr);
    }

    void end(std::string &out) override
    {
        m_builder.setOutput(&out);
        m_builder.end();
        m_builder.setOutput(nullptr);
    }

    // The API has no event for this; a comment is legal between any two.
    void ping(std::string &out) override { out += ": keep-alive\n\n"; }

private:
    // A response has one answer. What a provider sends beyond the first has no place in it.
    bool isOfAnotherChoice(const ReplyEvent &event)
    {
        if (const auto *start = std::get_if<PartStart>(&event)) {
            if (start->choice != 0)
                m_others.push_back(start->part);
            return start->choice != 0;
        }
        const auto known = [this](int part) {
            return !m_others.empty() && std::find(m_others.begin(), m_others.end(), part) != m_others.end();
        };
        if (const auto *delta = std::get_if<PartDelta>(&event))
            return known(delta->part);
        if (const auto *end = std::get_if<PartEnd>(&event))
            return known(end->part);
        const auto *finish = std::get_if<Finish>(&event);
        return finish && finish->choice != 0;
    }

    ResponseBuilder m_builder;
    PartSequencer m_sequencer;
    std::vector<int> m_others;
};

void replayPart(const FoldedPart &part, int number, ResponseBuilder &builder)
{
    builder.take(PartStart{number, part.kind, 0, part.id, part.name, part.custom, part.nameSpace, part.mimeType,
                           part.nativeType, part.dialect});
    boost::json::value logprobs;
    if (!part.logprobs.empty()) {
        boost::system::error_code failure;
        logprobs = boost::json::parse(part.logprobs, failure);
    }
    PartDelta delta;
    delta.part = number;
    delta.text = part.text;
    delta.signature = part.signature;
    delta.logprobs = logprobs.is_array() ? &logprobs : nullptr;
    delta.transcript = part.transcript;
    builder.take(delta);
    for (const FoldedPart::CitationCopy &copy : part.citations) {
        const Citation citation{copy.url, copy.title, copy.citedText, copy.begin, copy.end};
        builder.take(PartDelta{number, {}, {}, &citation});
    }
    builder.take(PartEnd{number});
}

void replay(const FoldedReply &reply, ResponseBuilder &builder)
{
    builder.take(MessageStart{reply.id, reply.model, reply.createdAt, reply.serviceTier});
    const FoldedChoice empty;
    const FoldedChoice &choice = reply.choices.empty() ? empty : reply.choices.front();
    int number = 0;
    for (const FoldedPart &part : choice.parts)
        replayPart(part, number++, builder);
    builder.take(UsageReport{reply.usage});
    builder.take(Finish{choice.finish.value_or(FinishReason::Stop)});
}

} // namespace

std::unique_ptr<ReplyEncoder> makeReplyEncoder(const ReplyOptions &options)
{
    return std::make_unique<StreamEncoder>(options);
}

std::string encodeReply(const FoldedReply &reply, const ReplyOptions &options)
{
    if (reply.failure)
        return openai_chat::errorBody(*reply.failure);
    ResponseBuilder builder(options, false);
    replay(reply, builder);
    return builder.response();
}

std::string outputItems(const FoldedReply &reply, const ReplyOptions &options)
{
    ResponseBuilder builder(options, true);
    replay(reply, builder);
    return builder.items();
}

} // namespace signalbox::openai_responses
