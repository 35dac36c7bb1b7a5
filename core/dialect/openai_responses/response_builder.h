// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/openai_responses/reply_items.h"
#include "core/dialect/openai_responses/response_writer.h"

#include <optional>
#include <string>
#include <string_view>

namespace signalbox::openai_responses {

// Sequenced reply events → output items and, where an output is set, the stream's events. Whole replies run through it
// as well, so that both have the same items under the same ids. One per reply; pure.
class ResponseBuilder final : public ReplySink
{
public:
    // `keepsEncrypted`: encrypted reasoning is kept even when the client did not ask to include it.
    ResponseBuilder(const ReplyOptions &options, bool keepsEncrypted);

    void setOutput(std::string *out) { m_wire.out = out; }
    void take(const ReplyEvent &event) override;
    void end();                   // response.completed or response.incomplete; response.failed when no Finish came
    std::string response() const; // the finished object
    const std::string &items() const { return m_items; } // JSON values with commas between

private:
    void start(const MessageStart &start);
    void startPart(const PartStart &start);
    void startCall(const PartStart &start);
    void takeDelta(const PartDelta &delta);
    void takeText(ReplyPartKind kind, std::string_view text, const PartDelta &delta);
    void endPart();
    void endReasoning();
    void endImage();
    void endNative();
    void fail(const Error &error);
    void closeMessage(std::string_view status);
    ItemPlace newPlace(std::string_view prefix, std::string_view known = {});
    void addItem(std::string_view item);
    ResponseState finalState() const;
    void emitResponse(std::string_view type, const ResponseState &state);

    const std::string m_requestId;
    const std::string m_model;
    const int64_t m_nowSeconds;
    const Conversation *m_conversation;
    const bool m_keepsEncrypted;
    ResponseHead m_head;
    ItemWire m_wire;
    std::string m_items;
    int m_itemCount = 0;
    int m_partCount = 0; // ids are made from it: unlike the items, parts are the same for every client
    bool m_started = false;
    bool m_failed = false;
    bool m_refused = false;
    std::optional<FinishReason> m_finish;
    TokenUsage m_usage;
    MessageItem m_message; // stays open over the parts that belong into it

    // The open part.
    std::optional<ReplyPartKind> m_kind;
    Dialect m_dialect = Dialect::OpenAiResponses;
    std::string m_partId;
    std::string m_type; // of an image or of a native block
    std::string m_blob; // its content; signature of thinking
    ReasoningItem m_reasoning;
    CallItem m_call;
};

} // namespace signalbox::openai_responses
