// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_chat/tool_call_merger.h"

#include "core/dialect/object_reader.h"

#include <optional>

namespace signalbox::openai_chat {

// One choice of a reply: its deltas, or its whole message, as events. Pure.
class ChoiceDecoder
{
public:
    ChoiceDecoder(int choice, int &nextPart) : m_choice(choice), m_nextPart(nextPart), m_calls(choice, nextPart) {}

    int number() const { return m_choice; }
    // An item of `choices` without its end; `whole`: it has `message` instead of `delta`.
    void take(const boost::json::object &choice, bool whole, DecodeContext &context, ReplySink &sink);
    // Citations that the provider lists beside the choices (Perplexity).
    void takeSources(Node root, ReplySink &sink);
    // What its finish_reason says, once everything else of the item has been taken.
    void takeFinish(Node choice, ReplySink &sink);
    // The end mark came without a finish_reason.
    void finishSilently(ReplySink &sink) { finish({}, sink); }
    bool isFinished() const { return m_finished; }

private:
    void finish(std::string_view word, ReplySink &sink, std::string_view stopSequence = {});
    void takeDelta(const boost::json::object &delta, bool whole, DecodeContext &context, ReplySink &sink);
    void takeContent(Node content, DecodeContext &context, ReplySink &sink);
    void takeContentPart(const boost::json::value &part, DecodeContext &context, ReplySink &sink);
    void takeThinking(ObjectReader &delta, ReplySink &sink);
    void takeDetail(const boost::json::value &detail, bool textToo, ReplySink &sink);
    void takeCalls(ObjectReader &delta, bool whole, ReplySink &sink);
    void takeCall(const boost::json::value &item, bool whole, DecodeContext &context, ReplySink &sink);
    void takeFunctionCall(ObjectReader &delta, bool whole, ReplySink &sink);
    void takeAudio(ObjectReader &delta, ReplySink &sink);
    void takeImages(ObjectReader &delta, ReplySink &sink);
    void takeImage(std::string_view url, ReplySink &sink);
    void takeAnnotations(ObjectReader &delta, ReplySink &sink);
    void takeLogprobs(ObjectReader &choice, ReplySink &sink);
    int open(ReplyPartKind kind, ReplySink &sink, PartStart start = {});
    void closeOpen(ReplySink &sink);
    void text(ReplyPartKind kind, std::string_view text, ReplySink &sink);

    int m_choice;
    int &m_nextPart;
    ToolCallMerger m_calls;
    std::optional<int> m_openPart; // the one that is no tool call
    ReplyPartKind m_openKind = ReplyPartKind::Text;
    std::optional<int> m_textPart; // the last text, also when it has ended
    bool m_finished = false;
};

} // namespace signalbox::openai_chat
