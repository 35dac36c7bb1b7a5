// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"
#include "core/dialect/json_writer.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::ollama {

// What the model will have to read.
struct PromptSize {
    int64_t textBytes = 0;
    int64_t images = 0;
};

// Writes the messages and tools of a conversation as /api/chat wants them: one text, one thinking text and a list of
// images a message, tool results as messages of their own. Notes what finds no place. Pure; for one request.
class MessageWriter
{
public:
    MessageWriter(const Conversation &conversation, JsonWriter &writer, LossReport &losses)
        : m_conversation(conversation), m_writer(writer), m_losses(losses)
    {
    }

    // The member `messages`; false when not one message has anything to send.
    bool writeMessages();
    // The member `tools`, nothing when none is left; `allowed` not empty: only those.
    void writeTools(const std::vector<std::string_view> &allowed);
    const PromptSize &size() const { return m_size; }

private:
    struct Gathered {
        std::vector<std::string_view> content;
        std::vector<std::string_view> thinking;
        std::vector<std::string_view> images;
        std::vector<const Part *> calls;

        bool empty() const { return content.empty() && thinking.empty() && images.empty() && calls.empty(); }
    };

    void writeMessage(const Message &message);
    void gather(const Message &message, const Part &part, Gathered &gathered);
    void gatherText(const Message &message, const Part &part, Gathered &gathered);
    void gatherThinking(const Part &part, const ThinkingPart &thinking, Gathered &gathered);
    void gatherCall(const Part &part, const ToolCallPart &call, Gathered &gathered);
    void gatherMedia(const Part &part, const MediaPart &media, Gathered &gathered);
    void gatherDocument(const Part &part, const MediaPart &media, Gathered &gathered);
    void writeResult(const Part &part, const ToolResultPart &result);
    void flushResultImages();
    void write(std::string_view role, const Gathered &gathered);
    void writeJoined(std::string_view key, const std::vector<std::string_view> &texts, std::string_view between);
    void writeImages(const std::vector<std::string_view> &images);
    void writeCalls(const std::vector<const Part *> &calls);
    std::string argumentsOf(const Part &part);
    void writeTool(const Tool &tool);
    void writeParameters(const Tool &tool);
    bool noteTool(const Tool &tool);
    void count(std::string_view text) { m_size.textBytes += static_cast<int64_t>(text.size()); }

    const Conversation &m_conversation;
    JsonWriter &m_writer;
    LossReport &m_losses;
    TextPool m_pool;
    PromptSize m_size;
    std::vector<std::string_view> m_resultImages; // of the results written last
    bool m_wroteAny = false;
};

} // namespace signalbox::ollama
