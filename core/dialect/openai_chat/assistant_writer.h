// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/openai_chat/part_writer.h"

namespace signalbox::openai_chat {

struct AssistantCall {
    const Part *part;
    const ToolCallPart *call;
    std::string id; // as the provider is told
};

// One assistant message of Chat. Dialects that have an item for each call or block give several in a row, which become
// one. Pure; lives while one message is written.
class AssistantWriter
{
public:
    // From message `index` on; `callsBefore` numbers calls without an id.
    AssistantWriter(Encoding &encoding, size_t index, int callsBefore);

    void write(); // the members after the role
    bool isEmpty() const;
    size_t end() const { return m_end; } // the first message that is not part of it
    const std::vector<AssistantCall> &calls() const { return m_calls; }
    const std::vector<const Part *> &media() const { return m_media; } // has no place here

private:
    void takePart(const Part &part);
    void takeCall(const Part &part, const ToolCallPart &call);
    void writeMessageContent();
    void writeMistralContent();
    void writeThinking();
    void writeDetails();
    void writeCalls();
    void writeArguments(const AssistantCall &entry);

    Encoding &m_run;
    size_t m_end;
    int m_callsBefore;
    std::vector<ContentItem> m_content;
    std::vector<AssistantCall> m_calls;
    std::vector<const Part *> m_thinking; // what goes back to the provider
    std::vector<const Part *> m_media;
    std::string m_refusal;
    std::string_view m_audioId;
};

} // namespace signalbox::openai_chat
