// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/openai_chat/stream_relay.h"

#include "core/dialect/openai_chat/reply_reader.h"

namespace signalbox::openai_chat {

namespace {

// It remembers nothing of what it read but keeps its parser's memory, which costs more to get than a reply to read.
ReplyReader &reader()
{
    thread_local ReplyReader shared;
    return shared;
}

} // namespace

StreamRelay::StreamRelay(bool hideUsage) : m_hideUsage(hideUsage) {}

Result<void> StreamRelay::feed(std::string_view bytes, std::string &out)
{
    const Result<void> read = m_sse.feed(bytes, [&](const SseEvent &event) { take(event, out); });
    if (m_broken)
        return *m_broken;
    return read;
}

Result<void> StreamRelay::finish(std::string &out)
{
    const Result<void> read = m_sse.finish([&](const SseEvent &event) { take(event, out); });
    if (m_broken)
        return *m_broken;
    if (!read)
        return read;
    if (!m_facts.done && !m_finished && !m_facts.error)
        return Error{"stream_incomplete", "The provider ended the stream before the answer was complete.", 502};
    return {};
}

Result<std::string> StreamRelay::whole(std::string body)
{
    const auto facts = reader().readReply(body);
    if (!facts)
        return facts.error();
    if (facts->error) // some servers hide errors behind a 200
        return Error{"provider_error", *facts->error, 502};
    if (facts->usage)
        m_facts.usage = *facts->usage;
    return body;
}

void StreamRelay::take(const SseEvent &event, std::string &out)
{
    if (m_broken || m_facts.done || m_facts.error)
        return;
    if (!event.hasData) {
        out += event.raw;
        return;
    }
    auto facts = reader().readEvent(event.data);
    if (!facts) {
        m_broken = facts.error();
        return;
    }
    if (facts->usage)
        m_facts.usage = *facts->usage;
    m_finished = m_finished || facts->finished;
    m_facts.done = facts->isDone;
    if (facts->error)
        m_facts.error = std::move(facts->error);
    if (facts->hasContent && !m_facts.error) {
        m_facts.sawContent = true;
        ++m_facts.contentEvents;
    }
    if (m_hideUsage && facts->onlyUsage)
        return;
    out += event.raw;
    // The last event of a stream may lack its blank line; the client must still be able to tell it is over.
    if (!event.raw.ends_with("\n\n") && !event.raw.ends_with("\r\n\r\n") && !event.raw.ends_with("\r\r"))
        out += event.raw.ends_with('\n') ? "\n" : "\n\n";
}

} // namespace signalbox::openai_chat
