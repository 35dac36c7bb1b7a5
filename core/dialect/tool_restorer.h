// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/reply_events.h"

#include <map>

namespace signalbox {

// Stands between a provider's events and a client's encoder and gives tool calls back as the client declared its tools:
// flat names become name and namespace again (core/dialect/tool_names.h), and a function that stood in for a custom
// tool becomes its free text. Such arguments are held until the call ends. Pure; one per reply; the conversation
// outlives it.
class ToolRestorer final : public ReplySink
{
public:
    ToolRestorer(const Conversation &conversation, ReplySink &next) : m_conversation(conversation), m_next(next) {}
    void take(const ReplyEvent &event) override;

private:
    void takeStart(const PartStart &start);
    void release(int part);

    const Conversation &m_conversation;
    ReplySink &m_next;
    std::map<int, std::string> m_held; // arguments of custom tools, by part
};

} // namespace signalbox
