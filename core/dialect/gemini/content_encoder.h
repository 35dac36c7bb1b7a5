// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/codec.h"
#include "core/dialect/gemini/model_family.h"
#include "core/dialect/gemini/tool_names.h"
#include "core/dialect/gemini/turns.h"
#include "core/dialect/json_writer.h"

namespace signalbox::gemini {

// Messages → contents and systemInstruction. What cannot be carried is a loss at its place. Lives for one encoding.
class ContentEncoder
{
public:
    ContentEncoder(const Conversation &conversation, const EncodeRequestOptions &options, ToolNames &names,
                   LossReport &losses, JsonWriter &out);

    // Members systemInstruction (with `addition` as its last text) and contents. False: there is nothing to send.
    bool writeInstruction(std::string_view addition);
    bool writeContents();

private:
    void writeTurn(const Turn &turn);
    void writePart(const Turn &turn, size_t &index);
    void writeText(const TextPart &text, const TurnPart &place, std::string_view signature);
    void writeCall(const ToolCallPart &call, std::string_view signature, Node origin);
    void writeAnswer(const Answer &answer);
    void writeResult(const ToolResultPart &result, std::string_view id, std::string_view name);
    void writeResultMedia(const ToolResultPart &result, bool inside);
    void writeLooseResult(const ToolResultPart &result, Node origin);
    void writeThinking(const ThinkingPart &thinking, Node origin);
    void writeMedia(const MediaPart &media, bool model, std::string_view signature, Node origin);
    void writeBlob(const MediaPart &media, bool named);
    void writeFile(const MediaPart &media);
    void noteMessage(const Message &message);
    bool isInstruction(const Part &part);

    void begin(bool model); // a part of this side: opens and closes contents as needed
    void beginPart() { m_out.beginObject(); }
    void endPart(std::string_view signature);

    const Conversation &m_conversation;
    const EncodeRequestOptions &m_options;
    ToolNames &m_names;
    LossReport &m_losses;
    JsonWriter &m_out;
    ModelFamily m_family;
    bool m_model = false; // the side being written
    bool m_anyContent = false;
    bool m_instructionsFirst = false; // there was nothing else to send
};

} // namespace signalbox::gemini
