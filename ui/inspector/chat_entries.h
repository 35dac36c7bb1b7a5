// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"
#include "core/ledger/records.h"

#include <QtCore/QByteArray>
#include <QtCore/QString>

#include <vector>

namespace signalbox {

// A kept body as a conversation, read by the codec of its dialect. Pure; any thread.
struct ChatEntry {
    enum class Role { System, User, Assistant, Tool };
    enum class Kind { Text, Thinking, Refusal, ToolCall, ToolResult, Image, Audio, Video, Document, Other };
    Role role = Role::User;
    Kind kind = Kind::Text;
    QString title; // a tool's or a file's name, a block's type
    QString text;  // words; a call's arguments; a result's words; JSON of what only one API knows
    QString mimeType;
    QString url;          // media by address
    QByteArray media;     // decoded; empty with an address
    bool isError = false; // a tool's result that is one

    bool operator==(const ChatEntry &) const = default;
};

struct Chat {
    std::vector<ChatEntry> entries;
    QString problem; // why there are none, or what came in the place of an end
    int tools = 0;   // declared in the request

    bool operator==(const Chat &) const = default;
};

Chat chatOfRequest(const StoredBody &body, Dialect dialect, const std::string &model);
Chat chatOfReply(const StoredBody &body, Dialect dialect);
// Only the words of an answer, for comparing two of them: text and tool calls, no thinking.
QString answerText(const Chat &chat);

} // namespace signalbox
