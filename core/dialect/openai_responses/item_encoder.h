// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/json_writer.h"
#include "core/dialect/openai_responses/call_matcher.h"

namespace signalbox::openai_responses {

// Messages → the items of `input`. What OpenAI's API refuses is mended on the way and reported: a call without a result
// gets one that says so, a result without a call becomes a text of the user. Pure; lives on the stack.
class ItemEncoder
{
public:
    ItemEncoder(JsonWriter &json, const Conversation &conversation, const Quirks &quirks, LossReport &losses);

    // The text that goes into `instructions`: of the first message, when it is a system message of texts only and
    // something else follows. write() then leaves that message out.
    std::string instructions();
    void write();

private:
    void writeMessage(const Message &message);
    void writePart(const Message &message, const Part &part);
    void writeText(const Message &message, const Part &part, const TextPart &text);
    void writeCitations(const TextPart &text);
    void writeMedia(const Message &message, const Part &part, const MediaPart &media);
    void writeImage(const Message &message, const Part &part, const MediaPart &media);
    void writeAudio(const Message &message, const Part &part, const MediaPart &media);
    void writeDocument(const Message &message, const Part &part, const MediaPart &media);
    void writeDataUrl(std::string_view key, const MediaSource &source, std::string_view mimeType);
    void writeCall(const ToolCallPart &call, Node origin);
    void writeResult(const Message &message, const Part &part, const ToolResultPart &result);
    void writeOutput(const ToolResultPart &result, Node origin);
    void writeThinking(const Part &part, const ThinkingPart &thinking);
    void beginContent(const Message &message);
    void endContent();
    const char *roleOf(const Message &message);

    JsonWriter &m_json;
    const Conversation &m_conversation;
    const Quirks &m_quirks;
    LossReport &m_losses;
    CallMatcher m_calls;
    size_t m_first = 0;
    bool m_keepIds = true;
    bool m_inContent = false;
    bool m_inOutput = false; // the parts go into a function_call_output
    const Message *m_idWritten = nullptr;
};

// A text block that Claude Code puts first for Anthropic's billing.
bool isBillingText(std::string_view text);

} // namespace signalbox::openai_responses
