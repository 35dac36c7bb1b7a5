// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/conversation.h"

#include <vector>

namespace signalbox::gemini {

// contents and systemInstruction → messages. A call or a response without an id gets one that depends only on its
// place, so that a longer conversation keeps the ids of its beginning. Pure; lives on the stack.
class ContentDecoder
{
public:
    ContentDecoder(DecodeContext &context, std::vector<Message> &messages) : m_context(context), m_messages(messages) {}

    void readInstruction(Node instruction);
    void readContents(const boost::json::array &contents);

private:
    void readContent(const boost::json::value &content);
    void readParts(ObjectReader &reader, Message &message, Node origin);
    void readPart(const boost::json::value &value, Message &message);
    void addText(std::string_view text, bool thought, std::string_view signature, Node origin, Message &message);
    void addInlineData(const boost::json::object &blob, Node origin, std::vector<Part> &parts);
    void addFileData(const boost::json::object &file, Node origin, std::vector<Part> &parts);
    void addCall(const boost::json::object &call, std::string_view signature, Node origin, Message &message);
    void addResult(const boost::json::object &response, Node origin, Message &message);
    void addResultText(Node response, ToolResultPart &result);
    void addResultMedia(const boost::json::array &parts, ToolResultPart &result);
    void fillIds();

    DecodeContext &m_context;
    std::vector<Message> &m_messages;
};

} // namespace signalbox::gemini
