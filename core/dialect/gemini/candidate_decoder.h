// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/object_reader.h"
#include "core/dialect/reply_events.h"

#include <optional>
#include <string>

namespace signalbox::gemini {

// One candidate of a reply over all its chunks → the parts of one choice. Pure; owned by the reply decoder.
class CandidateDecoder
{
public:
    // `nextPart` numbers the parts of the whole reply.
    CandidateDecoder(int choice, int &nextPart) : m_choice(choice), m_nextPart(nextPart) {}

    // What one chunk says; the end is held back for finish(), so that usage of the same chunk can go before it.
    void take(const boost::json::object &candidate, DecodeContext &context, ReplySink &sink);
    // The prompt was refused: the reason as a refusal.
    void block(std::string_view reason, std::string_view message, ReplySink &sink);
    // Emits the end when it has come.
    void finish(ReplySink &sink);
    // A whole reply is over even where it names no reason.
    void finishWhole(ReplySink &sink);
    bool isFinished() const { return m_finished; }
    int choice() const { return m_choice; }

private:
    void takePart(const boost::json::value &value, DecodeContext &context, ReplySink &sink);
    void takeText(std::string_view text, bool thought, std::string_view signature, ReplySink &sink);
    void takeCall(const boost::json::object &call, std::string_view signature, DecodeContext &context, ReplySink &sink);
    bool takeBlob(const boost::json::object &blob, std::string_view signature, DecodeContext &context, ReplySink &sink);
    void takeMetadata(ObjectReader &reader, ReplySink &sink);
    void takeEnd(ObjectReader &reader, ReplySink &sink);
    void addSignature(std::string_view signature, ReplySink &sink);
    void addRefusal(std::string_view text, ReplySink &sink);
    int open(ReplyPartKind kind, ReplySink &sink);
    void close(ReplySink &sink);

    int m_choice;
    int &m_nextPart;
    std::optional<int> m_open;
    ReplyPartKind m_openKind = ReplyPartKind::Text;
    std::string m_text;      // of the open text part: citations count in characters
    std::string m_signature; // of the open text part, to follow it
    std::string m_scratch;
    std::string m_reason; // of the end, held back
    bool m_anyPart = false;
    bool m_hasCalls = false;
    bool m_finished = false;
};

} // namespace signalbox::gemini
