// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/reply_losses.h"

namespace signalbox {

namespace {

struct Places {
    const char *choices;
    const char *citations;
    const char *logprobs;
    const char *media;
    const char *native;
    const char *finish;
};

Places placesOf(Dialect provider)
{
    switch (provider) {
    case Dialect::OpenAiChat:
        return {"/choices/1",         "/choices/0/message/annotations", "/choices/0/logprobs", "/choices/0/message",
                "/choices/0/message", "/choices/0/finish_reason"};
    case Dialect::OpenAiResponses:
        return {"/output", "/output", "/output", "/output", "/output", "/incomplete_details"};
    case Dialect::Anthropic:
        return {"/content", "/content", "/content", "/content", "/content", "/stop_reason"};
    case Dialect::Gemini:
        return {"/candidates/1",
                "/candidates/0/groundingMetadata",
                "/candidates/0/logprobsResult",
                "/candidates/0/content/parts",
                "/candidates/0/content/parts",
                "/candidates/0/finishReason"};
    case Dialect::Ollama:
        break;
    }
    return {"/message", "/message", "/logprobs", "/message", "/message", "/done_reason"};
}

} // namespace

ReplyLosses::ReplyLosses(const Codec &client, Dialect provider)
    : m_shows(client.replyShows()), m_client(client.dialect()), m_provider(provider)
{
}

void ReplyLosses::see(const ReplyEvent &event)
{
    if (const auto *delta = std::get_if<PartDelta>(&event)) {
        if (delta->citation || delta->logprobs)
            see(*delta);
    } else if (const auto *start = std::get_if<PartStart>(&event)) {
        see(*start);
    } else if (const auto *finish = std::get_if<Finish>(&event)) {
        see(*finish);
    }
}

void ReplyLosses::see(const PartStart &start)
{
    if (start.choice > 0 && !m_shows.choices)
        return note(Topic::Choices, LossKind::Dropped, "the client's API has room for one answer");
    switch (start.kind) {
    case ReplyPartKind::Image:
        if (!m_shows.images)
            note(Topic::Images, LossKind::Dropped, "the client's API shows no images");
        return;
    case ReplyPartKind::Audio:
        if (!m_shows.audio)
            note(Topic::Audio, LossKind::Approximated, "the client's API plays no sound: what was said is shown");
        return;
    case ReplyPartKind::RedactedThinking:
        if (!m_shows.redacted)
            note(Topic::Redacted, LossKind::Dropped, "the client's API keeps no sealed thinking");
        return;
    case ReplyPartKind::Native:
        if (start.dialect == m_client)
            return;
        if (m_shows.nativeAsText)
            note(Topic::Native, LossKind::Approximated, "a block that only the provider's API knows is told in words");
        else
            note(Topic::Native, LossKind::Dropped, "a block that only the provider's API knows");
        return;
    case ReplyPartKind::Text:
    case ReplyPartKind::Thinking:
    case ReplyPartKind::ToolCall:
    case ReplyPartKind::Refusal:
        return;
    }
}

void ReplyLosses::see(const PartDelta &delta)
{
    if (delta.citation && !m_shows.citations)
        note(Topic::Citations, LossKind::Dropped, "the client's API has no citations");
    else if (delta.citation && delta.citation->url.empty() && m_client != m_provider)
        note(Topic::Citations, LossKind::Dropped, "the client's API cites web addresses only");
    if (delta.logprobs && !m_shows.logprobs)
        note(Topic::Logprobs, LossKind::Dropped, "the client's API has no log probabilities");
}

void ReplyLosses::see(const Finish &finish)
{
    if (finish.reason == FinishReason::StopSequence && !m_shows.stopSequence)
        note(Topic::StopSequence, LossKind::Approximated, "told as an ordinary stop: not which sequence it was");
    else if (finish.reason == FinishReason::Pause && !m_shows.pause)
        note(Topic::Pause, LossKind::Approximated, "told as an ordinary stop: the client's API knows no pause");
}

void ReplyLosses::note(Topic topic, LossKind kind, std::string_view reason)
{
    const auto number = static_cast<size_t>(topic);
    if (m_noted.test(number))
        return;
    m_noted.set(number);
    const Places places = placesOf(m_provider);
    const char *place = places.native;
    if (topic == Topic::Choices)
        place = places.choices;
    else if (topic == Topic::Citations)
        place = places.citations;
    else if (topic == Topic::Logprobs)
        place = places.logprobs;
    else if (topic == Topic::Images || topic == Topic::Audio)
        place = places.media;
    else if (topic == Topic::StopSequence || topic == Topic::Pause)
        place = places.finish;
    m_entries.push_back({place, kind, std::string(reason), true});
}

} // namespace signalbox
