// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/part_sequencer.h"

#include "core/dialect/json_writer.h"

#include <boost/json.hpp>

#include <algorithm>

namespace signalbox {

void PartSequencer::take(const ReplyEvent &event)
{
    if (const auto *start = std::get_if<PartStart>(&event))
        return takeStart(*start);
    if (const auto *delta = std::get_if<PartDelta>(&event))
        return takeDelta(*delta);
    if (const auto *end = std::get_if<PartEnd>(&event))
        return takeEnd(end->part);
    if (std::holds_alternative<Finish>(event))
        endAll();
    m_next.take(event);
}

void PartSequencer::takeStart(const PartStart &start)
{
    if (!m_open) {
        m_open = start.part;
        m_next.take(start);
        return;
    }
    Held held;
    held.part = start.part;
    held.copy.kind = start.kind;
    held.copy.id = start.id;
    held.copy.name = start.name;
    held.copy.nameSpace = start.nameSpace;
    held.copy.mimeType = start.mimeType;
    held.copy.nativeType = start.nativeType;
    held.copy.dialect = start.dialect;
    held.copy.custom = start.custom;
    m_held.push_back(std::move(held));
}

void PartSequencer::takeDelta(const PartDelta &delta)
{
    const auto held =
        std::find_if(m_held.begin(), m_held.end(), [&](const Held &one) { return one.part == delta.part; });
    if (held == m_held.end()) {
        m_next.take(delta);
        return;
    }
    held->copy.text += delta.text;
    held->copy.signature += delta.signature;
    held->copy.transcript += delta.transcript;
    if (const boost::json::array *list = delta.logprobs ? delta.logprobs->if_array() : nullptr)
        held->logprobs.insert(held->logprobs.end(), list->begin(), list->end());
    if (const Citation *citation = delta.citation)
        held->copy.citations.push_back({std::string(citation->url), std::string(citation->title),
                                        std::string(citation->citedText), citation->begin, citation->end});
}

void PartSequencer::takeEnd(int part)
{
    if (m_open == part) {
        m_next.take(PartEnd{part});
        m_open.reset();
        return releaseHeld();
    }
    for (Held &held : m_held) {
        if (held.part == part)
            held.ended = true;
    }
}

// The oldest held part becomes the open one and goes on live, unless it has ended already.
void PartSequencer::releaseHeld()
{
    while (!m_open && !m_held.empty()) {
        const Held held = std::move(m_held.front());
        m_held.pop_front();
        replay(held);
        if (held.ended)
            m_next.take(PartEnd{held.part});
        else
            m_open = held.part;
    }
}

void PartSequencer::replay(const Held &held)
{
    const FoldedPart &part = held.copy;
    m_next.take(PartStart{held.part, part.kind, 0, part.id, part.name, part.custom, part.nameSpace, part.mimeType,
                          part.nativeType, part.dialect});
    for (const FoldedPart::CitationCopy &copy : part.citations) {
        const Citation citation{copy.url, copy.title, copy.citedText, copy.begin, copy.end};
        m_next.take(PartDelta{held.part, {}, {}, &citation});
    }
    const boost::json::value logprobs(held.logprobs);
    const Node list = held.logprobs.empty() ? nullptr : &logprobs;
    if (!part.text.empty() || !part.signature.empty() || !part.transcript.empty() || list)
        m_next.take(PartDelta{held.part, part.text, part.signature, nullptr, list, part.transcript});
}

void PartSequencer::endAll()
{
    while (m_open) {
        m_next.take(PartEnd{*m_open});
        m_open.reset();
        releaseHeld();
    }
}

} // namespace signalbox
