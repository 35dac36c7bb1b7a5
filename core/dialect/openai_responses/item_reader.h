// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/object_reader.h"
#include "core/dialect/reply_events.h"

#include <map>
#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// One output item of a provider's reply → parts. An item says everything up to three times: in deltas, in the events
// that close a piece, and whole. What is new each time is passed on, so that nothing is lost where a provider leaves
// some of them out, and nothing is doubled. One per item; pure.
class ItemReader
{
public:
    // `sink` may change between calls. Numbers of parts are taken from `nextPart`.
    ItemReader(ReplySink *&sink, int &nextPart) : m_sink(sink), m_nextPart(nextPart) {}

    // output_item.added, output_item.done, or a whole item of `output`.
    void take(const boost::json::value &item, bool done, DecodeContext &context);

    // `index`: content_index or summary_index. `whole`: the piece as it is at its end, else a delta.
    void takeText(ReplyPartKind kind, int64_t index, std::string_view text, bool whole, Node logprobs);
    void takeReasoning(bool summary, int64_t index, std::string_view text, bool whole);
    void takeAnnotation(int64_t content, int64_t number, const boost::json::value &annotation, DecodeContext &context);
    void takeArguments(std::string_view text, bool whole, bool custom);
    void nameCall(std::string_view name);
    void endContent(int64_t index);
    void finish(); // ends what is open

    bool isDone() const { return m_done; }
    bool isCall() const { return m_isCall; }
    bool hasText() const { return m_hasText; }
    bool hasRefusal() const { return m_hasRefusal; }

private:
    struct Piece {
        std::string text;
        int part = -1;
        int64_t annotations = 0;
        bool ended = false;
    };
    void takeMessage(ObjectReader &reader, bool done);
    void takeContent(const boost::json::value &content, int64_t index, DecodeContext &context);
    void takeReasoningItem(ObjectReader &reader, bool done);
    void takeReasoningList(const boost::json::array *list, bool summary, DecodeContext &context);
    void takeCall(ObjectReader &reader, bool done, bool custom);
    void takeImage(ObjectReader &reader, const boost::json::value &item);
    void startCall();
    int startPart(PartStart start);
    Piece &textPiece(ReplyPartKind kind, int64_t index);

    ReplySink *&m_sink;
    int &m_nextPart;
    std::map<int64_t, Piece> m_pieces;                          // of a message, by content_index
    std::map<std::pair<bool, int64_t>, std::string> m_thoughts; // of reasoning, by kind and index
    std::string m_id;
    std::string m_callId;
    std::string m_name;
    std::string m_nameSpace;
    std::string m_arguments;
    std::string m_held; // arguments that came before the name
    int m_part = -1;    // reasoning or call
    bool m_isCall = false;
    bool m_custom = false;
    bool m_hasText = false;
    bool m_hasRefusal = false;
    bool m_done = false;
};

} // namespace signalbox::openai_responses
