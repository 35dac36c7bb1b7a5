// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/reply_events.h"

#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"

#include <algorithm>

namespace signalbox {

namespace {

template<class... F>
struct Overloaded : F... {
    using F::operator()...;
};
template<class... F>
Overloaded(F...) -> Overloaded<F...>; // clang 14 does not find it alone

// Two JSON lists become one; either may be empty text.
void appendList(std::string &list, std::string_view more)
{
    if (more.size() <= 2)
        return;
    if (list.size() <= 2) {
        list = more;
        return;
    }
    list.pop_back();
    list += ',';
    list += more.substr(1);
}

} // namespace

void mergeUsage(TokenUsage &usage, const TokenUsage &later)
{
    const auto lay = [](std::optional<int64_t> &value, const std::optional<int64_t> &over) {
        if (over)
            value = over;
    };
    lay(usage.input, later.input);
    lay(usage.cachedInput, later.cachedInput);
    lay(usage.cacheWrite, later.cacheWrite);
    lay(usage.output, later.output);
    lay(usage.reasoning, later.reasoning);
    lay(usage.cacheWrite1h, later.cacheWrite1h);
    lay(usage.inputAudio, later.inputAudio);
    lay(usage.outputAudio, later.outputAudio);
    lay(usage.inputImage, later.inputImage);
    lay(usage.outputImage, later.outputImage);
    lay(usage.reportedNanoUsd, later.reportedNanoUsd);
    lay(usage.webSearches, later.webSearches);
    if (!later.serviceTier.empty())
        usage.serviceTier = later.serviceTier;
}

ReplyFolder::ReplyFolder()
{
    m_reply.choices.resize(1);
}

FoldedChoice &ReplyFolder::choice(int number)
{
    const auto index = static_cast<size_t>(std::max(0, number));
    if (index >= m_reply.choices.size())
        m_reply.choices.resize(index + 1);
    return m_reply.choices[index];
}

FoldedPart *ReplyFolder::part(int number)
{
    const auto index = static_cast<size_t>(number);
    if (number < 0 || index >= m_places.size() || !m_places[index].started)
        return nullptr;
    return &m_reply.choices[m_places[index].choice].parts[m_places[index].index];
}

void ReplyFolder::take(const ReplyEvent &event)
{
    std::visit(Overloaded{
                   [&](const MessageStart &start) {
                       m_reply.id = start.id;
                       m_reply.model = start.model;
                       m_reply.createdAt = start.createdAt;
                       m_reply.serviceTier = start.serviceTier;
                   },
                   [&](const PartStart &start) {
                       if (start.part < 0)
                           return;
                       FoldedPart part;
                       part.kind = start.kind;
                       part.id = start.id;
                       part.name = start.name;
                       part.nameSpace = start.nameSpace;
                       part.mimeType = start.mimeType;
                       part.nativeType = start.nativeType;
                       part.dialect = start.dialect;
                       part.custom = start.custom;
                       FoldedChoice &owner = choice(start.choice);
                       const auto number = static_cast<size_t>(start.part);
                       if (number >= m_places.size())
                           m_places.resize(number + 1);
                       m_places[number] = {static_cast<size_t>(std::max(0, start.choice)), owner.parts.size(), true};
                       owner.parts.push_back(std::move(part));
                   },
                   [&](const PartDelta &delta) {
                       FoldedPart *into = part(delta.part);
                       if (!into)
                           return;
                       into->text += delta.text;
                       into->signature += delta.signature;
                       into->transcript += delta.transcript;
                       if (delta.logprobs)
                           appendList(into->logprobs, jsonText(*delta.logprobs));
                       if (const Citation *citation = delta.citation)
                           into->citations.push_back({std::string(citation->url), std::string(citation->title),
                                                      std::string(citation->citedText), citation->begin,
                                                      citation->end});
                   },
                   [](const PartEnd &) {},
                   [&](const UsageReport &report) { mergeUsage(m_reply.usage, report.usage); },
                   [&](const Finish &finish) {
                       FoldedChoice &owner = choice(finish.choice);
                       owner.finish = finish.reason;
                       owner.stopSequence = finish.stopSequence;
                       owner.nativeFinish = finish.native;
                   },
                   [&](const Failure &failure) { m_reply.failure = failure.error; },
               },
               event);
}

} // namespace signalbox
