// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/pass_relay.h"

namespace signalbox {

void FactsSink::take(const ReplyEvent &event)
{
    if (const auto *start = std::get_if<PartStart>(&event)) {
        sawContent = sawContent || start->kind == ReplyPartKind::ToolCall;
    } else if (const auto *delta = std::get_if<PartDelta>(&event)) {
        const bool filled = !delta->text.empty() || !delta->signature.empty() || !delta->transcript.empty();
        sawContent = sawContent || filled;
        contentEvents += filled;
    } else if (const auto *report = std::get_if<UsageReport>(&event)) {
        mergeUsage(usage, report->usage);
    } else if (std::holds_alternative<Finish>(event)) {
        finished = true;
    } else if (const auto *failed = std::get_if<Failure>(&event)) {
        failure = failed->error;
    }
}

PassRelay::PassRelay(std::unique_ptr<ReplyDecoder> decoder, StreamFraming framing)
    : m_decoder(std::move(decoder)), m_framing(framing)
{
}

void PassRelay::readFacts()
{
    m_facts.usage = m_sink.usage;
    m_facts.contentEvents = m_sink.contentEvents;
    // An answer without any content (a refusal, an empty text) is complete all the same.
    m_facts.sawContent = m_sink.sawContent || m_sink.finished;
    if (m_sink.failure)
        m_facts.error = m_sink.failure->message;
}

Result<void> PassRelay::takeEvent(std::string_view raw, std::string &out)
{
    if (m_broken)
        return {};
    const Result<void> read = m_decoder->feed(raw, m_sink);
    readFacts();
    if (!read) {
        m_broken = read.error();
        return {};
    }
    out.append(raw);
    return {};
}

Result<void> PassRelay::feed(std::string_view bytes, std::string &out)
{
    Result<void> split;
    switch (m_framing) {
    case StreamFraming::Sse:
        split = m_sse.feed(bytes, [&](const SseEvent &event) { takeEvent(event.raw, out); });
        break;
    case StreamFraming::Ndjson:
        split = m_lines.feed(bytes, [&](std::string_view line) {
            std::string whole(line);
            whole += '\n';
            takeEvent(whole, out);
        });
        break;
    case StreamFraming::JsonArray:
        // The list is one JSON value: its end is the dialect's end mark, and half of it is no complete event anyway.
        takeEvent(bytes, out);
        break;
    }
    if (m_broken)
        return *m_broken;
    return split;
}

Result<void> PassRelay::finish(std::string &out)
{
    if (m_framing == StreamFraming::Sse)
        m_sse.finish([&](const SseEvent &event) { takeEvent(event.raw, out); });
    else if (m_framing == StreamFraming::Ndjson)
        m_lines.finish([&](std::string_view line) { takeEvent(std::string(line) + '\n', out); });
    if (m_broken)
        return *m_broken;
    const Result<void> ended = m_decoder->finish(m_sink);
    readFacts();
    m_facts.done = ended.has_value();
    return ended;
}

Result<std::string> PassRelay::whole(std::string body)
{
    if (const Result<void> read = m_decoder->whole(body, m_sink); !read)
        return read.error();
    readFacts();
    if (m_sink.failure)
        return Error{"provider_error", m_sink.failure->message, 502};
    return body;
}

} // namespace signalbox
